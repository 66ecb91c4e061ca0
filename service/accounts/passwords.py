"""Passwords: argon2, always computed before a transaction begins, since it takes a tenth of a second on purpose."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.accounts.identifiers import Wrong
from service.kit.i18n import N_

SHORTEST, LONGEST = 10, 200
TOO_SHORT = N_("Choisissez au moins 10 caractères : une phrase courte est facile à retenir.")
TOO_LONG = N_("C'est trop long : 200 caractères au plus.")
TOO_PLAIN = N_("Ce mot de passe se devine trop facilement : ajoutez un mot.")

_hasher = PasswordHasher()


def check_strength(password: str) -> str:
    """The password as it is, or what is wrong with it."""
    if len(password) < SHORTEST:
        raise Wrong(TOO_SHORT)
    if len(password) > LONGEST:
        raise Wrong(TOO_LONG)
    if len(set(password)) < 4 or password.lower() in ("motdepasse123", "azertyuiop", "1234567890", "password123"):
        raise Wrong(TOO_PLAIN)
    return password


def hashed(password: str) -> str:
    """What is kept of a password or a PIN."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether it is the right one. Without anything kept it takes as long and says no."""
    try:
        return _hasher.verify(kept or _decoy(), password[: LONGEST + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def _decoy() -> str:
    return _hasher.hash("nobody's password")
