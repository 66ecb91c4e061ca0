"""What happens next: moments in order, those of the same moment in the order they were written down.

The worker of production looks every second or two, and people look when they look. In a trial both come to the same
moments, some minutes apart: the day's rounds are read once for all that is asked of them at one moment, which is what a
trial spends most of its time on.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush

Act = Callable[[datetime], None]
TOGETHER = timedelta(minutes=4)


def moment_before(at: datetime) -> datetime:
    """The last of the common moments that is not after `at`."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour + (at - hour) // TOGETHER * TOGETHER


def moment_after(at: datetime) -> datetime:
    """The first of the common moments that is not before `at`."""
    before = moment_before(at)
    return before if before == at else before + TOGETHER


class Agenda:
    """A clock that jumps from one moment to the next."""

    def __init__(self, start: datetime) -> None:
        self.now = start
        self.done = 0
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._written = 0

    def at(self, moment: datetime, act: Act) -> None:
        """Do `act` at a moment; what should have happened already happens next."""
        heappush(self._waiting, (max(moment, self.now), self._written, act))
        self._written += 1

    def run(self, until: datetime) -> None:
        """Live until a moment, which then is now."""
        while self._waiting and self._waiting[0][0] <= until:
            self.now, _, act = heappop(self._waiting)
            self.done += 1
            act(self.now)
        self.now = until
