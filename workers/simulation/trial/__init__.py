"""Weeks of a region played under one rule of sharing or another: events in order, seeded, measured at the end."""
