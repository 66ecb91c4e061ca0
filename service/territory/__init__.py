"""Regions, départements, EPCI and communes: where everything happens."""
