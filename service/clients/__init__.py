"""Outside services: each has a port in our words, a real client, and a twin that works offline."""
