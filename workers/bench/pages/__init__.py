"""How fast the main pages are in a real browser, on a phone and a line that are slow on purpose."""
