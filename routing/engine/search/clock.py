"""When a search stops."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: seconds from now, or steps of each thread; and whenever `cancelled()` says so.

    `filling_s`: seconds after which even a first plan is cut short; what nobody tried is left out then.
    """

    seconds: float
    steps: int | None
    threads: int
    cancelled: Callable[[], bool]
    filling_s: float = math.inf


class Clock:
    """The time since a search began, beside its limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.began = time.perf_counter()

    @property
    def counted(self) -> bool:
        """Whether steps are counted rather than seconds."""
        return self.limits.steps is not None

    def gone_s(self) -> float:
        """Seconds since the search began."""
        return time.perf_counter() - self.began

    def over(self) -> bool:
        """Whether to stop: cancelled, or out of time where steps are not counted."""
        return self.limits.cancelled() or (not self.counted and self.gone_s() >= self.limits.seconds)

    def late(self) -> bool:
        """Whether to stop even before a first plan is whole."""
        return self.limits.cancelled() or (not self.counted and self.gone_s() >= self.limits.filling_s)
