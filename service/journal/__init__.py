"""What happened, in order: the trace, the socket's feed and the source of notices."""
