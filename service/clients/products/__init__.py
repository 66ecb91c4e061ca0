"""What a packed product is, by its barcode: the port, Open Food Facts, and the twin that needs no network."""
