"""Secrets handed to people and machines: random, shown once, kept as a hash."""

import hashlib
import secrets


def new_token() -> str:
    """A secret of 256 bits, fit for a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a secret. It is random, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
