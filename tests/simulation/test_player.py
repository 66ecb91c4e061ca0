"""The played day: it balances to the gram, leaves the visitors alone, and plays the same again."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, func, select

import routing
from config.settings import Settings
from service.accounts.models import Person
from service.allocation.models import Claim
from service.database.engine import Database
from service.journal.models import Entry
from service.lots.actions import expire_due, post
from service.lots.forms import LineIn, LotIn, WindowIn
from service.lots.models import HOLDING, Lot, LotLine, Share
from service.rounds.models import Round
from service.rounds.planning.work import plan_stale_zones
from tests.people import Make
from tests.simulation.conftest import MORNING, Sow
from workers.simulation.acting import NO_SHOW
from workers.simulation.cast import read_cast
from workers.simulation.history import write_history
from workers.simulation.player import MOST_ACTS, Player

REGION, ZONE = "pays-de-la-loire", "Europe/Paris"
STEP = timedelta(minutes=10)


def play(database: Database, player: Player, start: datetime, hours: float, settings: Settings | None = None) -> None:
    """Tick through some hours; with settings, rounds are planned too, by a few turns of search."""
    now, end, turn = start, start + timedelta(hours=hours), 0
    while now < end:
        player.tick(now)
        with database.transaction() as session:
            expire_due(session, now)
        if settings is not None and turn % 6 == 0:
            plan_stale_zones(database, settings, now, solve=lambda p, s, warm, tell: routing.solve(p, iterations=20))
        now, turn = now + STEP, turn + 1


def must_balance(session: Session) -> int:
    """Every line: posted = free + held by shares + left; the number of lines looked at."""
    held = dict(
        session.exec(
            select(Share.line_id, func.sum(Share.grams))
            .where(col(Share.state).in_(HOLDING))
            .group_by(col(Share.line_id))
        ).all()
    )
    lines = session.exec(select(LotLine)).all()
    for line in lines:
        assert line.grams == line.free_grams + line.left_grams + held.get(line.key, 0)
    return len(lines)


@pytest.mark.slow
def test_played_days_balance_to_the_gram(database: Database, settings: Settings, sow: Sow) -> None:
    """Posted, claimed, fetched, driven, refused, expired: no gram is lost or made, and all of that happens."""
    sow(database)
    player = Player(database, REGION, ZONE, seed=7)
    play(database, player, MORNING, 39, settings)
    counts = player.stage.counts
    with database.read() as session:
        assert must_balance(session) >= 10
        rounds = session.exec(select(Round)).all()
        delivered = session.exec(select(func.count()).where(Entry.kind == "share.delivered")).one()
    assert counts["lot"] >= 10
    assert counts["claim"] >= 8
    assert delivered >= 3
    assert rounds
    assert all(round_.departed_at is not None for round_ in rounds if round_.starts_at < MORNING + timedelta(hours=8))


def test_the_visitors_lot_is_left_to_the_visitors(database: Database, sow: Sow, make: Make) -> None:
    """No played charity claims what somebody who really signs in has posted."""
    sow(database)
    baker = make.donor("Boulangerie du visiteur")
    noon = MORNING + timedelta(hours=4)
    given = LotIn(
        site_id=baker.site.key,
        lines=[LineIn(category="bread", grams=9000, date=noon.date(), allergens_state="indicative")],
        windows=[WindowIn(starts_at=noon, ends_at=noon + timedelta(hours=7))],
    )
    with database.transaction() as session:
        lot = post(session, given, who=baker.who, now=noon)
    player = Player(database, REGION, ZONE, seed=7)
    play(database, player, noon, 5)
    with database.read() as session:
        claims = session.exec(select(Claim)).all()
        played = {person.key for person in session.exec(select(Person)).all() if person.played}
    assert claims
    assert all(claim.lot_id != lot.key for claim in claims)
    assert {claim.made_by for claim in claims} <= played


@pytest.mark.slow
def test_the_same_times_play_the_same_day(template: str, tmp_path: Path, sow: Sow, database: Database) -> None:
    """Same seed, same ticks: the journals tell the same things in the same order."""
    if not database.is_sqlite:
        return
    shutil.copy(template, tmp_path / "twin.db")
    twin = Database(f"sqlite:///{tmp_path / 'twin.db'}")
    told = []
    for one in (database, twin):
        sow(one)
        play(one, Player(one, REGION, ZONE, seed=7), MORNING, 6)
        with one.read() as session:
            told.append([(e.kind, e.at, e.subject_id, e.data) for e in session.exec(select(Entry)).all()])
    twin.close()
    assert len(told[0]) > 30
    assert told[0] == told[1]


def test_a_restart_goes_on_where_it_was(database: Database, sow: Sow) -> None:
    """A player begun anew posts nothing twice."""
    sow(database)
    play(database, Player(database, REGION, ZONE, seed=7), MORNING, 6)
    with database.read() as session:
        before = session.exec(select(func.count()).select_from(Lot).where(col(Lot.parent_id).is_(None))).one()
    again = Player(database, REGION, ZONE, seed=7)
    again.tick(MORNING + timedelta(hours=6))
    with database.read() as session:
        after = session.exec(select(func.count()).select_from(Lot).where(col(Lot.parent_id).is_(None))).one()
    assert after - before <= 2


def test_a_jump_of_the_clock_is_caught_up_with_step_by_step(database: Database, sow: Sow) -> None:
    """However far the clock jumps, a tick does a bounded amount, and what is long past is not posted."""
    sow(database)
    player = Player(database, REGION, ZONE, seed=7)
    player.tick(MORNING)
    assert player.tick(MORNING + timedelta(hours=13)) <= MOST_ACTS
    with database.read() as session:
        posted = session.exec(select(Lot)).all()
    assert all(lot.deadline > lot.posted_at for lot in posted)


def test_history_balances_and_shows_in_the_figures(database: Database, sow: Sow) -> None:
    """The invented days before weigh what they say, and the figures of each day have something."""
    from service.observatory.queries import figures_by_day

    sow(database)
    now = MORNING + timedelta(hours=9)
    with database.transaction() as session:
        count = write_history(session, read_cast(session, REGION), seed=7, zone=ZONE, now=now, days=8)
    with database.read() as session:
        assert must_balance(session) == count
        days = figures_by_day(session, REGION, (now - timedelta(days=8)).date(), now.date(), ZONE)
        newest = session.exec(select(func.max(Entry.at))).one()
    assert all(figures.whole.posted > 0 for figures in days.values())
    assert sum(figures.whole.delivered for figures in days.values()) > 100_000
    assert newest is not None
    assert newest <= now


def test_chances_are_those_of_the_sizing(database: Database, sow: Sow) -> None:
    """About three charities in a hundred do not come: asked a thousand times, the chance says so."""
    sow(database)
    stage = Player(database, REGION, ZONE, seed=7).stage
    away = sum(stage.chance("collection", number, 3).random() < NO_SHOW for number in range(1000))
    assert 10 <= away <= 60
    assert stage.chance("a", 1).random() == stage.chance("a", 1).random()
