"""Where an address is: the port, the national address service, and the twin that knows communes alone."""
