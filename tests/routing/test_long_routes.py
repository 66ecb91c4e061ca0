"""Few long routes: searched with a few shipments left out on the way, and within the time asked for."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import count
from random import Random

import pytest

import routing as r
from routing.engine.board import Board
from routing.engine.cheapest import Found
from routing.engine.instance import Instance
from routing.engine.route import build
from routing.engine.search import lane
from routing.engine.search.clock import Clock, Limits
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

    def loosened(one: Lane, dear: float, until: float) -> None:
        told.append("loosened")
        loosen(one, dear, until)

    def tightened(one: Lane) -> None:
        told.append("tightened")
        tighten(one)

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


@pytest.mark.parametrize(("looks", "least", "most"), [(0, 0, 0), (4, 1, 299), (10_000, 300, 300)])
def test_a_first_plan_is_cut_short_when_it_is_late(
    looks: int, least: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is late after so many looks at the clock: what was placed by then stays and keeps the rules."""
    problem = _town(300, 12, 2)
    inst = Instance(problem)
    seen = count()
    monkeypatch.setattr(Clock, "late", lambda clock: next(seen) >= looks)
    routes, left = Drive(inst, 0, Limits(0.0, None, 1, lambda: False), lambda *said: None).run(None)
    assert least <= len(problem.shipments) - len(left) <= most
    assert all(build(inst, crew, order) is not None for crew, order in zip(inst.crews, routes, strict=True))


def test_a_time_too_short_still_gets_a_whole_first_plan() -> None:
    """Where building the tables alone takes longer than asked, nobody is left out for want of being tried."""
    problem = _town(300, 12, 2)
    r.solve(problem, iterations=1)  # what is compiled is loaded
    plan = r.solve(problem, seconds=0.01, engine="search", threads=2)
    assert plan.unserved == ()
    assert r.check(problem, plan) == []


def test_a_first_plan_stopped_by_steps_does_not_depend_on_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that are held up now and then give the same plan: nothing is cut where the clock says so."""
    problem = _town(40, 4, 4)
    whole = r.solve(problem, iterations=20, threads=2)
    random = Random(1)
    monkeypatch.setattr(lane, "_fitted", lambda size, took: random.randint(1, 9))
    for _ in range(3):
        assert r.solve(problem, iterations=20, threads=2) == whole


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
