"""The product: one folder a room, the same file names in every room."""
