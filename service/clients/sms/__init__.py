"""Text messages: the port, a generic HTTP gateway, and an outbox that sends nothing and can be read."""
