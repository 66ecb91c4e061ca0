"""What can be done with accounts, one noun a file."""
