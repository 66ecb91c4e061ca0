"""Region days for the routing benchmark: the same for a seed, of the right mix, with bounds that hold."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import routing
from service.rounds.planning.problem import build as problem_of
from service.rounds.planning.problem import profiles_of
from service.rounds.planning.reading import read
from service.rounds.planning.travel import matrices
from service.rounds.planning.work import zones_of
from tests.workers.public_instances import instance
from workers.bench.day import DAY, build
from workers.bench.routing import engines, growth
from workers.bench.routing.bounds import Bounds, bounds
from workers.bench.routing.day_sheets import day_verdicts, region_sheets
from workers.bench.routing.days import DayJob, DayRow, day_jobs, run_day
from workers.bench.routing.engines import Answered, routes_of
from workers.bench.routing.region import MOST_LOTS, region_day, scale_of
from workers.bench.routing.starting import tiny
from workers.simulation.scales import REFERENCE, SMALL, STRESS


@pytest.fixture(scope="module")
def small() -> routing.Problem:
    """A day with thirty lots."""
    return region_day(30, 5)


def test_a_day_is_the_same_for_a_seed(small: routing.Problem) -> None:
    """The same lots, vehicles, windows and ways; another seed makes another day."""
    assert region_day(30, 5) == small
    assert region_day(30, 6) != small


def test_a_day_has_the_mix_of_production(small: routing.Problem) -> None:
    """Optional lots worth their grams, cold minutes, compartments, several kinds of vehicles, nothing under way."""
    assert not small.states
    assert all(not shipment.mandatory and shipment.value == shipment.grams for shipment in small.shipments)
    cold = [one for one in small.shipments if one.temperature is routing.Temperature.CHILLED]
    assert cold
    assert all(one.max_ride_s[routing.ColdEquipment.BOX] for one in cold)
    assert len({vehicle.profile for vehicle in small.vehicles}) == 3
    assert any(len(vehicle.compartments) == 3 for vehicle in small.vehicles)
    sites = {site.id for site in small.sites}
    assert {shipment.pickup.site for shipment in small.shipments} <= sites
    plan = routing.solve(small, iterations=20, engine="search")
    assert routing.check(small, plan) == []
    assert plan.totals.shipments > 5


def test_the_fleet_grows_with_the_day() -> None:
    """The reference and the stress day are themselves; the largest finds names for all its donors."""
    for known in (SMALL, REFERENCE, STRESS):
        assert scale_of(known.lots) == known
    between = scale_of(600)
    assert REFERENCE.vehicles < between.vehicles < STRESS.vehicles < scale_of(6000).vehicles
    assert scale_of(MOST_LOTS).donors < 8_000
    with pytest.raises(ValueError, match="lots"):
        region_day(1, 0)


# Bounds


def test_no_plan_passes_the_bounds(small: routing.Problem) -> None:
    """What a search carries is at most the value told, its objective at least the cents told."""
    limits = bounds(small)
    plan = routing.solve(small, iterations=50, engine="search")
    assert plan.totals.value <= limits.value
    assert 0 < limits.cents <= routing.score(small, plan).total


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    worth=st.sampled_from([0, 30, 3_000, 10**7]),
    fixed=st.sampled_from([0, 500, 100_000]),
    late=st.integers(300, 20_000),
)
def test_bounds_hold_on_random_small_problems(seed: int, worth: int, fixed: int, late: int) -> None:
    """Whatever is dear or cheap: leaving everything, or the search's plan, is never better than the bound."""
    random = np.random.default_rng(seed)
    problem = tiny()
    across = random.integers(0, 3_000, (len(problem.sites), 2))
    metres = np.abs(across[:, None] - across[None]).sum(axis=2).astype(np.int64)
    vehicles = tuple(replace(vehicle, fixed_cents=fixed) for vehicle in problem.vehicles)
    shipments = tuple(
        replace(one, value=worth, pickup=replace(one.pickup, windows=(routing.Window(0, late),)))
        for one in problem.shipments
    )
    given_ = replace(problem, vehicles=vehicles, shipments=shipments, matrices={"van": routing.Matrix(metres, metres)})
    limits = bounds(given_)
    plan = routing.solve(given_, iterations=30, engine="search")
    assert routing.check(given_, plan) == []
    assert limits.cents <= routing.score(given_, plan).total + 1e-6
    assert limits.cents <= sum(one.value for one in shipments)
    assert plan.totals.value <= limits.value
    assert not {one for trip in plan.rounds for stop in trip.stops for one in stop.loads} & set(limits.hopeless)


