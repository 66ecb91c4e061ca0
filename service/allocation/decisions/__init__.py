"""What was decided of a lot: read with its reasons, and overruled by a dispatcher who says why."""
