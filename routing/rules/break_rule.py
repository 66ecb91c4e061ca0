"""A crew rests in time: never more than `after_s` between leaving, the pauses and coming back."""

from __future__ import annotations

from routing.breach import Breach
from routing.kinds import StopState
from routing.plan import Plan
from routing.problem import Problem
from routing.rules.reading import Book, acts, is_free

RULE = "break"


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Rounds with free stops that go on too long without a pause, and pauses too short or not restful.

    Of a pause that was due before anything could be chosen, only that it is taken at once is asked.
    """
    book = Book(problem)
    found: list[Breach] = []
    for trip in plan.rounds:
        rule = book.vehicles[trip.vehicle].break_rule
        if not is_free(trip):
            continue
        state = book.states.get(trip.vehicle)
        rested = trip.start_s
        if state is not None and state.paused_until_s is not None:
            rested = max(rested, state.paused_until_s)
        # What is executed and frozen lies behind this moment.
        known = [stop.departure_s for stop in trip.stops if stop.state != StopState.FREE]
        if state is not None and state.available_s is not None:
            known.append(state.available_s)
        chosen_from = max(known, default=trip.start_s)
        earlier = rested
        for rest in sorted(trip.pauses, key=lambda pause: pause.start_s):
            if any(a.handling.start_s < rest.end_s and rest.start_s < a.handling.end_s for a in acts(trip)):
                found.append(Breach(RULE, "a pause during handling is no pause", vehicle=trip.vehicle))
            if rest.start_s < trip.start_s or rest.end_s > trip.end_s or rest.start_s < earlier:
                found.append(Breach(RULE, "a pause lies outside the round or over another", vehicle=trip.vehicle))
            earlier = rest.end_s
            if rule is None:
                continue
            if rest.end_s - rest.start_s < rule.duration_s:
                found.append(Breach(RULE, "a pause is too short", vehicle=trip.vehicle))
                continue
            if rest.start_s > max(rested + rule.after_s, chosen_from):
                facts: dict[str, int | str] = {"worked_s": rest.start_s - rested}
                found.append(Breach(RULE, "the pause comes too late", trip.vehicle, facts=facts))
            rested = rest.end_s
        if rule is not None and trip.end_s - rested > rule.after_s:
            facts = {"worked_s": trip.end_s - rested, "after_s": rule.after_s}
            found.append(Breach(RULE, "works on without a pause", trip.vehicle, facts=facts))
    return found
