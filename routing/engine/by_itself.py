"""Whether an empty vehicle could carry a shipment and nothing else: of all vehicles at once, as `reasons` of each."""

from __future__ import annotations

import numpy as np

from routing.engine.growing import GrowingInstance
from routing.engine.instance import FAR
from routing.engine.piece import Ints, snapped
from routing.engine.reasons import NEARNESS, Facts, fails
from routing.plan import Reason

# Beside a place in NEARNESS: whether it could is not known yet; it cannot, by its shift or its cold.
OPEN_STILL, TOO_LATE = -1, len(NEARNESS)


class ByItself:
    """The vehicles of a day before it began, in arrays."""

    def __init__(self, fresh: GrowingInstance) -> None:
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