def test_what_nobody_could_carry_is_hopeless(small: routing.Problem) -> None:
    """Too heavy, or too long a way for its cold: its value is out of reach."""
    first, *others = small.shipments
    heavy = replace(first, grams=10**9, value=777)
    rotten = replace(others[0], id="rotten", value=333, max_ride_s=dict.fromkeys(routing.ColdEquipment, 0))
    found = bounds(replace(small, shipments=(heavy, *others, rotten)))
    assert {first.id, "rotten"} <= set(found.hopeless)
    assert found.cents >= 777 + 333


def test_vehicles_under_way_have_no_bounds(small: routing.Problem) -> None:
    """What they have done would have to be counted first."""
    state = routing.VehicleState(small.vehicles[0].id)
    with pytest.raises(ValueError, match="not left"):
        bounds(replace(small, states=(state,)))


# Runs and growth


def day(lots: int, engine: str, score: float | None, **more: object) -> DayRow:
    given: dict[str, object] = {
        "lots": lots, "region_seed": 1, "shipments": lots, "vehicles": 3, "engine": engine, "version": "1", "seed": 0,
        "threads": 2, "seconds": 10.0, "took": 10.0, "value": 100, "value_left": 50, "cost_cents": 1000,
        "score_cents": score, "metres": 5000, "rounds": 2, "breaches": 0, "first_s": 0.1, "peak_mib": 50.0,
        "most_value": 140, "bound_cents": 500.0, "day": "2026-11-22", "note": "",
    }  # fmt: skip
    return DayRow(**{**given, **more})  # type: ignore[arg-type]  # words and numbers by name


def test_growth_is_the_slope_of_the_logarithms() -> None:
    """Time to within two per cent of ten times the time; the earliest of both runs."""
    rows, traces = [], {}
    for lots, reach in ((100, 1.0), (1000, 10.0), (10_000, 100.0)):
        usual, longer = day(lots, "search", 1050.0), day(lots, "search", 1000.0, seconds=100.0)
        rows += [usual, longer]
        traces[usual.key] = [(0.1, 2000.0), (reach, 1019.0)]
        traces[longer.key] = [(0.2, 1500.0), (3 * reach, 1001.0)]
    found = growth.reached(rows, traces)
    assert [(one.lots, one.seconds) for one in found] == [(100, 1.0), (1000, 10.0), (10_000, 100.0)]
    assert growth.exponent(found) == pytest.approx(1.0)
    assert growth.exponent(found[:1]) is None
    assert growth.reached([row for row in rows if row.seconds == 10.0], traces) == []


def test_days_are_compared_with_the_tuned_model() -> None:
    """A tenth cheaper with no less carried, or a tenth less left; a peer without a plan is beaten by any."""

    def reached(ours: DayRow, tuned: DayRow) -> bool:
        return next(one.reached for one in day_verdicts([ours, tuned], []) if "cost" in one.what[1])

    tuned = day(180, "ortools", 900.0)
    assert reached(day(180, "search", 800.0, cost_cents=900), tuned)
    assert not reached(day(180, "search", 800.0, cost_cents=901), tuned)
    assert not reached(day(180, "search", 800.0, cost_cents=500, value_left=51), tuned)
    assert reached(day(180, "search", 800.0, cost_cents=1500, value_left=45), tuned)
    assert reached(day(180, "search", 800.0), day(180, "ortools", None, value=None, cost_cents=None, note="failed"))
    assert not reached(day(180, "search", 800.0, cost_cents=900, breaches=1), tuned)
    page = "\n".join(sheet.markdown() for sheet in region_sheets([tuned, day(180, "search", 800.0)], {}))
    assert page.index("180, Glane") < page.index("180, RoutingModel tuned")


