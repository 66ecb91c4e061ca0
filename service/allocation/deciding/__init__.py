"""Where tables meet routing's allocation: read the answers, decide with no session open, carry the decision out."""
