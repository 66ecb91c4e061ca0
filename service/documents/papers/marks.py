"""What a paper receives when it is issued: its number, its date, and what makes it verifiable."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Marks:
    """`fingerprint` is the SHA-256 of the content that was signed; `verify_url` carries the check code."""

    number: str
    issued_at: datetime
    verify_url: str
    check_code: str
    fingerprint: str
