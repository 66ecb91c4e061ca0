"""The communes of a region, from a file or from the official geo service: the port, both sources, and their errors."""
