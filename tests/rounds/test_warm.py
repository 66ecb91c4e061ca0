"""Rounds kept in memory save questions, and are never used once anybody else has touched them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from config.settings import Settings
from service.accounts.models import Site
from service.journal.actions import append
from service.rounds.models import Plan, PlanCause, Stop, StopState, StopTask, TaskState
from service.rounds.models.rounds import AHEAD
from service.rounds.planning import inserting, warm
from service.rounds.planning.inserting import insert_shipment
from service.rounds.planning.reading import Only, Zone, read
from service.rounds.planning.ready import READY, ReadyDays
from service.rounds.planning.situation import Situation
from service.rounds.planning.warm import Asked, WarmDay, WarmDays
from service.shipments import actions as shipping
from service.shipments.models import Shipment, ShipmentState
from tests.people import REGION, Make, Party
from tests.rounds.conftest import Fleet, Road


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with nothing in memory."""
    READY.forget()
    monkeypatch.setattr(inserting, "WARM", WarmDays())


@pytest.fixture
def two(make: Make) -> tuple[Party, Party]:
    return make.donor("Fournil", town="Rezé"), make.charity("Secours", town="Saint-Herblain")


@pytest.fixture
def others(make: Make) -> tuple[Party, Party]:
    return make.donor("Primeur", town="Saint-Herblain"), make.charity("Entraide")


@contextmanager
def another_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What happens here happens in a process that shares the database and no memory."""
    with monkeypatch.context() as other:
        other.setattr(inserting, "WARM", WarmDays())
        other.setattr(inserting, "READY", ReadyDays())
        yield


def enter(fleet: Fleet, two: tuple[Party, Party], grams: int = 3_000, minutes: int = 0) -> Shipment:
    """One more lot enters a round."""
    shipment = fleet.carried(*two, grams)
    made = insert_shipment(fleet.database, fleet.settings, shipment.key, fleet.now + timedelta(minutes=minutes))
    assert made is not None
    return fleet.shipment(shipment.key)


def sound(fleet: Fleet) -> list[Plan]:
    """Nothing rides twice or half, no two stops share a place in their round, one version is in force, each counted
    once; the versions."""
    with fleet.database.read() as session:
        todo = session.exec(select(StopTask, Stop).join(Stop).where(StopTask.state == TaskState.TODO)).all()
        stops = session.exec(select(Stop).where(Stop.state != StopState.DROPPED)).all()
        plans = session.exec(select(Plan).where(Plan.version.is_not(None)).order_by(Plan.version)).all()
        planned = session.exec(select(Shipment).where(Shipment.state == ShipmentState.PLANNED)).all()
    rides = Counter((task.shipment_id, task.kind) for task, stop in todo if stop.state in AHEAD)
    assert rides == {(one.key, kind): 1 for one in planned for kind in ("load", "unload")}
    assert max(Counter((stop.round_id, stop.sequence) for stop in stops).values()) == 1
    assert [plan.version for plan in plans] == list(range(1, len(plans) + 1))
    assert [plan.state for plan in plans] == ["superseded"] * (len(plans) - 1) + ["adopted"]
    return list(plans)


@pytest.fixture
def planned(fleet: Fleet, make: Make) -> Fleet:
    """A van with a round of one lot, and one lot put into it since: the round is in memory."""
    fleet.shift(fleet.vehicle(), hours=6)
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    return fleet


def test_the_second_lot_costs_few_questions(planned: Fleet, two: tuple[Party, Party]) -> None:
    """Once the round is in memory, no row of it is asked for again: what is left is the lot's own, and writing."""
    enter(planned, two)
    counts = []
    for _ in range(2):
        shipment = planned.carried(*two, 3_000)
        with counting(planned) as asked:
            assert insert_shipment(planned.database, planned.settings, shipment.key, planned.now) is not None
        counts.append(len(asked))
    assert max(counts) <= 31
    sound(planned)


@contextmanager
def counting(fleet: Fleet) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(fleet.database.engine, "before_cursor_execute", listen)
    yield asked
    event.remove(fleet.database.engine, "before_cursor_execute", listen)


