"""What a driver said of a whole round without a network counts from when it was said, once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import select

from service.journal.models import Entry
from service.kit.clock import real_now
from service.rounds.models import Round, Transfer, TransferState
from service.rounds.planning.inserting import insert_untried
from tests.people import Make, Party
from tests.rounds.breakdown import HERE
from tests.rounds.conftest import Fleet, Road
from tests.rounds.test_incidents import incident

SignIn = Callable[[int], TestClient]


def waited(ago: timedelta, person: Party) -> dict[str, str]:
    """The headers of what waited so long on a phone whose clock is right."""
    return {"x-made-at": (real_now() - ago).isoformat(), "x-clock-ahead": "0", "x-person": str(person.person.key)}


def entries(fleet: Fleet, kind: str) -> list[Entry]:
    with fleet.database.read() as session:
        return list(session.exec(select(Entry).where(Entry.kind == kind)).all())


def test_late_is_late_from_when_it_was_said(road: Road, fleet: Fleet, make: Make, sign_in: SignIn) -> None:
    """Half an hour, said twenty minutes ago and sent twice: ten minutes are left of it, and it is one delay."""
    fleet.shift(fleet.vehicle())
    fleet.want(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, stops = road.set_off()
    with fleet.database.transaction() as session:
        first = session.get_one(type(stops[0]), stops[0].key)
        first.expected_at = fleet.now - timedelta(hours=1)
        session.add(first)
    phone = sign_in(fleet.carrier.person.key)
    said = {"kind": "late", "once": "one-drawing"}
    for _ in range(2):
        headers = waited(timedelta(minutes=20), fleet.carrier)
        answer = phone.post(f"/rounds/{round_.key}/incident", data=said, headers=headers)
        assert answer.status_code == 201, answer.text
    assert len(entries(fleet, "round.held")) == 1
    held = fleet.rounds()[0].held_until
    assert held is not None
    assert abs(held - (fleet.now + timedelta(minutes=10))) < timedelta(seconds=30)


def test_what_came_after_the_page_was_not_seen(road: Road, fleet: Fleet, make: Make, sign_in: SignIn) -> None:
    """ "J'ai vu" names the plan that the page showed: a later one stays to be told, an older one takes nothing back."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, _ = road.set_off()
    shown = fleet.rounds()[0].plan_version
    fleet.carried(make.donor("Fournil", town="Rezé"), make.charity("Secours", town="Saint-Herblain"))
    insert_untried(fleet.database, fleet.settings, road.later(minutes=1))
    latest = fleet.rounds()[0].plan_version
    assert latest > shown
    phone = sign_in(fleet.carrier.person.key)

    def seen(**fields: Any) -> int:
        assert phone.post(f"/rounds/{round_.key}/seen", data=fields).status_code == 303
        with fleet.database.read() as session:
            return session.get_one(Round, round_.key).seen_version

    assert seen(version=shown) == shown
    assert seen(version=latest + 7) == latest
    assert seen(version=shown) == latest
    assert seen() == latest


def test_a_load_brought_home_counts_from_when_it_was_said(
    road: Road, fleet: Fleet, make: Make, sign_in: SignIn
) -> None:
    """Sent twice after ten minutes: ended once, then."""
    fleet.shift(fleet.vehicle(), hours=6)
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, (pickup, _) = road.set_off()
    assert road.report(pickup, "loaded").status_code == 200
    assert incident(road, round_.key, "breakdown", **HERE).status_code == 200
    now = road.later(minutes=30)
    with fleet.database.read() as session:
        key = session.exec(select(Transfer)).one().key
    phone = sign_in(fleet.carrier.person.key)
    for _ in range(2):
        headers = waited(timedelta(minutes=10), fleet.carrier)
        answer = phone.post(f"/transfers/{key}/return", data={"once": "one-drawing"}, headers=headers)
        assert answer.status_code == 201, answer.text
    with fleet.database.read() as session:
        found = session.exec(select(Transfer)).one()
    assert found.state == TransferState.RETURNED
    [ended] = entries(fleet, "round.transfer_ended")
    assert abs(ended.at - (now - timedelta(minutes=10))) < timedelta(seconds=30)
