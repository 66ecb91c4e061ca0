"""Whether an empty vehicle could carry a shipment and nothing else: one vehicle closely, all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np

from routing.engine.instance import Crew, Instance
from routing.engine.moments import NO_RIDE
from routing.engine.piece import Ints, snapped
from routing.engine.timing import feasible, fits, in_windows, timed
from routing.kinds import FAR
from routing.plan import Reason

Facts = Mapping[str, int | str]
# How near to being carried a reason is; the vehicle that comes nearest tells why even it cannot.
NEARNESS = [Reason.UNREACHABLE, Reason.COLD_CHAIN, Reason.WINDOW, Reason.STOPS, Reason.SHIFT]
# Beside a place in NEARNESS: whether it could is not known yet; it cannot, by its shift or its cold.
OPEN_STILL, TOO_LATE = -1, len(NEARNESS)


class ByItself:
    """The vehicles of a day before it began, in arrays."""

    def __init__(self, fresh: Instance) -> None:
        crews = fresh.crews
        self.fresh = fresh
        self.site = np.array([crew.site for crew in crews], dtype=np.int64)
        self.end = np.array([crew.end for crew in crews], dtype=np.int64)
        self.free = np.array([crew.free_s for crew in crews], dtype=np.int64)
        self.shift_end = np.array([crew.shift_end_s for crew in crews], dtype=np.int64)
        self.profile = np.array([crew.profile for crew in crews], dtype=np.int64)
        self.stops_left = np.array([crew.stops_left for crew in crews], dtype=np.int64)

    def reason(self, ship: int) -> tuple[Reason, Facts] | None:
        """What keeps the vehicle that comes nearest from it; None when one could do it, or none may."""
        fresh = self.fresh
        rows = np.flatnonzero(fresh.may[ship])
        load, unloads = fresh.pickup[ship], fresh.deliveries[ship]
        kinds = np.stack([self._kinds(ship, rows, load, unload) for unload in unloads], axis=1)
        for row, n in np.argwhere(kinds == OPEN_STILL).tolist():
            failure = fails(fresh, fresh.crews[rows[row]], load, unloads[n])
            if failure is None:
                return None
            kinds[row, n] = NEARNESS.index(failure[0])
        for row, n in np.argwhere(kinds == TOO_LATE).tolist():
            failure = fails(fresh, fresh.crews[rows[row]], load, unloads[n])
            assert failure is not None, "a vehicle that comes home too late is back in time"
            kinds[row, n] = NEARNESS.index(failure[0])
            if failure[0] == Reason.SHIFT:
                break  # Nothing is nearer, and those that follow come after it.
        kinds[kinds == TOO_LATE] = OPEN_STILL
        if not kinds.size:
            return None
        row, n = divmod(int(np.argmax(kinds)), len(unloads))
        return fails(fresh, fresh.crews[rows[row]], load, unloads[n])

    def _kinds(self, ship: int, rows: Ints, load: int, unload: int) -> Ints:
        """Per vehicle the place in NEARNESS of what keeps it from fetching and bringing, or what is known of it."""
        fresh = self.fresh
        here, there = fresh.site[load], fresh.site[unload]
        out_s, ride_s, ride_m, home_s = (np.zeros(len(rows), dtype=np.int64) for _ in range(4))
        for profile in range(len(fresh.profiles)):
            own = np.flatnonzero(self.profile[rows] == profile)
            seconds, metres = fresh.seconds_table[profile], fresh.metres_table[profile]
            out_s[own], home_s[own] = seconds[self.site[rows[own]], here], seconds[there, self.end[rows[own]]]
            ride_s[own], ride_m[own] = seconds[here, there], metres[here, there]
        most_s, most_m = (bound[rows] for bound in fresh.per_vehicle(ship))
        loaded, missed = snapped(fresh.windows[load], self.free[rows] + out_s)
        brought, shut = snapped(fresh.windows[unload], loaded + fresh.service[load] + ride_s)
        ends = brought + fresh.service[unload] + home_s
        kinds = np.where(ends > self.shift_end[rows], TOO_LATE, OPEN_STILL)
        kinds[missed | shut] = NEARNESS.index(Reason.WINDOW)
        kinds[self.stops_left[rows] < 1 + (here != there)] = NEARNESS.index(Reason.STOPS)
        kinds[(ride_s > most_s) | (ride_m > most_m)] = NEARNESS.index(Reason.COLD_CHAIN)
        kinds[(out_s >= FAR) | (ride_s >= FAR) | (home_s >= FAR)] = NEARNESS.index(Reason.UNREACHABLE)
        return kinds


def fails(inst: Instance, crew: Crew, load: int, unload: int) -> tuple[Reason, Facts] | None:
    """Why `crew`, empty, cannot fetch at one place and bring to the other; None when it can."""
    vehicle = inst.problem.vehicles[crew.number].id
    ship = inst.ship[load]
    stops = [crew.site, inst.site[load], inst.site[unload], crew.end]
    legs = [here * crew.size + there for here, there in pairwise(stops)]
    if any(crew.seconds[leg] >= FAR for leg in legs):
        return Reason.UNREACHABLE, {"vehicle": vehicle}
    ride_s, ride_m = crew.seconds[legs[1]], crew.metres[legs[1]]
    if ride_s > crew.ride_s[ship] or ride_m > crew.ride_m[ship]:
        facts: dict[str, int | str] = {"vehicle": vehicle, "ride_s": ride_s, "ride_m": ride_m}
        if ride_s > crew.ride_s[ship]:
            facts["max_ride_s"] = crew.ride_s[ship]
        return Reason.COLD_CHAIN, facts
    tasks = (load, unload)
    if not fits(inst, crew, tasks):
        return Reason.STOPS, {"vehicle": vehicle}
    timing = timed(inst, crew, tasks)
    if timing is not None:
        lasts = timing.end_s - timing.start_s
        if feasible(inst, crew, tasks) is None:
            return Reason.SHIFT, {"vehicle": vehicle, "lasts_s": lasts, "max_duration_s": crew.max_duration_s}
        return None
    endless = _unbounded(crew)
    if not in_windows(inst, endless, tasks):
        return Reason.WINDOW, {"vehicle": vehicle, "earliest_s": crew.free_s + crew.seconds[legs[0]]}
    late = timed(inst, endless, tasks)
    if late is None and crew.ride_s[ship] < NO_RIDE:
        return Reason.COLD_CHAIN, {"vehicle": vehicle, "max_ride_s": crew.ride_s[ship]}
    if late is None:  # in time without a pause, too late with it
        return Reason.WINDOW, {"vehicle": vehicle, "earliest_s": crew.free_s + crew.seconds[legs[0]]}
    return Reason.SHIFT, {"vehicle": vehicle, "back_s": late.end_s, "shift_end_s": crew.shift_end_s}


def _unbounded(crew: Crew) -> Crew:
    """The same vehicle with a shift that never ends."""
    return replace(crew, shift_end_s=FAR * 1000)
