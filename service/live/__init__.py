"""The socket: the journal as it is written, to each person what they may see."""
