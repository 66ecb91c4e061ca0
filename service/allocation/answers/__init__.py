"""Answers a charity gives by rule: volunteers cannot watch every window, and nobody loses anything by silence."""
