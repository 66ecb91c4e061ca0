"""The trace of a lot, both ways: where each gram came from, where it went, and whether the sums agree."""
