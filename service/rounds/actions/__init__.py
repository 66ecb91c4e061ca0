"""What can be done with vehicles, shifts, plans and rounds: one function is one use case."""
