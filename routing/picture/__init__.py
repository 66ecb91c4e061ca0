"""Draws a plan for people: a map and a chart over time, as SVG text made by pure functions."""
