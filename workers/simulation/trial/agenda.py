"""What happens next: moments in order, those of the same moment in the order they were written down."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush

Act = Callable[[datetime], None]


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
