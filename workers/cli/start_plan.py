"""Where a search begins: the plan in a file, made whole, checked against the problem before anything is solved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from routing import Plan, Problem, Reason, RoutingError, Unserved, check
from routing.formats import Source, read_solution
from routing.objective import totals
from routing.rules import names
from workers.cli.refusals import breach, refusal


class BadStart(Exception):
    """The file is no plan to begin with; the text says what is wrong and where."""


def start_of(file: Path, source: Source) -> Plan:
    """The plan in a file of any form that `read_solution` knows; what it does not mention is left to be placed.

    Raises BadStart, in French, when the file cannot be read, is of another problem, or breaks a rule.
    """
    try:
        plan = made_whole(source.problem, read_solution(file, source, whole=False))
    except RoutingError as error:
        raise BadStart(refusal(error, file)) from error
    broken = check(source.problem, plan)
    if not broken:
        return plan
    if broken[0].rule == names.RULE:
        raise BadStart(f"{file} : n'est pas un plan de ce problème : {breach(broken[0])}")
    count = f"{len(broken)} règles, dont" if len(broken) > 1 else "une règle"
    raise BadStart(f"{file} : enfreint {count} : {breach(broken[0])}")


def made_whole(problem: Problem, plan: Plan) -> Plan:
    """The plan with every shipment it does not mention left out, and its sums told anew."""
    told = {left.shipment for left in plan.unserved}
    for trip in plan.rounds:
        for stop in trip.stops:
            told |= {handling.shipment for handling in (*stop.loads, *stop.unloads)}
    aboard = {item.shipment for state in problem.states for item in state.aboard}
    left = [
        Unserved(shipment.id, Reason.UNDELIVERABLE if shipment.id in aboard else Reason.NOT_TRIED)
        for shipment in problem.shipments
        if shipment.id not in told
    ]
    unserved = (*plan.unserved, *left)
    known = {vehicle.id for vehicle in problem.vehicles}
    if any(trip.vehicle not in known for trip in plan.rounds):
        return plan  # the rule about names says so; its sums cannot be told
    out = {one.shipment for one in unserved}
    carried = {shipment.id for shipment in problem.shipments if shipment.id not in out}
    return replace(plan, unserved=unserved, totals=totals(problem, plan.rounds, carried))
