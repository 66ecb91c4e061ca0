"""Few long routes: searched with a few shipments left out on the way, and within the time asked for."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random

import pytest

import routing as r
from routing.engine.board import Board
from routing.engine.cheapest import Found
from routing.engine.instance import Instance
from routing.engine.search.clock import Limits
from routing.engine.search.drive import Drive
from routing.engine.search.lane import Lane
from tests.routing.conftest import grid

H = 3600


def _town(lots: int, vans: int, seed: int) -> r.Problem:
    """Small mandatory lots between shops and shelves of one town, windows of some hours, vans that are dear."""
    random = Random(seed)
    points = [(random.uniform(0, 9000), random.uniform(0, 9000)) for _ in range(2 * lots + 1)]
    names = [f"p{at}" for at in range(len(points))]

    def place(at: int, opens: int) -> r.Place:
        return r.Place(names[at], (r.Window(opens, opens + 6 * H),), 60)

    shipments = []
    for lot in range(lots):
        opens = random.randint(0, 8) * H
        up, down = place(2 * lot + 1, opens), place(2 * lot + 2, opens + random.randint(0, 2) * H)
        shipments.append(r.Shipment(f"L{lot}", up, (down,), 5000, 1, mandatory=True))
    room = (r.Compartment(r.Temperature.AMBIENT, 60_000, 12),)
    fleet = [
        r.Vehicle(f"V{at}", "p0", "p0", r.Window(0, 16 * H), room, fixed_cents=1_000_000, per_hour_cents=0)
        for at in range(vans)
    ]
    return r.Problem(tuple(r.Site(name) for name in names), tuple(shipments), tuple(fleet), {"van": grid(points)})


def test_a_search_that_leaves_out_on_the_way_ends_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads, twice: allowed to leave out, then not any more; nothing missing at the end, the same both times."""
    problem = _town(50, 3, 1)
    told: list[str] = []
    loosen, tighten = Lane.loosen, Lane.tighten

    def loosened(lane: Lane, dear: float, until: float) -> None:
        told.append("loosened")
        loosen(lane, dear, until)

    def tightened(lane: Lane) -> None:
        told.append("tightened")
        tighten(lane)

    monkeypatch.setattr(Lane, "loosen", loosened)
    monkeypatch.setattr(Lane, "tighten", tightened)
    found = []
    for _ in range(2):
        drive = Drive(Instance(problem), 3, Limits(60.0, 3000, 2, lambda: False), lambda *said: None)
        found.append((drive.run(None), drive.value))
    assert found[0] == found[1]
    assert told == 2 * ["loosened", "loosened", "tightened", "tightened"]
    (routes, left), _ = found[0]
    assert left == []
    assert sum(map(len, routes)) == 100
    plan = r.solve(problem, seed=3, iterations=3000, threads=2)
    assert plan.unserved == ()
    assert r.check(problem, plan) == []


def test_a_first_plan_is_cut_short_when_the_time_is_long_gone() -> None:
    """Without any time nothing is placed by the search, and the plan keeps the rules."""
    inst = Instance(_town(30, 3, 2))
    routes, left = Drive(inst, 0, Limits(0.0, None, 2, lambda: False), lambda *said: None).run(None)
    assert not any(routes)
    assert len(left) == 30


def test_a_last_look_is_cut_short_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not looked at before the time is over is told as not tried."""
    made = _town(60, 1, 3)
    problem = replace(
        made,
        shipments=tuple(replace(one, mandatory=False) for one in made.shipments),
        vehicles=tuple(replace(one, max_stops=2, fixed_cents=0) for one in made.vehicles),
    )
    cheapest = Board.cheapest

    def slowly(board: Board, ship: int) -> Found | None:
        if any(route.tasks for route in board.routes):  # not asked how it would be alone
            time.sleep(0.1)
        return cheapest(board, ship)

    r.solve(problem, iterations=1)  # what is compiled is loaded
    monkeypatch.setattr(Board, "cheapest", slowly)
    began = time.monotonic()
    plan = r.solve(problem, seconds=0.5, engine="search")
    assert time.monotonic() - began < 4.0
    assert r.check(problem, plan) == []
    assert r.Reason.NOT_TRIED in {one.reason for one in plan.unserved}