def test_a_run_is_judged_by_the_checker(tmp_path: Path) -> None:
    """A plan with a breach is a row that says so and counts for nothing; an engine's refusal as well."""
    problem = instance(tmp_path, pairs=3).problem
    job = DayJob(3, 0, "search", 0, 1, 1.0)
    limits = Bounds(0, (), 0.0)
    good = routing.solve(problem, iterations=5, engine="search")
    bad = replace(good, totals=replace(good.totals, metres=1))

    def answers(plan: routing.Plan) -> Answered:
        return Answered(routes_of(plan), plan, ((0.2, 5.0),))

    row, trace = run_day(job, problem, limits, lambda *_: answers(good))
    assert (row.breaches, row.first_s) == (0, 0.2)
    assert trace[-1] == (row.took, row.order)
    row, _ = run_day(job, problem, limits, lambda *_: answers(bad))
    assert row.breaches
    assert row.order == float("inf")
    assert row.note.startswith("invalid: totals")

    def refuses(*_: object) -> Answered:
        raise routing.EngineError("out of luck")

    row, _ = run_day(job, problem, limits, refuses)
    assert (row.value, row.note) == (None, "failed: out of luck")


def test_the_long_run_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both engines a seed; with growth, ours once with ten times the time; without its compiler, not at all."""
    monkeypatch.setattr(engines, "COMPILER", "glane")
    found = day_jobs([100], 1, range(2), 2, None, growth=True)
    assert [(job.engine, job.seed, job.seconds) for job in found] == [
        ("search", 0, 10.0), ("ortools", 0, 10.0), ("search", 1, 10.0), ("ortools", 1, 10.0), ("search", 0, 100.0),
    ]  # fmt: skip
    monkeypatch.setattr(engines, "COMPILER", "no-such-package")
    found = day_jobs([100], 1, range(1), 2, None, growth=True)
    assert [(job.engine, job.seconds) for job in found] == [("ortools", 10.0)]


def test_the_direct_way_asks_what_production_asks(tmp_path: Path) -> None:
    """Posting and claiming a whole day through the actions gives the same shipments and crews, only slower.

    But for what no vehicle can carry even alone: production does not promise it; another place gets it, or none.
    """
    played = build(SMALL, tmp_path, seed=5, seconds=1.0, tell=lambda what, done, total: None)
    try:
        with played.database.read() as session:
            zone = zones_of(played.config.slug)[0]
            now = played.now + timedelta(minutes=10)
            situation = read(session, played.settings, played.config.slug, zone, DAY, now)
    finally:
        played.database.close()
    asked = problem_of(situation, matrices(played.settings, situation, profiles_of(situation)))
    direct = region_day(SMALL.lots, 5)
    assert asked.shipments
    assert asked.vehicles == direct.vehicles
    nobody = {shipment.id for shipment in direct.shipments if not can_be_carried(direct, shipment)}
    assert 0 < len(nobody) < len(direct.shipments) / 4
    sure = Counter(wishes(shipment for shipment in direct.shipments if shipment.id not in nobody))
    assert sure <= Counter(wishes(asked.shipments))
    assert len(asked.shipments) <= len(direct.shipments)


def wishes(shipments: Iterable[routing.Shipment]) -> list[str]:
    """The shipments without their numbers, which are claims' in one and counted in the other."""
    return sorted(repr(replace(shipment, id="any")) for shipment in shipments)


def can_be_carried(problem: routing.Problem, shipment: routing.Shipment) -> bool:
    """Whether some vehicle can carry it when it carries nothing else."""
    alone = replace(problem, shipments=(replace(shipment, mandatory=True),))
    return not routing.solve(alone, iterations=1, engine="search").unserved
