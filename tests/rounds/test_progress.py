"""While a plan is searched for, its row says how far the search is; a round keeps the pauses of its plan."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

import routing
from service.database.engine import Database
from service.kit.clock import real_now
from service.rounds.models import Plan, PlanState
from service.rounds.planning.progress import telling
from tests.people import Make
from tests.rounds.conftest import Fleet, quick


def progress(phase: str, value: float, seconds: float = 0.0) -> routing.Progress:
    return routing.Progress(phase, value, seconds, iterations=7)


def test_the_row_follows_the_search(fleet: Fleet, make: Make) -> None:
    """Phase, seconds and gain are there to read while the search lasts, from another session."""
    fleet.shift(fleet.vehicle())
    fleet.want(make.donor(), make.charity(town="Rezé"))
    seen: list[tuple[str, str, float | None, bool]] = []
    began = real_now()

    def watched(problem: Any, settings: Any, warm: Any, tell: Any) -> routing.Plan:
        tell(progress("first plan", 1000.0))
        with fleet.database.read() as session:
            [row] = [one for one in session.exec(select(Plan)).all() if one.state == PlanState.SOLVING]
            assert row.began_at is not None
            seen.append((row.state, row.phase, row.gained, began <= row.began_at <= real_now()))
        return quick(problem, settings, warm, tell)

    [key] = fleet.plan(solve=watched)
    assert seen == [("solving", "first plan", 0.0, True)]
    with fleet.database.read() as session:
        assert session.get_one(Plan, key).state == PlanState.ADOPTED


def test_words_come_once_a_second_and_end_with_the_search(fleet: Fleet) -> None:
    """A search that talks a hundred times a second writes once; what comes after the end changes nothing."""
    row = fleet.make.row(
        Plan(region="pays-de-la-loire", zone="all", day=fleet.now.date(), asked_at=fleet.now, state=PlanState.SOLVING)
    )
    moments = iter([0.0, 0.0, 0.0, 0.5, 1.5, 1.5, 9.0, 9.0])
    tell = telling(fleet.database, row.key, lambda: next(moments))

    def now() -> tuple[str, float | None]:
        with fleet.database.read() as session:
            found = session.get_one(Plan, row.key)
            return found.phase, found.gained

    tell(progress("first plan", 200.0))
    assert now() == ("first plan", 0.0)
    tell(progress("ruin and recreate", 190.0))
    assert now()[0] == "first plan"
    tell(progress("ruin and recreate", 150.0))
    assert now() == ("ruin and recreate", 0.25)
    with fleet.database.transaction() as session:
        found = session.get_one(Plan, row.key)
        found.state = PlanState.DISCARDED
        session.add(found)
    tell(progress("done", 10.0))
    assert now()[0] == "ruin and recreate"


def test_a_busy_database_costs_no_plan(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the word cannot be written, the search goes on."""

    def busy(self: Database) -> Any:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    tell = telling(fleet.database, 1)
    monkeypatch.setattr(Database, "transaction", busy)
    tell(progress("first plan", 200.0))


def test_a_round_keeps_its_pauses(fleet: Fleet, make: Make) -> None:
    """A long round rests as planned; a newer plan brings new pauses and leaves those that were taken."""
    fleet.shift(fleet.vehicle(), hours=8, break_minutes=20, break_after_minutes=100)
    early = (fleet.now, fleet.now + timedelta(minutes=30))
    late = (fleet.now + timedelta(hours=2), fleet.now + timedelta(hours=4))
    fleet.want(make.donor(), make.charity(town="Rezé"), 300_000, pickup_windows=[early], delivery_windows=[late])
    fleet.plan()
    [round_] = fleet.rounds()
    rests = round_.rests()
    assert rests
    assert all(end - start >= timedelta(minutes=20) and start.tzinfo is not None for start, end in rests)
    assert all(round_.starts_at <= start < end <= round_.ends_at for start, end in rests)
    round_.departed_at = round_.starts_at
    round_.state = "running"  # type: ignore[assignment]  # the value as the table holds it
    fresh = (rests[0][1] + timedelta(hours=1), rests[0][1] + timedelta(hours=1, minutes=20))
    round_.plan_rests([fresh], rests[0][1])
    assert round_.rests() == [rests[0], fresh]
