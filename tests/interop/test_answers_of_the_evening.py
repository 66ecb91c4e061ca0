""" "Combien ce soir ?" is answered by text as by a tap; what is not sure is a call, never a lot."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.database.engine import Database
from service.lots.models import Lot, LotLine
from service.lots.usual import actions
from service.lots.usual.forms import UsualGiftIn
from service.lots.usual.models import DayState, UsualGift, UsualGiftDay
from service.notices.models import Channel
from service.notices.parcels import Sending, parcel_of
from service.notices.queries import due
from tests.interop.texting import BAKER, bring, phone_of, signing, to_call
from tests.people import REGION

EVERY_DAY = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"


@pytest.fixture
def client(client: TestClient, app: Any) -> TestClient:
    return signing(client, app)


@pytest.fixture
def baker(make: Any, database: Database) -> Any:
    return phone_of(database, make.donor(), BAKER)


def question(database: Database, baker: Any, now: datetime, **given: Any) -> None:
    """Asked at five, to be fetched until half past eight."""
    known = {"rrule": EVERY_DAY, "starts_on": date(2026, 11, 20), "ask_at": time(17), "opens_at": time(19),
             "closes_at": time(20, 30), "category": "bread", "usual_grams": 12_000}  # fmt: skip
    with database.transaction() as session:
        actions.declare(session, UsualGiftIn.model_validate({**known, **given}), who=baker.who, now=now)
        assert actions.ask_due(session, REGION, now=now) == 1


def posted(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.exec(select(LotLine.grams).order_by(LotLine.id)).all())


@pytest.mark.parametrize(
    ("text", "grams"),
    [("12", 12_000), ("12 KG", 12_000), ("8,5", 8500), ("HABITUDE", 12_000), ("comme d'habitude merci", 12_000)],
)
def test_a_weight_posts(
    client: TestClient, baker: Any, database: Database, now: datetime, text: str, grams: int
) -> None:
    """With its number, its hour and the way back in the answer; ANNULER opens the question again."""
    question(database, baker, now)
    told = bring(client, BAKER, text).json()
    assert told["outcome"] == "posted"
    assert "20 h 30" in told["answer"].replace("\u00a0", " ")
    assert posted(database) == [grams]
    assert bring(client, BAKER, "ANNULER").json()["outcome"] == "withdrawn"
    with database.read() as session:
        assert session.exec(select(Lot.state)).one() == "withdrawn"
        row = session.exec(select(UsualGiftDay)).one()
        assert (row.state, row.lot_id) == (DayState.ASKED, None)
    assert bring(client, BAKER, "7").json()["outcome"] == "posted"
    assert to_call(database) == []


def test_nothing_is_nothing(client: TestClient, baker: Any, database: Database, now: datetime) -> None:
    """ "RIEN" posts nothing and calls nobody; "4" later in the evening is believed."""
    question(database, baker, now)
    assert bring(client, BAKER, "RIEN").json()["outcome"] == "declined"
    assert posted(database) == []
    assert bring(client, BAKER, "4 kg").json()["outcome"] == "posted"
    assert posted(database) == [4000]
    assert to_call(database) == []


@pytest.mark.parametrize(
    ("text", "reason"), [("120", "far_more"), ("1200", "weight"), ("12 kg de poulet", "unreadable"), ("OUI", "no_lot")]
)
def test_a_doubt_is_a_call(
    client: TestClient, baker: Any, database: Database, now: datetime, text: str, reason: str
) -> None:
    """Ten times the usual, grams or kilograms, another food: somebody calls, and the question stays open."""
    question(database, baker, now)
    assert bring(client, BAKER, text).json()["outcome"] == "call_back"
    assert (to_call(database), posted(database)) == ([reason], [])


def test_no_question_or_several(client: TestClient, baker: Any, database: Database, now: datetime) -> None:
    """A weight out of the blue, after it was answered, or to two questions, is nobody's to guess."""
    assert bring(client, BAKER, "12").json()["outcome"] == "call_back"
    question(database, baker, now)
    question(database, baker, now, category="viennoiserie")
    assert bring(client, BAKER, "12").json()["outcome"] == "call_back"
    assert to_call(database) == ["no_question", "several_questions"]
    assert posted(database) == []
    with database.transaction() as session:
        for gift in session.exec(select(UsualGift)).all():
            actions.end(session, gift, who=baker.who, now=now)
    assert bring(client, BAKER, "HABITUDE").json()["outcome"] == "call_back"


def test_the_question_by_text_says_how_to_answer(baker: Any, database: Database, now: datetime) -> None:
    """To whoever has proved the number, and only where texts are read."""
    question(database, baker, now)
    with database.transaction() as session:
        (row,) = [one for one in due(session, now, now, 50) if one.channel is Channel.SMS]
        assert row.due_at == now
        person = session.merge(baker.person)
        session.refresh(person)
        told = [
            parcel_of([row], person, BAKER, [], Sending(now, now, "http://x", answers)).text
            for answers in (True, False)
        ]
    assert "HABITUDE, 12 KG ou RIEN" in told[0]
    assert "RIEN" not in told[1]
    assert row.expires_at == now + timedelta(hours=3, minutes=30)
