"""Every select of this room, by noun."""
