"""What this room tells other programs."""
