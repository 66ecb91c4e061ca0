"""How the people of a trial behave. No survey says so: each number is a choice, kept with every result.

What the sizing of a reference day gives (refusals, absences, active places) is named there as such; the rest is chosen
for the nearest peer's sake: notices reach farther than its own, charities drive farther than it lets them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Conduct:
    """Shares between 0 and 1, minutes, kilometres and grams."""

    # Refusals at the door, partial pickups, people who do not come: the sizing of a reference day.
    refused: float = 0.10
    partly: float = 0.10
    no_show: float = 0.03
    shut: float = 0.01
    # 90 of 220 places are active on a day; how often one is differs much between places.
    active_mean: float = 0.41
    active_spread: float = 1.1
    # How soon somebody looks after a message: the middle over places, and how it spreads over and within places.
    look_minutes: float = 14.0
    look_spread: float = 0.8
    look_jitter: float = 0.6
    # How often an active place opens the list by itself in a day.
    browses: int = 2
    # Places that let Glane answer for them where there are rounds, and from how near.
    automatic: float = 0.2
    automatic_metres: int = 10_000
    # How often a place wants what it may take: anything, and bread, of which there is too much.
    wants: float = 0.80
    wants_bread: float = 0.55
    # What a place takes of one lot, and of bread in a day, for each person it serves in a week.
    grams_a_person: int = 400
    bread_a_person: int = 150
    least_share: int = 20_000
    # Fetching: somebody with a car is free; how far one goes for nothing, and farther for each kilogram.
    free_to_fetch: float = 0.60
    fetch_km: float = 4.0
    fetch_km_a_kg: float = 0.30
    fetch_km_most: float = 30.0
    car_grams: int = 160_000
    # With rounds: how often a place near by fetches all the same.
    fetches_near: float = 0.4
    near_metres: int = 6_000
    reach_metres: int = 30_000
    big_reach_metres: int = 45_000
    big_grams: int = 45_000
    # Minutes from the yes to leaving home, at the donor's, and lateness at the donor's.
    leaves_after: tuple[float, float] = (5.0, 40.0)
    at_donor: tuple[float, float] = (6.0, 12.0)
    late: float = 10.0
    # Who fetches with a cool box: without one, cold goods are not carried safely however short the way.
    cool_box: float = 0.8
    # What happens to a whole round, of all that leave.
    half_hour_late: float = 0.05
    breakdown: float = 0.01
    goes_home: float = 0.01
    # Each leg of a van, and each stop, lasts its planned time times a lognormal factor of this spread.
    leg_spread: float = 0.15
    stop_spread: float = 0.20
    # Nobody waits longer for a round than this before fetching it or giving it back.
    patience_minutes: float = 40.0

    def worth_metres(self, grams: int) -> int:
        """How far a charity drives to fetch so much."""
        return int(1000 * min(self.fetch_km_most, self.fetch_km + self.fetch_km_a_kg * grams / 1000))
