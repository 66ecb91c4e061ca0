"""Who gets what: what a charity may take, its claims, and the decision on each."""
