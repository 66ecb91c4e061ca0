"""Every id in the plan is known, and rounds begin and end where their vehicle does."""

from __future__ import annotations

from routing.breach import Breach
from routing.plan import Plan
from routing.problem import Problem

RULE = "names"


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """One breach for each unknown vehicle, site or shipment, and each wrong start or end."""
    found: list[Breach] = []
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    sites = {site.id for site in problem.sites}
    shipments = {shipment.id for shipment in problem.shipments}
    for trip in plan.rounds:
        vehicle = vehicles.get(trip.vehicle)
        if vehicle is None:
            found.append(Breach(RULE, f"unknown vehicle {trip.vehicle!r}", vehicle=trip.vehicle))
            continue
        if trip.start_site != vehicle.start:
            found.append(Breach(RULE, f"starts at {trip.start_site!r}, not {vehicle.start!r}", vehicle=trip.vehicle))
        if trip.end_site != vehicle.end:
            found.append(Breach(RULE, f"ends at {trip.end_site!r}, not {vehicle.end!r}", vehicle=trip.vehicle))
        for stop in trip.stops:
            if stop.site not in sites:
                found.append(Breach(RULE, f"unknown site {stop.site!r}", vehicle=trip.vehicle))
            for handling in (*stop.loads, *stop.unloads):
                if handling.shipment not in shipments:
                    found.append(Breach(RULE, "unknown shipment", trip.vehicle, handling.shipment))
    for left in plan.unserved:
        if left.shipment not in shipments:
            found.append(Breach(RULE, "unknown shipment left out", shipment=left.shipment))
    return found
