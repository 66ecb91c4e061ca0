"""Messages pushed to a browser: the port, Web Push with VAPID, and a twin that keeps them."""
