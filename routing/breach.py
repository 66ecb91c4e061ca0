"""One thing a plan does that it must not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken rule: which, for which vehicle or shipment ("" when it concerns neither), and by how much."""

    rule: str
    message: str
    vehicle: str = ""
    shipment: str = ""
    facts: Mapping[str, int | str] = field(default_factory=dict)
