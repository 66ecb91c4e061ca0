"""Weeks under one rule of sharing or another: a seed gives one result, no gram is lost, and rounds carry more."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select

import config.regions as regions
from config.planning import planning
from config.regions import load_region_config
from service.allocation.models import Claim, ClaimState
from service.lots.models import HOLDING, LotLine, Share
from workers.simulation.scales import SMALL, Scale
from workers.simulation.trial.agenda import Agenda, moment_after, moment_before
from workers.simulation.trial.conduct import Conduct
from workers.simulation.trial.measures import measure
from workers.simulation.trial.policies import RULES, in_force, worth
from workers.simulation.trial.row import Trial
from workers.simulation.trial.running import Order, play
from workers.simulation.trial.world import open_world, sow

REGION = "pays-de-la-loire"
FRIDAY = date(2026, 9, 11)
START = datetime(2026, 9, 11, tzinfo=UTC)

# Enough charities for the few donors that some are near each other, and vans for a part of it.
DENSE = Scale("dense", 52, 110, 50, 10, 1, 1, 2, 1, 1, 36)

# Each rule is the one written in the region, not the one most tests assume.
pytestmark = pytest.mark.sealed


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small region before its first day."""
    folder = tmp_path_factory.mktemp("region")
    sow(folder, SMALL, FRIDAY)
    return folder


@pytest.fixture
def steady() -> Iterator[None]:
    """Whatever a trial does to the regions read by this process is undone."""
    yield
    load_region_config.cache_clear()


def order(policy: str, seed: int = 1, days: int = 1) -> Order:
    return Order(policy, seed, days, FRIDAY, 50, 1000)


def test_moments_come_in_order_and_in_turn() -> None:
    """The earliest first; of the same moment the one written down first; what is late happens next, not in the past."""
    agenda, seen = Agenda(START), []
    agenda.at(START + timedelta(hours=2), lambda now: seen.append(("two", now)))
    agenda.at(START + timedelta(hours=1), lambda now: seen.append(("one", now)))
    agenda.at(START + timedelta(hours=1), lambda now: agenda.at(START, lambda late: seen.append(("late", late))))
    agenda.run(START + timedelta(hours=3))
    hour = START + timedelta(hours=1)
    assert seen == [("one", hour), ("late", hour), ("two", START + timedelta(hours=2))]
    assert agenda.now == START + timedelta(hours=3)


def test_common_moments_are_four_minutes_apart() -> None:
    """The last one not after a moment, the first one not before it, on the hour and beyond it."""
    noon = datetime(2026, 9, 11, 12, tzinfo=UTC)
    assert [moment_before(noon), moment_after(noon)] == [noon, noon]
    late = noon + timedelta(minutes=59, seconds=30)
    assert moment_before(late) == noon + timedelta(minutes=56)
    assert moment_after(late) == noon + timedelta(hours=1)


def test_a_rule_is_in_force_only_while_it_is_played(tmp_path: Path, steady: None) -> None:
    """The region's own file is left as it is, and read again afterwards."""
    theirs = load_region_config(REGION)
    with in_force(RULES["two-choices"], REGION, tmp_path / "regions"):
        assert load_region_config(REGION).settings.claim_policy == "two-choices"
        assert load_region_config(REGION).departements == theirs.departements
    assert load_region_config(REGION) == theirs
    assert Path(regions.__file__).resolve().parent == regions.REGIONS


@pytest.mark.slow
def test_food_is_worth_something_else_only_while_it_is_played() -> None:
    """Points follow the value, one at least; the shipped file, or what the tests put in its place, is read again."""
    with worth(160):
        assert [planning().points(grams) for grams in (10_000, 1)] == [1600, 1]
        assert planning().weights.value == 1
    assert planning().points(1234) == 1234 * 1000 // 1000


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["first-come-collect", "sealed"])
def test_a_seed_gives_one_result(template: Path, steady: None, policy: str) -> None:
    """Played twice, the same row to the gram, the metre and the second."""
    first, again = play(order(policy), template), play(order(policy), template)
    assert first.measures == again.measures


@pytest.mark.slow
def test_another_seed_gives_other_lots(template: Path, steady: None) -> None:
    """Chances are drawn from the seed, not from the rule: two rules are offered the same, two seeds are not."""
    played = [play(order("first-come-collect", seed), template).measures["offered_g"] for seed in (1, 2)]
    assert played[0] != played[1]
    assert played[0] == play(order("first-come"), template).measures["offered_g"]


