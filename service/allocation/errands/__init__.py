"""A small lot that a charity asked for and no round brings, put to a few volunteers nearby."""