def test_a_version_of_another_process_is_seen(
    planned: Fleet, two: tuple[Party, Party], others: tuple[Party, Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process puts a lot into the round this one has in memory: the next lot joins both."""
    mine = enter(planned, two)
    with another_process(monkeypatch):
        theirs = enter(planned, others)
    more = enter(planned, two)
    plans = sound(planned)
    assert [plan.cause for plan in plans] == [PlanCause.SEARCH, *[PlanCause.INSERTION] * 3]
    [round_] = planned.rounds()
    held = {task.shipment_id for stop in planned.stops(round_) for task in planned.tasks(stop)}
    assert {mine.key, theirs.key, more.key} < held
    assert plans[-1].served == 4


def test_a_version_between_reading_and_writing_is_seen(
    planned: Fleet, two: tuple[Party, Party], others: tuple[Party, Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process is quicker by a hair: nothing is written on the old view, the second look has both."""
    enter(planned, two)
    real, looks = inserting.placed, []

    def slow(settings: Settings, aimed: inserting.Aimed) -> Any:
        answer = real(settings, aimed)
        looks.append(aimed.shipment)
        if len(looks) == 1:
            with another_process(monkeypatch):
                enter(planned, others)
        return answer

    monkeypatch.setattr(inserting, "placed", slow)
    enter(planned, two)
    assert len(looks) == 3
    assert sound(planned)[-1].served == 4


def test_a_search_of_another_process_is_seen(
    planned: Fleet, two: tuple[Party, Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker plans anew between two lots: what this process remembers of stops and times is not used."""
    enter(planned, two)
    with another_process(monkeypatch):
        planned.carried(*two, 90_000)
        planned.plan()
    enter(planned, two)
    assert [plan.cause for plan in sound(planned)][-2:] == [PlanCause.SEARCH, PlanCause.INSERTION]


def test_a_lot_cancelled_between_reading_and_writing_enters_nowhere(
    planned: Fleet, two: tuple[Party, Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The charity gives it back at that very moment: no version is made."""
    enter(planned, two)
    real = inserting.placed

    def slow(settings: Settings, aimed: inserting.Aimed) -> Any:
        answer = real(settings, aimed)
        with planned.database.transaction() as session:
            row = session.get_one(Shipment, aimed.shipment)
            if row.is_open:
                shipping.cancel(session, row, who=None, now=planned.now)
        return answer

    monkeypatch.setattr(inserting, "placed", slow)
    shipment = planned.carried(*two, 3_000)
    assert insert_shipment(planned.database, planned.settings, shipment.key, planned.now) is None
    assert planned.shipment(shipment.key).state == ShipmentState.CANCELLED
    assert len(sound(planned)) == 2


def test_what_was_not_kept_is_forgotten(
    planned: Fleet, two: tuple[Party, Party], others: tuple[Party, Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction fails after the rows were changed in memory: the next lots read them anew, a stranger too."""
    enter(planned, two)
    real = inserting.newest_number

    def failing(_: Any) -> int:
        raise RuntimeError("the power went off")

    monkeypatch.setattr(inserting, "newest_number", failing)
    shipment = planned.carried(*two, 3_000)
    with pytest.raises(RuntimeError):
        insert_shipment(planned.database, planned.settings, shipment.key, planned.now)
    monkeypatch.setattr(inserting, "newest_number", real)
    enter(planned, others)
    assert insert_shipment(planned.database, planned.settings, shipment.key, planned.now) is not None
    assert sound(planned)[-1].served == 4


def test_what_is_in_memory_is_what_is_in_the_tables(road: Road, planned: Fleet, two: tuple[Party, Party]) -> None:
    """Lots, reports, a late van, a heat wave, a cancelled lot, a place found to lie elsewhere: after each the round in
    memory is the one in the database, or is read anew."""
    from service.rounds.actions.profile import set_profile

    first = enter(planned, two)
    round_, _ = road.set_off()
    same(planned, road, two)
    desk = road.as_(planned.dispatcher)
    for step in range(8):
        road.later(minutes=2)
        ahead = [stop for stop in planned.stops(round_) if stop.is_ahead]
        if step in (0, 5):
            assert desk.post(f"/rounds/{round_.key}/incidents", {"kind": "late", "minutes": 5}).status_code == 200
        elif step in (1, 4):
            enter(planned, two, minutes=2 * step + 2)
        elif step == 2:
            with planned.database.transaction() as session:
                row = session.get_one(Shipment, first.key)
                if row.is_open:
                    shipping.cancel(session, row, who=None, now=road.clock[0])
        elif step == 3:
            with planned.database.transaction() as session:
                set_profile(session, planned.now.date(), "heat", who=planned.dispatcher.who, now=road.clock[0])
        elif step == 6:
            move_place(planned, two[1].site.key)
        elif ahead:
            desk.report(ahead[0], "arrived")
        same(planned, road, two)


def move_place(fleet: Fleet, site_id: int) -> None:
    """A geocoder has found the place a kilometre to the north."""
    with fleet.database.transaction() as session:
        site = session.get_one(Site, site_id)
        site.latitude = (site.latitude or 0) + 0.01
        session.add(site)
        append(session, region=REGION, kind="site.located", at=fleet.now, subject=("site", site_id), audience=[])


def same(fleet: Fleet, road: Road, two: tuple[Party, Party]) -> None:
    """Compare each round in memory with the database."""
    now = road.clock[0]
    for day in list(inserting.WARM._days.values()):
        with fleet.database.read() as session:
            day.follow(session)
            for shift in [one.key for one in day.base.shifts]:
                held = _in_memory(day, session, fleet, shift, now)
                fresh = read(session, fleet.settings, REGION, "all", fleet.now.date(), now, Only(frozenset({shift})))
                assert _plain(held) == _plain(fresh)


def _in_memory(day: WarmDay, session: Any, fleet: Fleet, shift: int, now: Any) -> Situation:
    asked = Asked(Shipment(id=0, region=REGION, subject="", subject_id=0, pickup_site_id=0, delivery_site_id=0,
                           grams=1, wanted_at=now, state=ShipmentState.CANCELLED), {}, {}, None)  # fmt: skip
    return day.situation(session, fleet.settings, Zone(REGION, "all", fleet.now.date(), now), shift, asked)


def _plain(situation: Situation) -> Any:
    """A situation without rows, and without what it was read at."""
    crews = [
        replace(crew, shift=crew.shift.model_dump(), vehicle=crew.vehicle.model_dump())  # type: ignore[arg-type]  # plain
        for crew in situation.crews
    ]
    kept = (situation.promised, situation.locked, situation.conditions, situation.hopeless)
    return crews, sorted(situation.carries, key=lambda one: one.id), situation.places, kept


def test_without_looking_at_the_journal_it_would_go_wrong(
    planned: Fleet, make: Make, two: tuple[Party, Party], others: tuple[Party, Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look at the journal is what keeps memory true: without it two processes give one number to two stops."""
    enter(planned, two)
    monkeypatch.setattr(warm, "facts_after", lambda *_: [])
    with another_process(monkeypatch):
        enter(planned, others)
    with pytest.raises(IntegrityError):
        enter(planned, (make.donor("Ferme"), make.charity("Halte", town="Rezé")))
