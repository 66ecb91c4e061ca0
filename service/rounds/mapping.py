"""What a map of rounds draws: stops with their numbers, cold legs dashed, never a protected place."""

from collections.abc import Iterable
from typing import Any

from service.rounds.models import StopState
from service.rounds.showing import Called, Shown, shown_point


def map_of(views: Iterable[Shown], homes: bool = True) -> dict[str, Any]:
    """The data of `ui.map` for some rounds; empty without any point, so that no empty map is drawn."""
    routes, points = [], []
    for view in views:
        home, end = shown_point(view.start), shown_point(view.end)
        routes.append(
            {"legs": _legs(view, home, end), "stops": [_pin(called) for called in view.stops if called.point]}
        )
        if homes and home is not None:
            points.append({"lat": home[0], "lon": home[1], "text": view.vehicle.name, "kind": "home"})
        if homes and view.ends_elsewhere and end is not None:
            points.append({"lat": end[0], "lon": end[1], "text": view.end.name, "kind": "home"})
    if not points and not any(route["stops"] for route in routes):
        return {}
    return {"routes": routes, "points": points}


def _pin(called: Called) -> dict[str, Any]:
    assert called.point is not None
    kinds = {StopState.DONE: "done", StopState.FAILED: "bad"}
    kind = kinds.get(StopState(called.stop.state), "donor" if called.loads and not called.unloads else "charity")
    latitude, longitude = called.point
    return {
        "lat": latitude,
        "lon": longitude,
        "number": called.stop.sequence,
        "text": called.organisation,
        "kind": kind,
    }


def _legs(view: Shown, home: tuple[float, float] | None, end: tuple[float, float] | None) -> list[dict[str, Any]]:
    """Legs between neighbouring stops; one that would touch a protected place is left out."""
    legs: list[dict[str, Any]] = []
    here = home
    aboard: set[int] = set()
    for called in view.stops:
        there = called.point
        if here is not None and there is not None:
            legs.append({"path": [here, there], "cold": bool(aboard), "done": not called.to_do})
        for handled in called.unloads:
            aboard.discard(handled.shipment.key)
        for handled in called.loads:
            if handled.shipment.temperature != "ambient":
                aboard.add(handled.shipment.key)
        here = there
    if here is not None and end is not None and view.stops:
        legs.append({"path": [here, end], "cold": False, "done": view.round.is_over})
    return legs