@pytest.mark.parametrize(
    "mishaps",
    [
        {},
        pytest.param({"half_hour_late": 1.0}, marks=pytest.mark.slow),
        pytest.param({"breakdown": 1.0, "half_hour_late": 0.0}, marks=pytest.mark.slow),
        pytest.param({"goes_home": 1.0}, marks=pytest.mark.slow),
    ],
)
def test_no_gram_is_lost(template: Path, tmp_path: Path, steady: None, mishaps: dict[str, float]) -> None:
    """When everything has arrived or expired, each line still weighs what was posted, whatever happened to rounds."""
    conduct = Conduct(**{"half_hour_late": 0.0, "breakdown": 0.0, "goes_home": 0.0, **mishaps})
    with in_force(RULES["first-come"], REGION, tmp_path / "regions"):
        world = open_world(template, tmp_path, FRIDAY, seed=3, conduct=conduct)
        Trial(world, RULES["first-come"], 1, 50).run()
        told = {"half_hour_late": "late", "breakdown": "breakdown", "goes_home": "going_home"}
        for name, share in mishaps.items():
            assert (world.stage.counts[f"round: {told[name]}"] > 0) == (share > 0)
        found = measure(world)
        with world.database.read() as session:
            held = dict(
                session.exec(
                    select(Share.line_id, func.sum(Share.grams))
                    .where(col(Share.state).in_(HOLDING))
                    .group_by(col(Share.line_id))
                ).all()
            )
            lines = session.exec(select(LotLine)).all()
        world.database.close()
    assert lines
    assert all(line.grams == line.free_grams + line.left_grams + held.get(line.key, 0) for line in lines)
    assert all(line.free_grams == 0 for line in lines)
    assert found.offered_g >= found.delivered_g * 0.9
    assert found.lots == len(lines) - sum(line.from_line_id is not None for line in lines)


@pytest.mark.slow
def test_rounds_save_more_than_separate_trips(tmp_path: Path, steady: None) -> None:
    """The direction, not the figure: the same lots, fetched by each charity, carried by rounds to whoever was first, or
    by rounds once answers were gathered and decided together."""
    sow(tmp_path, DENSE, FRIDAY)
    rules = ("first-come-collect", "first-come", "sealed")
    alone, *by_rounds = (play(order(policy), tmp_path).measures for policy in rules)
    assert alone["delivered_g"] > 0
    assert alone["van_m"] == 0
    assert alone["rounds"] == 0
    assert alone["own_m"] > 0
    for carried in by_rounds:
        assert carried["offered_g"] == alone["offered_g"]
        assert carried["delivered_g"] > alone["delivered_g"]
        assert carried["gini_sites"] < alone["gini_sites"]
        assert carried["van_m"] > 0


def test_places_differ_in_how_often_they_are_active(template: Path, tmp_path: Path, steady: None) -> None:
    """About four in ten on a day, some nearly always and some seldom, the same under every rule."""
    with in_force(RULES["first-come"], REGION, tmp_path / "regions"):
        world = open_world(template, tmp_path, FRIDAY, seed=1, conduct=Conduct())
        world.database.close()
    days = [FRIDAY + timedelta(days=number) for number in range(60)]
    often = [sum(world.is_active(site, day) for day in days) for site in range(1, 221)]
    assert 0.34 <= sum(often) / (220 * 60) <= 0.50
    assert min(often) < 10
    assert max(often) > 45
    assert asdict(Conduct())["active_mean"] == 0.41


@pytest.mark.slow
def test_answers_are_gathered_and_decided_together(template: Path, tmp_path: Path, steady: None) -> None:
    """Under the sealed rule lots are decided when their windows close, and no gram is given twice."""
    with in_force(RULES["sealed"], REGION, tmp_path / "regions"):
        world = open_world(template, tmp_path, FRIDAY, seed=1, conduct=Conduct(automatic=1.0))
        Trial(world, RULES["sealed"], 1, 20).run()
        found = measure(world)
        with world.database.read() as session:
            sealed = session.exec(select(Claim).where(Claim.policy == "sealed-window")).all()
            waiting = [claim for claim in sealed if claim.state is ClaimState.PENDING]
            together = [claim for claim in sealed if claim.decision_id is not None]
        world.database.close()
    assert world.stage.counts["automatic answer"] > 0
    assert together
    assert waiting == []
    assert 0 < found.delivered_g <= found.offered_g


def test_one_drives_farther_for_more() -> None:
    """A few kilometres for nothing, more for each kilogram, and never beyond the most."""
    conduct = Conduct(fetch_km=4, fetch_km_a_kg=0.3, fetch_km_most=30)
    assert [conduct.worth_metres(grams) for grams in (0, 10_000, 500_000)] == [4000, 7000, 30_000]
