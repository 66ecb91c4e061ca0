"""Why a plan leaves shipments out, told to people: the reason in words, the figures with their units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from routing import Plan, Problem, Reason, Shipment, Unserved, Vehicle, Window
from routing.formats import Source
from routing.picture.words import Words
from workers.cli.measures import Measures, Say, counting, measures_of, number

Facts = Mapping[str, int | str]


def explained(source: Source, plan: Plan) -> list[str]:
    """A line for each shipment left out: its name, whether it had to be carried, the reason and its figures."""
    problem, measures, words = source.problem, measures_of(source), Words().reasons
    shipments = {shipment.id: shipment for shipment in problem.shipments}
    told = []
    for left in plan.unserved:
        shipment = shipments[left.shipment]
        must = " (obligatoire)" if shipment.mandatory and source.named is None else ""
        figures = _figures(problem, shipment, left, measures)
        told.append(f"{left.shipment}{must} : {words[left.reason]}" + (f" ({figures})" if figures else ""))
    return told


def _figures(problem: Problem, shipment: Shipment, left: Unserved, measures: Measures) -> str:
    """The facts beside a reason, in words."""
    facts = left.facts
    vehicle = next((one for one in problem.vehicles if one.id == facts.get("vehicle")), None)
    say = _Saying(facts, measures)
    match left.reason:
        case Reason.NO_SKILL:
            parts = [f"il faut : {facts['skills']}" if facts.get("skills") else ""]
        case Reason.NO_COLD | Reason.NO_VEHICLE if "vehicles" in facts:
            kind = Words().temperatures[shipment.temperature].lower()
            parts = [f"classe « {kind} »", say("vehicles", number, "véhicules examinés :")]
        case Reason.TOO_HEAVY:
            parts = [say("grams", measures.weight), say("largest_grams", measures.weight, "au plus")]
        case Reason.TOO_BULKY:
            parts = [say("crates", lambda n: counting(n, "caisse")), say("largest_crates", number, "au plus")]
        case Reason.COLD_CHAIN:
            parts = [say("ride_s", measures.lasting, "trajet de"), say("ride_m", measures.length)]
            parts += [say("max_ride_s", measures.lasting, "au plus"), *_farthest(facts, shipment, vehicle, measures)]
        case Reason.WINDOW:
            parts = [say("earliest_s", measures.instant, "à l'enlèvement au plus tôt à"), _open(shipment, measures)]
        case Reason.SHIFT if "lasts_s" in facts:
            parts = [say("lasts_s", measures.lasting, "tournée de"), say("max_duration_s", measures.lasting, "au plus")]
        case Reason.SHIFT:
            parts = [say("back_s", measures.instant, "retour à"), say("shift_end_s", measures.instant, "au plus tard")]
        case Reason.STOPS:
            parts = [f"au plus {number(vehicle.max_stops)}" if vehicle and vehicle.max_stops is not None else ""]
        case Reason.NOT_WORTH:
            parts = [say("added_cents", measures.cost, "coûterait"), say("worth_cents", measures.cost, "vaut")]
        case Reason.DISPLACED:
            parts = [say("vehicles_able", number, "véhicules possibles :")]
            parts += [say("alone_cents", measures.cost, "seul, il coûterait")]
        case Reason.NOT_TRIED:
            parts = [say("added_cents", measures.cost, "coûterait")]
            parts += [say("alone_cents", measures.cost, "seul, il coûterait")]
        case _:
            parts = []
    named = [f"véhicule {facts['vehicle']}"] if "vehicle" in facts else []
    return " ; ".join(part for part in [*named, *parts] if part)


@dataclass(frozen=True, slots=True)
class _Saying:
    """One fact in words, or nothing where the plan does not have it."""

    facts: Facts
    measures: Measures

    def __call__(self, name: str, how: Say, before: str = "") -> str:
        value = self.facts.get(name)
        return f"{before} {how(value)}".strip() if isinstance(value, int) else ""


def _farthest(facts: Facts, shipment: Shipment, vehicle: Vehicle | None, measures: Measures) -> list[str]:
    """The bound on the ride's length, where that is what it breaks."""
    room = vehicle.compartment(shipment.temperature) if vehicle else None
    bound = shipment.max_ride_m.get(room.cold) if room else None
    ride_m = facts.get("ride_m")
    if bound is None or not isinstance(ride_m, int) or ride_m <= bound:
        return []
    return [f"au plus {measures.length(bound)}"]


def _open(shipment: Shipment, measures: Measures) -> str:
    """When a shipment's places are open, and from when it is ready."""

    def hours(windows: tuple[Window, ...]) -> str:
        spans = [f"{measures.instant(one.start_s)}–{measures.instant(one.end_s)}" for one in windows]
        return " et ".join(spans) or "toujours"

    brought = " ou ".join(hours(place.windows) for place in shipment.deliveries)
    ready = f", prêt à {measures.instant(shipment.ready_s)}" if shipment.ready_s is not None else ""
    return f"enlèvement ouvert : {hours(shipment.pickup.windows)}{ready}, livraison : {brought}"
