"""Where tables meet routing: read the situation, solve it with the session closed, adopt the answer."""
