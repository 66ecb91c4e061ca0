"""A lot nobody takes is offered further away, then the dispatcher hears, then both ends are told where it may go."""

from collections import Counter
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.allocation import queries
from service.allocation.deciding.work import decide_region
from service.allocation.ladder import climb
from service.journal import queries as journal
from service.lots.models import Lot
from service.notices.models import OutgoingNotice
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.people import REGION, Make

pytestmark = pytest.mark.sealed


def turn(stall: Stall, minutes: int) -> int:
    """A worker's turns at a moment: decisions, then the ladder."""
    now = stall.now + timedelta(minutes=minutes)
    decide_region(stall.database, REGION, now)
    with stall.database.transaction() as session:
        return climb(session, REGION, now=now)


def steps(stall: Stall, lot: Lot) -> list[str]:
    with stall.database.read() as session:
        return [str(e.data["step"]) for e in journal.of_subject(session, "lot", lot.key) if e.kind == "lot.step"]


def told(stall: Stall) -> Counter[tuple[str, int]]:
    with stall.database.read() as session:
        return Counter((row.kind, row.person_id) for row in session.exec(select(OutgoingNotice)).all())


def test_each_step_once_in_its_time(stall: Stall, make: Make) -> None:
    """Wider, neighbours, dispatcher, fridge, feed, compost: each when it is due, none twice."""
    far = make.charity("Au Mans", "Le Mans")
    angers = make.charity("À Angers", "Angers")
    dispatcher = make.dispatcher()
    lot = stall.post(BREAD, hours=4)
    assert turn(stall, 5) == 0
    assert turn(stall, 11) == 0
    assert turn(stall, 32) == 0 or steps(stall, lot) == ["wider"]
    turn(stall, 35)
    assert steps(stall, lot) == ["wider"]
    assert not [key for key in told(stall) if key[1] == far.person.key]
    turn(stall, 60)
    assert steps(stall, lot) == ["wider", "neighbours"]
    assert {person for kind, person in told(stall) if kind == "lot_posted_nearby"} >= {angers.person.key}
    for minutes in (121, 166, 201, 226, 230):
        turn(stall, minutes)
    assert steps(stall, lot) == ["wider", "neighbours", "dispatcher", "fridge", "feed", "compost"]
    counted = told(stall)
    # One each on the screen: the alert is the dispatcher's, advice is for both.
    assert counted["lot_unclaimed", dispatcher.person.key] == 4
    assert counted["lot_unclaimed", stall.donor.person.key] == 3
    with stall.database.read() as session:
        window = queries.window_of_lot(session, lot.key)
    assert window is not None
    assert window.step == "compost"


def test_a_clock_that_jumps_skips_no_step(stall: Stall) -> None:
    """All that is due is done in order, and going back does nothing again."""
    lot = stall.post(BREAD, hours=4)
    turn(stall, 11)
    assert turn(stall, 200) == 5
    assert turn(stall, 60) == 0
    assert steps(stall, lot) == ["wider", "neighbours", "dispatcher", "fridge", "feed"]


def test_what_is_taken_climbs_no_further(stall: Stall) -> None:
    """Once somebody has all of it nothing more is said; animals get no yoghurt."""
    taken, dairy = stall.post(BREAD, hours=4), stall.post(YOGHURT, hours=4)
    turn(stall, 11)
    turn(stall, 40)
    stall.claim(taken, now=stall.now + timedelta(minutes=41))
    turn(stall, 230)
    assert steps(stall, taken) == ["wider"]
    assert steps(stall, dairy) == ["wider", "neighbours", "dispatcher", "fridge"]


def test_nothing_is_widened_while_answers_are_gathered(stall: Stall) -> None:
    """Within the window nobody is overlooked yet."""
    lot = stall.post(BREAD, hours=4)
    with stall.database.transaction() as session:
        assert climb(session, REGION, now=stall.now + timedelta(hours=3)) == 0
    assert steps(stall, lot) == []


def test_the_dispatcher_reads_what_comes_next(stall: Stall, client: TestClient, make: Make) -> None:
    """The next step and its hour stand on the page of the decision."""
    lot = stall.post(BREAD, hours=4)
    decide_region(stall.database, REGION, stall.now + timedelta(minutes=11))
    page = make.signed_in(client, make.dispatcher().person.key).get(f"/lots/{lot.key}/decision")
    assert page.status_code == 200
    assert "Nous élargissons à 60 km à 17 h 3" in page.text.replace("\u00a0", " ").replace("\u202f", " ")
