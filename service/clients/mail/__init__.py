"""Electronic mail: the port, the SMTP client, and an outbox that sends nothing and can be read."""
