"""Messages pushed to a browser: the port, and a twin that keeps them."""
