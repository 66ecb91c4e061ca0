"""The code that follows a lot from the shop to the shelf: PDL-20261120-42-3."""

import re
from dataclasses import dataclass
from datetime import date

PATTERN = re.compile(r"^([A-Z]{2,4})-(\d{8})-([A-Z0-9]{1,12})-(\d{1,6})$")


@dataclass(frozen=True)
class TraceCode:
    """The parts of a code: the region's prefix, the local day of posting, the donor, its count that day."""

    prefix: str
    day: date
    donor: str
    number: int

    def __str__(self) -> str:
        return f"{self.prefix}-{self.day:%Y%m%d}-{self.donor}-{self.number}"


def trace_code(prefix: str, day: date, donor: int | str, number: int) -> str:
    """The tracing code of a donor's `number`-th lot of a local day; raises ValueError on unusable parts."""
    code = str(TraceCode(prefix.upper(), day, str(donor).upper(), number))
    if number < 1 or parse_trace_code(code) is None:
        raise ValueError("a tracing code takes letters for the region, and letters or digits for the donor")
    return code


def parse_trace_code(text: str) -> TraceCode | None:
    """The parts of a code typed or scanned, in any case; None when it is not one."""
    match = PATTERN.match(text.strip().upper())
    if match is None:
        return None
    prefix, digits, donor, number = match.groups()
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return TraceCode(prefix, day, donor, int(number))
