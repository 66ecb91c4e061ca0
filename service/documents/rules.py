"""How papers are numbered, told apart and checked."""

import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from service.documents.models import DocumentKind
from service.kit.clock import local

PREFIXES = {DocumentKind.PICKUP_SLIP: "BE"}
# No 0 and O, 1 and I and L, U and V: the code is read aloud and typed by hand.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def number(kind: DocumentKind, region_code: str, year: int, rank: int) -> str:
    """ "BE-52-2026-000042": kind, INSEE code of the region, year, rank in the year."""
    return f"{PREFIXES[kind]}-{region_code}-{year}-{rank:06d}"


def year_of(now: datetime, zone: str) -> int:
    """The year on the calendar of the region: a paper of New Year's Eve at 23:30 UTC belongs to the next."""
    return local(now, zone).year


def new_check_code() -> str:
    """Eight letters nobody can guess, in two groups: "K7QM-2X9D"."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def same_code(given: str, known: str) -> bool:
    """Whether a code typed with spaces, lower case or without its dash is the right one, in constant time."""
    bare = "".join(letter for letter in given.upper() if letter.isalnum())
    return secrets.compare_digest(bare.encode(), known.replace("-", "").encode())


def fingerprint(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a content whatever the order of its keys; times and days as ISO text."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return sha256(written.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"a paper's content holds no {type(value).__name__}")
