"""Domain-free small tools, one noun a file."""
