"""Who is told what, on which channel, and when to stay quiet: the outbox of messages to people."""
