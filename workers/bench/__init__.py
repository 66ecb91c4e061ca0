"""Benchmarks: our figures beside those of others, in one run on one machine."""
