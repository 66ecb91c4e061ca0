"""Who may receive food on a day: habilitations, network heads, public bodies, and the notices before an end."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from service.accounts.models import AccountState, Organisation, OrganisationKind, Role
from service.agreements.actions import announce_endings
from service.agreements.models import Habilitation, Level
from service.agreements.queries import may_receive, receivers_on
from service.agreements.rules import DAYS_BEFORE, notice_due
from service.database.engine import Database
from service.journal.models import Entry
from tests.people import REGION, Make, Party

TODAY = date(2026, 11, 20)


def grant(make: Make, party: Party, first: date, last: date | None, head: Party | None = None) -> Habilitation:
    row: Habilitation = make.row(
        Habilitation(
            region=REGION, organisation_id=party.id, level=Level.REGIONAL, number="52-001", starts_on=first,
            ends_on=last, covered_by_id=head.id if head else None,
        )
    )  # fmt: skip
    return row


def may(database: Database, party: Party, day: date = TODAY) -> bool:
    with database.read() as session:
        organisation = session.get(Organisation, party.id)
        assert organisation is not None
        return may_receive(session, organisation, day)


def test_a_charity_receives_from_the_first_day_to_the_last(make: Make, database: Database) -> None:
    """Both days count; the day before and the day after do not."""
    charity = make.charity(habilitated=False)
    grant(make, charity, TODAY, TODAY + timedelta(days=9))
    days = [may(database, charity, TODAY + timedelta(days=offset)) for offset in (-1, 0, 9, 10)]
    assert days == [False, True, True, False]


def test_without_a_habilitation_nothing_is_received(make: Make, database: Database) -> None:
    """A charity without one, a donor and a carrier never receive; a public body always does."""
    assert not may(database, make.charity(habilitated=False))
    assert not may(database, make.donor())
    assert not may(database, make.driver())
    assert may(database, make.party(OrganisationKind.PUBLIC_BODY, Role.CHARITY, "CCAS de Rezé"))


@pytest.mark.parametrize("state", [AccountState.PENDING, AccountState.SUSPENDED])
def test_an_account_that_is_not_active_receives_nothing(make: Make, database: Database, state: AccountState) -> None:
    """Not even a public body, nor a charity whose habilitation runs."""
    charity = make.party(OrganisationKind.CHARITY, Role.CHARITY, "Le Panier", state=state)
    make.habilitate(charity.organisation)
    assert not may(database, charity)
    assert not may(database, make.party(OrganisationKind.PUBLIC_BODY, Role.CHARITY, "CCAS", state=state))


def test_a_member_falls_with_its_head(make: Make, database: Database) -> None:
    """Covered by a network head, a member receives as long as the head's own habilitation runs, not a day more."""
    head, member = make.charity("Banque", habilitated=False), make.charity("Membre", habilitated=False)
    grant(make, member, TODAY, None, head)
    assert not may(database, member), "the head has none yet"
    grant(make, head, TODAY, TODAY + timedelta(days=5))
    assert may(database, member)
    assert may(database, member, TODAY + timedelta(days=5))
    assert not may(database, member, TODAY + timedelta(days=6))


def test_cover_does_not_pass_through_a_member(make: Make, database: Database) -> None:
    """Two that cover each other, or a member that covers another, stand on nothing."""
    first, second = make.charity("A", habilitated=False), make.charity("B", habilitated=False)
    grant(make, first, TODAY, None, second)
    grant(make, second, TODAY, None, first)
    assert not may(database, first)
    assert not may(database, second)


def test_many_are_read_at_once(make: Make, database: Database) -> None:
    """The list for a board says the same as one by one."""
    parties = [
        make.charity(), make.charity("Sans", habilitated=False), make.donor(),
        make.party(OrganisationKind.PUBLIC_BODY, Role.CHARITY, "CCAS"),
    ]  # fmt: skip
    with database.read() as session:
        found = receivers_on(session, [party.organisation for party in parties], TODAY)
    assert found == {party.id for party in parties if may(database, party)}
    assert len(found) == 2


@given(st.integers(-400, 400), st.one_of(st.none(), st.sampled_from(DAYS_BEFORE)))
def test_a_notice_is_given_once_and_in_time(left: int, told: int | None) -> None:
    """Never after the end, never one already given, always the last threshold reached."""
    due = notice_due(TODAY + timedelta(days=left), TODAY, told)
    if due is None:
        assert (
            left < 0
            or left > max(DAYS_BEFORE)
            or (told is not None and all(d >= told for d in DAYS_BEFORE if left <= d))
        )
    else:
        assert due in DAYS_BEFORE
        assert left <= due
        assert told is None or due < told


