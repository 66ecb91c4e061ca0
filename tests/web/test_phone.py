"""What a phone kept comes with its own hour: read right whatever its clock says, sent once, by its own person alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.database.engine import Database
from service.journal.models import Entry
from service.kit.clock import real_now
from service.lots.models import Lot, LotLine
from service.web.phone import Kept
from service.web.templating import show_hour
from tests.people import Make, Party

FORM = {
    "lines.0.category": "bread",
    "lines.0.kg": "12",
    "lines.0.date_kind": "made_on",
    "lines.0.day": "today",
    "once": "from-one-drawing",
}


def waited(ago: timedelta, ahead: timedelta, person: Party) -> dict[str, str]:
    """The headers of something tapped so long ago on a phone whose clock is so much ahead."""
    return {
        "x-made-at": (real_now() - ago + ahead).isoformat(),
        "x-clock-ahead": str(round(ahead.total_seconds())),
        "x-person": str(person.person.key),
    }


def posted(database: Database) -> list[Entry]:
    with database.read() as session:
        return list(session.exec(select(Entry).where(Entry.kind == "lot.posted")))


@pytest.mark.parametrize(
    "ahead", [timedelta(), timedelta(days=1), timedelta(days=-1)], ids=["right", "ahead", "behind"]
)
def test_a_clock_wrong_by_a_day_makes_no_other_day(
    ahead: timedelta,
    client: TestClient,
    sign_in: Callable[[int], TestClient],
    make: Make,
    database: Database,
    now: datetime,
) -> None:
    """ "Today" is the day it was tapped by our clock; the journal holds what the phone said and by how much it errs."""
    baker = make.donor(opening_hours="Mo-Su 07:00-20:00")
    browser = sign_in(baker.person.key)
    answer = browser.post("/lots", data=FORM, headers=waited(timedelta(minutes=40), ahead, baker))
    assert answer.status_code == 201, answer.text
    assert answer.json()["href"].startswith("/lots/")
    entry = posted(database)[0]
    assert entry.data["phone"]["ahead_s"] == round(ahead.total_seconds())
    with database.read() as session:
        assert session.exec(select(LotLine)).one().date == now.date()
        assert session.exec(select(Lot)).one().posted_at == now


def test_sent_again_it_acts_once(
    client: TestClient, sign_in: Callable[[int], TestClient], make: Make, database: Database
) -> None:
    """A phone that saw no answer sends again, and hears the same."""
    baker = make.donor(opening_hours="Mo-Su 07:00-20:00")
    browser = sign_in(baker.person.key)
    headers = waited(timedelta(minutes=5), timedelta(), baker)
    first, second = (browser.post("/lots", data=FORM, headers=headers).json() for _ in range(2))
    assert first == second
    assert len(posted(database)) == 1


def test_another_person_s_is_refused_and_a_stranger_s_asks_to_sign_in(
    client: TestClient, sign_in: Callable[[int], TestClient], make: Make, database: Database
) -> None:
    """What one person tapped is never done in another's name."""
    baker, grocer = make.donor(), make.donor("Le Panier")
    headers = waited(timedelta(minutes=5), timedelta(), baker)
    answer = sign_in(grocer.person.key).post("/lots", data=FORM, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "another-person")
    client.cookies.delete("glane_session")
    assert client.post("/lots", data=FORM, headers=headers).status_code == 401
    assert posted(database) == []


def test_what_is_wrong_comes_back_in_words(
    client: TestClient, sign_in: Callable[[int], TestClient], make: Make
) -> None:
    """A refusal of what waited is a problem document with its fields, not a page."""
    baker = make.donor()
    headers = waited(timedelta(minutes=5), timedelta(), baker)
    answer = sign_in(baker.person.key).post("/lots", data={**FORM, "lines.0.kg": "-3"}, headers=headers)
    assert answer.status_code == 422
    assert "lines.0.kg" in answer.json()["fields"]
    for wrong in ("yesterday", "2026-11-20T10:00:00", "9999-01-01T00:00:00+00:00"):
        answer = client.post("/lots", data=FORM, headers={**headers, "x-made-at": wrong})
        assert answer.status_code == 400


def test_nothing_is_done_in_the_future() -> None:
    """A clock that is still ahead of what the phone believes cannot make an hour to come."""
    now = datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert Kept(now + timedelta(hours=2), 60).at(now) == now


def test_the_story_says_when_it_was_prepared(
    client: TestClient, sign_in: Callable[[int], TestClient], make: Make, database: Database, now: datetime
) -> None:
    """Forty minutes on a phone without a network are part of the lot's story; a few seconds are not."""
    baker = make.donor(opening_hours="Mo-Su 07:00-20:00")
    browser = sign_in(baker.person.key)
    for ago, told in ((timedelta(minutes=40, seconds=30), True), (timedelta(seconds=20), False)):
        said = {**FORM, "once": f"drawing-{ago}"}
        answer = browser.post("/lots", data=said, headers=waited(ago, timedelta(hours=3), baker))
        page = browser.get(answer.json()["href"]).text
        made = show_hour(now - ago, "fr", "Europe/Paris")
        assert (f"préparé sans réseau à {made}" in page) is told
