"""A vehicle is nowhere before it can be there, handlings take their time, and the metres told are those driven."""

from __future__ import annotations

from routing.breach import Breach
from routing.kinds import StopState
from routing.plan import Plan, Round
from routing.problem import Problem
from routing.rules.reading import Book, acts, place_of

RULE = "travel_time"


def _paused(trip: Round, start_s: int, end_s: int) -> int:
    """Seconds of pause that lie between two moments."""
    return sum(max(0, min(end_s, rest.end_s) - max(start_s, rest.start_s)) for rest in trip.pauses)


def _legs(book: Book, trip: Round) -> list[Breach]:
    found: list[Breach] = []
    state = book.states.get(trip.vehicle)
    here, leaves = trip.start_site, trip.start_s
    metres = drive_s = 0
    if state is not None:
        metres, drive_s = state.metres, state.drive_s
        here = state.site or here
        leaves = max(leaves, state.available_s) if state.available_s is not None else leaves
    ahead = [(stop.site, stop.arrival_s, stop.departure_s) for stop in trip.stops if stop.state != StopState.EXECUTED]
    if trip.end_site is not None:
        ahead.append((trip.end_site, trip.end_s, trip.end_s))
    for site, arrival_s, departure_s in ahead:
        leg_m, leg_s = book.way(trip.vehicle, here, site)
        if leg_s < 0:
            found.append(Breach(RULE, f"no way from {here!r} to {site!r}", vehicle=trip.vehicle))
        elif arrival_s - leaves - _paused(trip, leaves, arrival_s) < leg_s:
            facts: dict[str, int | str] = {"needed_s": leg_s, "given_s": arrival_s - leaves}
            found.append(Breach(RULE, f"too fast from {here!r} to {site!r}", trip.vehicle, facts=facts))
        metres, drive_s = metres + max(0, leg_m), drive_s + max(0, leg_s)
        here, leaves = site, departure_s
    if trip.end_s < leaves:
        found.append(Breach(RULE, "ends before its last stop does", vehicle=trip.vehicle))
    if (metres, drive_s) != (trip.metres, trip.drive_s):
        facts = {
            "metres": metres,
            "told_metres": trip.metres,
            "drive_s": drive_s,
            "told_drive_s": trip.drive_s,
        }
        found.append(Breach(RULE, "metres or seconds driven are not those of its legs", trip.vehicle, facts=facts))
    return found


def _handlings(book: Book, trip: Round) -> list[Breach]:
    found: list[Breach] = []
    state = book.states.get(trip.vehicle)
    here = (state.site if state else None) or trip.start_site
    free_s: dict[int, int] = {}
    before = here
    for number, stop in enumerate(trip.stops):
        parking = 0 if stop.site == before else book.stop_s[stop.site]
        free_s[number] = stop.arrival_s + parking
        if stop.state == StopState.EXECUTED:
            continue
        before = stop.site
        begun = min((handling.start_s for handling in (*stop.loads, *stop.unloads)), default=stop.service_start_s)
        if begun != stop.service_start_s:
            facts = {"told_s": stop.service_start_s, "begun_s": begun}
            found.append(Breach(RULE, f"handling at {stop.site!r} begins at {begun}", trip.vehicle, facts=facts))
    for act in acts(trip):
        if act.stop.state == StopState.EXECUTED:
            continue
        handling = act.handling
        place = place_of(book.shipments[handling.shipment], act)
        lasts = place.service_s if place else 0
        idle_from = free_s[act.stop_number]
        if handling.start_s < idle_from or handling.end_s - handling.start_s < lasts:
            found.append(
                Breach(
                    RULE,
                    f"handled too early or too fast at {act.stop.site!r}",
                    trip.vehicle,
                    handling.shipment,
                )
            )
        if handling.end_s > act.stop.departure_s:
            found.append(Breach(RULE, f"leaves {act.stop.site!r} during handling", trip.vehicle, handling.shipment))
        free_s[act.stop_number] = max(idle_from, handling.end_s)
    return found


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Legs driven too fast or where there is no way, hurried or overlapping handlings, untrue metres."""
    book = Book(problem)
    return [breach for trip in plan.rounds for breach in _legs(book, trip) + _handlings(book, trip)]
