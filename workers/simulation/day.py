"""The day of a region: who posts what and when. Pure and reproducible: the same seed, donors and day give the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from service.accounts.models import Activity
from service.kit.clock import from_local
from service.lots.forms import LineIn, LotIn, WindowIn
from workers.simulation.offering import how_many_lots, line_of, moment_of, weight_of_posting
from workers.simulation.scales import WEEKDAYS

Window = tuple[datetime, datetime]


@dataclass(frozen=True)
class Donor:
    """Who gives: keys of the organisation, its site, and the person who posts."""

    organisation_id: int
    site_id: int
    person_id: int
    activity: Activity


@dataclass(frozen=True)
class Posting:
    """One lot to come: the `number`-th of this donor on this day."""

    at: datetime
    donor: Donor
    number: int
    lines: tuple[LineIn, ...]
    windows: tuple[Window, ...]

    def form(self, now: datetime) -> LotIn:
        """The form the donor sends at `now`; windows that are over are left out."""
        return LotIn(
            site_id=self.donor.site_id,
            lines=list(self.lines),
            windows=[WindowIn(starts_at=max(start, now), ends_at=end) for start, end in self.windows if end > now],
        )

    @property
    def grams(self) -> int:
        return sum(line.grams or 0 for line in self.lines)


def lots_on(day: date, reference: int) -> int:
    """How many lots a weekday brings, of a reference day's."""
    return max(1, round(reference * WEEKDAYS[day.weekday()]))


def postings(donors: Sequence[Donor], day: date, zone: str, *, seed: int, lots: int) -> list[Posting]:
    """Exactly `lots` lots of the day (fewer when there are too few donors), in the order they are posted."""
    random = Random(f"{seed}/{day.isoformat()}/postings")
    found: list[Posting] = []
    left = lots
    waiting = sorted(donors, key=lambda donor: donor.organisation_id)
    random.shuffle(waiting)
    for donor in waiting:
        if left <= 0:
            break
        count = min(left, how_many_lots(random))
        found += _of_donor(random, donor, day, zone, count)
        left -= count
    return sorted(found, key=lambda posting: (posting.at, posting.donor.organisation_id, posting.number))


def all_at(day: date, zone: str, wanted: Sequence[Posting], at: datetime) -> list[Posting]:
    """The same lots, all posted at one early moment: a whole day to plan at once. Their windows stay."""
    return [
        Posting(at, posting.donor, posting.number, posting.lines, posting.windows or ((at, at + timedelta(hours=8)),))
        for posting in wanted
    ]


def _of_donor(random: Random, donor: Donor, day: date, zone: str, count: int) -> list[Posting]:
    moment = moment_of(random, donor.activity)
    first, last = from_local(day, moment.earliest, zone), from_local(day, moment.latest, zone)
    at = first + (last - first) * random.random()
    at = at.replace(second=0, microsecond=0)
    closes = from_local(day, moment.until, zone)
    windows: list[Window] = [(at + timedelta(minutes=10), closes)]
    if moment.tomorrow and random.random() < 0.35:
        start, end = moment.tomorrow
        windows.append(
            (from_local(day + timedelta(days=1), start, zone), from_local(day + timedelta(days=1), end, zone))
        )
    if closes - at < timedelta(minutes=40):
        windows[0] = (at, at + timedelta(minutes=40))
    whole = weight_of_posting(random, donor.activity, day)
    parts = sorted(random.uniform(0.4, 1.6) for _ in range(count))
    weights = [max(500, int(whole * part / sum(parts)) // 100 * 100) for part in parts]
    return [
        Posting(
            at=at + timedelta(minutes=2 * number),
            donor=donor,
            number=number,
            lines=(line_of(random, donor.activity, grams, day),),
            windows=tuple(windows),
        )
        for number, grams in enumerate(weights)
    ]
