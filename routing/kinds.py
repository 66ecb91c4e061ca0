"""The small words shared by problems and plans: temperature, cold equipment, windows, checked numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from routing.errors import ProblemError

# Beyond it JSON and floats no longer agree on a whole number.
LARGEST = 2**53 - 1
# Seconds (thirty years) or metres that no way and no shift of a day reaches; engines put it where there is no way.
FAR = 10**9


class Temperature(StrEnum):
    """The compartment a shipment must ride in."""

    AMBIENT = "ambient"
    CHILLED = "chilled"
    FROZEN = "frozen"


class ColdEquipment(StrEnum):
    """What keeps a compartment cold: nothing, insulated boxes with a cold source, or a cooling unit."""

    NONE = "none"
    BOX = "box"
    REFRIGERATED = "refrigerated"


class StopState(StrEnum):
    """Whether a stop of a plan may still change."""

    EXECUTED = "executed"
    FROZEN = "frozen"
    FREE = "free"


def whole(field: str, value: object, low: int = 0, high: int = LARGEST) -> int:
    """`value` when it is a whole number in [low, high]; otherwise a ProblemError naming `field`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ProblemError(field, f"must be a whole number, not {value!r}")
    if value < low:
        raise ProblemError(field, f"must be at least {low}, not {value}")
    if value > high:
        raise ProblemError(field, f"must be at most {high}, not {value}")
    return value


def word(field: str, value: object) -> str:
    """`value` when it is a non-empty text; otherwise a ProblemError naming `field`."""
    if not isinstance(value, str) or not value.strip():
        raise ProblemError(field, f"must be a non-empty text, not {value!r}")
    return value


def of_kind(field: str, value: object, kind: type) -> None:
    """Refuse anything but a `kind`, naming `field`."""
    if not isinstance(value, kind):
        raise ProblemError(field, f"must be a {kind.__name__}, not {value!r:.80}")


def all_of_kind(field: str, values: Sequence[object], kind: type) -> None:
    """Refuse a sequence with anything but a `kind` in it, naming its place in `field`."""
    for place, value in enumerate(values):
        of_kind(f"{field}[{place}]", value, kind)


def unique(field: str, names: Sequence[str]) -> None:
    """Refuse two equal names, naming the second one's place in `field`."""
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        if name in seen:
            raise ProblemError(f"{field}[{place}].id", f"duplicate id {name!r}, already at {field}[{seen[name]}]")
        seen[name] = place


@dataclass(frozen=True, slots=True)
class Window:
    """A span of seconds since the problem's origin, both ends included.

    At a place it bounds the *start* of the handling; as a shift it bounds the whole round.
    """

    start_s: int
    end_s: int

    def __post_init__(self) -> None:
        whole("start_s", self.start_s, low=-LARGEST)
        whole("end_s", self.end_s, low=-LARGEST)
        if self.end_s < self.start_s:
            raise ProblemError("end_s", f"the window closes ({self.end_s}) before it opens ({self.start_s})")


def check_windows(field: str, windows: Sequence[Window]) -> None:
    """Refuse windows that are out of order or overlap: each must open after the one before has closed."""
    all_of_kind(field, windows, Window)
    for place in range(1, len(windows)):
        if windows[place].start_s <= windows[place - 1].end_s:
            raise ProblemError(f"{field}[{place}].start_s", "opens before the window before it has closed")