def test_ends_are_announced_at_90_30_and_0_days(make: Make, database: Database, now: datetime) -> None:
    """Three notices over the last three months, each once, even where a day's job was missed."""
    charity = make.charity(habilitated=False)
    last = TODAY + timedelta(days=120)
    grant(make, charity, TODAY, last)
    told = []
    for offset in range(122):
        day = TODAY + timedelta(days=offset)
        if offset % 7 == 3:
            continue  # the worker was off
        with database.transaction() as session:
            if announce_endings(session, REGION, now=now, today=day):
                told.append((last - day).days)
    assert told[0] in (90, 89)
    assert told[1] in (30, 29)
    assert told[2:] == [0]
    with database.read() as session:
        entries = session.exec(select(Entry).where(Entry.kind == "habilitation.ending")).all()
    assert all(f"org:{charity.id}" in entry.audience for entry in entries)


def test_one_that_is_followed_is_not_announced(make: Make, database: Database, now: datetime) -> None:
    """Renewed in time: nobody is alarmed."""
    charity = make.charity(habilitated=False)
    grant(make, charity, TODAY - timedelta(days=300), TODAY + timedelta(days=10))
    grant(make, charity, TODAY + timedelta(days=11), TODAY + timedelta(days=400))
    with database.transaction() as session:
        assert announce_endings(session, REGION, now=now, today=TODAY) == 0


def told(client: TestClient, party: Party) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/organisations/{party.id}/habilitations").json()
    return found


def test_staff_record_and_take_back(client: TestClient, make: Make) -> None:
    """By page and by API, with the order's number and dates; taken back it counts no more."""
    charity = make.charity(habilitated=False)
    make.signed_in(client, make.staff(Role.REGION).person.key)
    path = f"/partners/{charity.id}/habilitation"
    assert "aucune habilitation" in client.get(path).text.lower()
    asked = {"level": "regional", "number": "R52-2026-7", "starts_on": "2026-01-01", "ends_on": "2028-12-31"}
    assert client.post(path, data=asked).status_code == 303
    assert "Peut recevoir" in client.get(path).text
    listed = told(client, charity)
    assert listed["may_receive"]
    ended = client.delete(f"/api/v1/organisations/{charity.id}/habilitations/{listed['items'][0]['id']}")
    assert ended.status_code == 204
    assert not told(client, charity)["may_receive"]
    again = client.delete(f"/api/v1/organisations/{charity.id}/habilitations/{listed['items'][0]['id']}")
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": ""}, "numéro de l'arrêté"),
        ({"ends_on": ""}, "date de fin"),
        ({"ends_on": "2025-01-01"}, "avant le début"),
        ({"starts_on": "hier"}, "date"),
        ({"level": "galactic"}, "réponses proposées"),
    ],
)
def test_an_incomplete_habilitation_is_refused(
    client: TestClient, make: Make, change: dict[str, str], words: str
) -> None:
    """422 with words, by page and by API, and nothing recorded."""
    charity = make.charity(habilitated=False)
    make.signed_in(client, make.staff(Role.REGION).person.key)
    asked = {"level": "regional", "number": "R52", "starts_on": "2026-01-01", "ends_on": "2028-12-31", **change}
    page = client.post(f"/partners/{charity.id}/habilitation", data=asked)
    assert page.status_code == 422
    assert words in page.text.replace("&#39;", "'")
    as_json = {name: value or None for name, value in asked.items()}
    assert client.post(f"/api/v1/organisations/{charity.id}/habilitations", json=as_json).status_code == 422
    assert told(client, charity)["items"] == []


def test_a_head_covers_only_while_it_is_habilitated(client: TestClient, make: Make) -> None:
    """A member cannot be recorded under a head that has none, nor under itself, nor a donor under anybody."""
    head, member = make.charity("Banque", habilitated=False), make.charity("Membre", habilitated=False)
    make.signed_in(client, make.staff(Role.REGION).person.key)
    asked = {"level": "national", "starts_on": "2026-11-01", "covered_by_id": head.id}
    path = f"/api/v1/organisations/{member.id}/habilitations"
    assert client.post(path, json=asked).status_code == 422
    make.habilitate(head.organisation)
    assert client.post(path, json=asked).status_code == 201
    assert told(client, member)["may_receive"]
    assert client.post(path, json={**asked, "covered_by_id": member.id}).status_code == 422
    donor = make.donor()
    assert client.post(f"/api/v1/organisations/{donor.id}/habilitations", json=asked).status_code == 409


def test_a_charity_reads_its_own_and_records_none(client: TestClient, make: Make) -> None:
    """Nobody grants themselves a habilitation, nor reads a stranger's."""
    mine, other = make.charity(), make.charity("Autre")
    make.signed_in(client, mine.person.key)
    assert client.get(f"/partners/{mine.id}/habilitation").status_code == 200
    assert client.get(f"/partners/{other.id}/habilitation").status_code == 403
    asked = {"level": "regional", "number": "R52", "starts_on": "2026-01-01", "ends_on": "2028-12-31"}
    assert client.post(f"/partners/{mine.id}/habilitation", data=asked).status_code == 403
    assert client.post(f"/api/v1/organisations/{mine.id}/habilitations", json=asked).status_code == 403
