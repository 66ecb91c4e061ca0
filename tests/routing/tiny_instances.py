"""Tiny problems made by hand, each showing one rule; what they cost can be said without a computer.

Places lie on a straight road, named by their kilometre: one costs a euro and takes a minute. Waiting is free unless
said. Lots are worth enough to be carried, unless that is the point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import routing as r

BOX, UNIT = r.ColdEquipment.BOX, r.ColdEquipment.REFRIGERATED
AMBIENT, CHILLED = r.Temperature.AMBIENT, r.Temperature.CHILLED


@dataclass(frozen=True, slots=True)
class Tiny:
    """A problem, its least value in cents, what that leaves and why; and the same once the rule is lifted."""

    problem: r.Problem
    cents: int
    left: dict[str, r.Reason]
    lifted: r.Problem
    lifted_cents: int


def lot(name: str, start: int, *ends: int, opens: int = 0, closes: int = 90_000, **other: object) -> r.Shipment:
    """A lot of six kilograms from one kilometre to one of some others, open from `opens` to `closes`."""
    places = tuple(r.Place(f"km{end}") for end in ends)
    made = r.Shipment(name, r.Place(f"km{start}", (r.Window(opens, closes),)), places, 6000, 1, value=10_000)
    return replace(made, **other)  # type: ignore[arg-type]  # whatever an instance needs


def van(name: str = "van", home: int = 0, **other: object) -> r.Vehicle:
    """A van for a hundred kilograms, out all day, a euro a kilometre."""
    rooms = (r.Compartment(AMBIENT, 100_000, 50),)
    made = r.Vehicle(name, f"km{home}", f"km{home}", r.Window(0, 90_000), rooms, per_km_cents=100, per_hour_cents=0)
    return replace(made, **other)  # type: ignore[arg-type]  # whatever an instance needs


def road(lots: list[r.Shipment], vans: list[r.Vehicle]) -> r.Problem:
    """These on one straight road."""
    names = {v.start for v in vans} | {one.pickup.site for one in lots}
    names |= {place.site for one in lots for place in one.deliveries}
    order = sorted(names, key=lambda name: int(name[2:]))
    km = [[abs(int(a[2:]) - int(b[2:])) for b in order] for a in order]
    matrix = r.Matrix([[1000 * one for one in row] for row in km], [[60 * one for one in row] for row in km])
    return r.Problem(tuple(map(r.Site, order)), tuple(lots), tuple(vans), {"van": matrix})


def window() -> Tiny:
    """Two shops, ten kilometres to either side, open at the same moment: two vans at 5 € each and 20 km each."""
    east, west = lot("east", 10, 0, opens=600, closes=600), lot("west", -10, 0, opens=600, closes=600)
    vans = [van("one", fixed_cents=500), van("two", fixed_cents=500)]
    free = [lot("east", 10, 0), lot("west", -10, 0)]
    return Tiny(road([east, west], vans), 2 * (500 + 2000), {}, road(free, vans), 500 + 4000)


def compartment() -> Tiny:
    """Two chilled lots of 6 kg for 10 kg of cold room: there and back twice, the warm lot rides along."""
    cold = {"temperature": CHILLED, "max_ride_s": {UNIT: None}}
    lots = [lot("milk", 10, 0, **cold), lot("cheese", 10, 0, **cold), lot("bread", 10, 0, grams=90_000)]
    small, large = (r.Compartment(CHILLED, grams, 50, UNIT) for grams in (10_000, 12_000))
    warm = van().compartments
    one, other = (road(lots, [van(compartments=(*warm, room))]) for room in (small, large))
    return Tiny(one, 2 * 2000, {}, other, 2000)


def cold_minutes() -> Tiny:
    """Milk leaves km 20 by 1200 s and lasts 25 minutes; ten of them for loading bread on its way are too many."""
    milk = lot("milk", 20, 0, closes=1200, temperature=CHILLED, max_ride_s={BOX: 1500})
    bread = lot("bread", 10, 0, opens=700)
    bread = replace(bread, pickup=replace(bread.pickup, service_s=600))
    chest = [van(compartments=(*van().compartments, r.Compartment(CHILLED, 50_000, 9, BOX)))]
    lasting = replace(milk, max_ride_s={BOX: 1800})
    return Tiny(road([milk, bread], chest), 4000 + 2000, {}, road([lasting, bread], chest), 4000)


def cold_kilometres() -> Tiny:
    """Milk leaves km 20 by 1200 s and may ride 25 km: five more to fetch bread at km 25 are too far."""
    milk = lot("milk", 20, 0, closes=1200, temperature=CHILLED, max_ride_m={BOX: 25_000})
    chest = [van(compartments=(*van().compartments, r.Compartment(CHILLED, 50_000, 9, BOX)))]
    bread, farther = lot("bread", 25, 0), replace(milk, max_ride_m={BOX: 30_000})
    return Tiny(road([milk, bread], chest), 4000 + 5000, {}, road([farther, bread], chest), 5000)


def not_worth() -> Tiny:
    """Two lots, each 20 km of driving: worth 21 € it is fetched, worth 19 € it is not; 18 km would do."""
    meal, crumbs = lot("meal", -10, 0, value=2100), lot("crumbs", 10, 0, value=1900)
    nearer = lot("crumbs", 9, 0, value=1900)
    why = {"crumbs": r.Reason.NOT_WORTH}
    return Tiny(road([meal, crumbs], [van()]), 2000 + 1900, why, road([meal, nearer], [van()]), 2000 + 1800)


def mandatory() -> Tiny:
    """Time for one of two: the promised lot that is worth nothing goes before the one worth 1,000 €."""
    must, rich = lot("must", 10, 0, value=0, mandatory=True), lot("rich", -10, 0, value=100_000)
    short = [van(shift=r.Window(0, 1200))]
    why = {"rich": r.Reason.DISPLACED}
    return Tiny(
        road([must, rich], short), 2000 + 100_000, why, road([replace(must, mandatory=False), rich], short), 2000
    )


def delivery_sites() -> Tiny:
    """From km 10 to km 12 (shut by then), km 30 or km -3: the last, 10 + 13 + 3 km."""
    early, late = (r.Place("km12", (r.Window(0, closes),)) for closes in (100, 90_000))
    one = lot("soup", 10, 30, -3)
    both = [replace(one, deliveries=(place, *one.deliveries)) for place in (early, late)]
    return Tiny(road(both[:1], [van()]), 2600, {}, road(both[1:], [van()]), 2400)


def pause() -> Tiny:
    """80 km take 4800 s and need one pause of 900 s in between; an hour costs 36 €, so 57 € for the time."""
    paid = van(per_hour_cents=3600, shift=r.Window(0, 5700))
    tired = replace(paid, break_rule=r.BreakRule(3000, 900))
    lots = [lot("far", 40, 0, value=100_000)]
    return Tiny(road(lots, [tired]), 8000 + 5700, {}, road(lots, [paid]), 8000 + 4800)


def pause_too_long() -> Tiny:
    """The same with a second less of shift: with its pause it is not back in time, so the lot stays."""
    paid = van(per_hour_cents=3600, shift=r.Window(0, 5699))
    tired = replace(paid, break_rule=r.BreakRule(3000, 900))
    lots = [lot("far", 40, 0, value=100_000)]
    return Tiny(road(lots, [tired]), 100_000, {"far": r.Reason.SHIFT}, road(lots, [paid]), 8000 + 4800)


def skill() -> Tiny:
    """The freezer needs a tail lift, which the van from km -30 has; the bread is gone before that one could come."""
    freezer, bread = lot("freezer", 10, 0, skills=frozenset({"lift"})), lot("bread", 10, 0, closes=600)
    vans = [van("near"), van("lifting", -30, skills=frozenset({"lift"}))]
    plain = replace(freezer, skills=frozenset())
    return Tiny(road([freezer, bread], vans), 8000 + 2000, {}, road([plain, bread], vans), 2000)


def stops() -> Tiny:
    """Two stops only: fetch at km 10 and bring (20 km), and the lot of km 20 stays, worth 49 €."""
    lots = [lot("near", 10, 0, value=5000), lot("far", 20, 0, value=4900)]
    why = {"far": r.Reason.DISPLACED}
    return Tiny(road(lots, [van(max_stops=2)]), 2000 + 4900, why, road(lots, [van(max_stops=3)]), 4000)


def leaves_late() -> Tiny:
    """Twenty minutes at most, for a shop that opens at 5000 s: who leaves at 4400 s was not at km -10 before."""
    lots = [lot("late", 10, 0, opens=5000, closes=5100, value=20_000), lot("early", -10, 0, closes=600)]
    why = {"early": r.Reason.DISPLACED}
    return Tiny(road(lots, [van(max_duration_s=1200)]), 2000 + 10_000, why, road(lots, [van()]), 4000)


def one_way() -> Tiny:
    """A ring of one-way streets, a kilometre each; the other way round is ten, and from shelf to shop there is none."""
    km = [[0, 1, 10], [10, 0, 1], [1, None, 0]]

    def ring(rows: list[list[int | None]]) -> r.Problem:
        metres = [[None if one is None else 1000 * one for one in row] for row in rows]
        seconds = [[None if one is None else 60 * one for one in row] for row in rows]
        lots = [lot("there", 1, 2), lot("back", 2, 1, value=5000)]
        sites = tuple(r.Site(f"km{at}") for at in range(3))
        return r.Problem(sites, tuple(lots), (van(),), {"van": r.Matrix(metres, seconds)})

    # With a way from shelf to shop the lots cross: load, load, bring back, bring there, home; five kilometres.
    return Tiny(ring(km), 300 + 5000, {"back": r.Reason.UNREACHABLE}, ring([*km[:2], [1, 1, 0]]), 500)


ALL = {
    make.__name__: make
    for make in (
        window,
        compartment,
        cold_minutes,
        cold_kilometres,
        not_worth,
        mandatory,
        delivery_sites,
        pause,
        pause_too_long,
        skill,
        stops,
        leaves_late,
        one_way,
    )
}
