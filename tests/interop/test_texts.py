"""A text from a proved number does what the app would do; any doubt is a call for a dispatcher, and nothing is lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.allocation.models import Claim, ClaimState
from service.clients.files.memory import MemoryFiles
from service.clients.mail.outbox import OutboxMail
from service.clients.parts import Clients
from service.clients.push.outbox import OutboxPush
from service.clients.sms.outbox import OutboxSms
from service.database.engine import Database
from service.interop.answering import answer_due
from service.interop.api import signed
from service.interop.models import InboundText
from service.journal.models import Entry
from service.kit.clock import real_now
from service.kit.text import french_spaces
from service.lots import actions as lots
from service.lots.forms import LotIn
from service.lots.models import Lot
from service.notices.models import NoticeHabits
from tests.interop.texting import BAKER, CHARITY, SECRET, bring, phone_of, signing, to_call


@pytest.fixture
def client(client: TestClient, app: Any) -> TestClient:
    """An installation whose gateway signs."""
    return signing(client, app)


@pytest.fixture
def baker(make: Any, database: Database) -> Any:
    return phone_of(database, make.donor(), BAKER)


@pytest.fixture
def charity(make: Any, database: Database) -> Any:
    return phone_of(database, make.charity(collects_itself=True, takes_short_dlc=True), CHARITY)


def post(database: Database, baker: Any, now: datetime) -> int:
    line = {"category": "bread", "grams": 8000, "date_kind": "made_on", "date": now.date()}
    window = {"starts_at": now, "ends_at": now + timedelta(hours=3)}
    with database.transaction() as session:
        given = LotIn.model_validate({"lines": [line], "windows": [window]})
        return lots.post(session, given, who=baker.who, now=now).key


def claims(database: Database) -> list[Claim]:
    with database.read() as session:
        found = list(session.exec(select(Claim)).all())
        session.expunge_all()
    return found


def test_a_gift_by_text_and_its_withdrawal(client: TestClient, baker: Any, database: Database, now: datetime) -> None:
    """Eight kilograms of bread until half past seven; taken back while nobody has asked for it."""
    told = bring(client, BAKER, "DON 8 KG PAIN 19H30")
    assert told.status_code == 200, told.text
    assert told.json()["outcome"] == "posted"
    assert "8\u00a0kg" in told.json()["answer"]
    with database.read() as session:
        lot = session.get_one(Lot, told.json()["lot_id"])
        assert (lot.posted_by, lot.organisation_id) == (baker.person.key, baker.id)
        kinds = [entry.kind for entry in session.exec(select(Entry)).all()]
        assert {"lot.posted", "text.received"} <= set(kinds)
    assert bring(client, BAKER, "annuler").json()["outcome"] == "withdrawn"
    with database.read() as session:
        assert session.get_one(Lot, told.json()["lot_id"]).state == "withdrawn"
    assert bring(client, BAKER, "annuler").json()["outcome"] == "call_back"
    assert to_call(database) == ["nothing_to_cancel"]


def test_what_somebody_asked_for_is_not_taken_back_by_text(
    client: TestClient, baker: Any, charity: Any, database: Database
) -> None:
    """A person calls instead."""
    lot = bring(client, BAKER, "DON 8 KG PAIN 19H30").json()["lot_id"]
    assert bring(client, CHARITY, f"OUI {lot} JE VIENS").json()["outcome"] == "granted"
    assert bring(client, BAKER, "ANNULER").json()["outcome"] == "call_back"
    assert to_call(database) == ["acted_upon"]
    assert [claim.state for claim in claims(database)] == [ClaimState.GRANTED]


def test_yes_claims_and_no_gives_back(
    client: TestClient, baker: Any, charity: Any, database: Database, now: datetime
) -> None:
    """As the button does, with the code of the hand-over in the answer."""
    lot = post(database, baker, now)
    told = bring(client, CHARITY, f"oui, n°{lot}, on vient le chercher")
    assert told.status_code == 200
    (claim,) = claims(database)
    assert (claim.lot_id, claim.site_id, claim.state) == (lot, charity.site.key, ClaimState.GRANTED)
    assert claim.code in told.json()["answer"]
    assert bring(client, CHARITY, f"NON {lot}").json()["outcome"] == "declined"
    assert claims(database)[0].state == ClaimState.RELEASED
    assert to_call(database) == []


@pytest.mark.sealed
def test_in_a_sealed_window_yes_is_an_answer_that_waits(
    client: TestClient, baker: Any, charity: Any, database: Database, now: datetime
) -> None:
    """202, and the answer says when it is decided."""
    lot = post(database, baker, now)
    told = bring(client, CHARITY, f"OUI {lot}")
    assert told.status_code == 202
    assert "Décision à" in told.json()["answer"]
    assert claims(database)[0].state == ClaimState.PENDING


def test_a_no_of_the_action_is_told_with_its_reason(
    client: TestClient, baker: Any, charity: Any, make: Any, database: Database, now: datetime
) -> None:
    """Somebody was faster: nothing is claimed, the text is kept."""
    lot = post(database, baker, now)
    phone_of(database, make.charity("Autre", collects_itself=True), "+33612345603")
    bring(client, "+33612345603", f"OUI {lot} JE VIENS")
    told = bring(client, CHARITY, f"OUI {lot} JE VIENS").json()
    assert told["outcome"] == "refused"
    assert len(claims(database)) == 1
    with database.read() as session:
        assert len(session.exec(select(InboundText)).all()) == 2


@pytest.mark.parametrize(
    ("sender", "text", "reason"),
    [
        (BAKER, "DON 8 KG PAIN 16H", "hour_past"),
        (BAKER, "DON 8 KG TRUCS 19H30", "food"),
        (BAKER, "DON PAIN 19H30", "weight"),
        (BAKER, "OUI 1", "lot_unknown"),
        (CHARITY, "OUI 999999", "lot_unknown"),
        (CHARITY, "DON 8 KG PAIN 19H30", "not_theirs"),
        (CHARITY, "vous êtes là ?", "unreadable"),
        ("+33612349999", "OUI 1", "number_unknown"),
        ("36105", "GAGNEZ", "number_unknown"),
    ],
)
def test_any_doubt_is_a_call(
    client: TestClient, baker: Any, charity: Any, make: Any, database: Database, sender: str, text: str, reason: str
) -> None:
    """Nothing is done, a dispatcher reads the words and the number, the sender is told somebody calls."""
    dispatcher = make.dispatcher()
    told = bring(client, sender, text).json()
    assert told["outcome"] == "call_back"
    assert "rappel" in told["answer"]
    assert to_call(database) == [reason]
    with database.read() as session:
        assert session.exec(select(Lot)).all() == []
    make.signed_in(client, dispatcher.person.key)
    page = client.get("/calls")
    assert page.status_code == 200
    assert french_spaces(text.replace("'", "&#39;")) in page.text
    assert "SMS à rappeler" in client.get("/notices").text.replace("\u00a0", " ")
    with database.read() as session:
        key = session.exec(select(InboundText)).one().key
    for _ in range(2):
        assert client.post(f"/calls/{key}/done").status_code == 303
    assert to_call(database) == []
    assert "Personne à rappeler" in client.get("/calls").text


def test_an_unproved_number_does_nothing(client: TestClient, make: Any, database: Database) -> None:
    """Typing somebody's number into one's account gives nobody their voice; only a code does."""
    phone_of(database, make.donor(), BAKER, proved=False)
    assert bring(client, BAKER, "DON 8 KG PAIN 19H30").json()["outcome"] == "call_back"
    assert to_call(database) == ["number_unproved"]


def test_stop_and_help(client: TestClient, baker: Any, database: Database) -> None:
    """No more texts; and how it works."""
    assert "DON 8 KG" in bring(client, BAKER, "aide").json()["answer"].replace("\u00a0", " ")
    assert bring(client, BAKER, "Stop").json()["outcome"] == "stopped"
    with database.read() as session:
        assert session.exec(select(NoticeHabits)).one().texts_stopped_at is not None


def test_brought_twice_is_done_once(client: TestClient, baker: Any, database: Database) -> None:
    """A gateway that got no answer brings it again: the same lot is told, none is added."""
    first = bring(client, BAKER, "DON 8 KG PAIN 19H30", "same").json()
    assert bring(client, BAKER, "DON 8 KG PAIN 19H30", "same").json() == first
    with database.read() as session:
        assert len(session.exec(select(Lot)).all()) == 1


def test_only_the_gateway_is_believed(client: TestClient, baker: Any, database: Database) -> None:
    """Another secret, an old signature, none at all: 401, nothing is kept."""
    assert bring(client, BAKER, "STOP", secret="another secret of somebody").status_code == 401
    assert bring(client, BAKER, "STOP", at=real_now().timestamp() - 600).status_code == 401
    assert bring(client, BAKER, "STOP", at=real_now().timestamp() + 600).status_code == 401
    assert client.post("/api/v1/texts", json={"id": "1", "from": BAKER, "text": "STOP"}).status_code == 401
    for header in ("", "t=", "t=²,v1=é", "t=1e9,v1=00", "v1=,t=99999999999999999999"):
        assert not signed(header, b"x", SECRET, real_now().timestamp())
    with database.read() as session:
        assert session.exec(select(InboundText)).all() == []


def test_a_machine_that_writes_without_end_is_not_obeyed(client: TestClient, baker: Any, database: Database) -> None:
    """Twelve in ten minutes; what follows is kept for a person, and not answered, so that two machines never talk."""
    for _ in range(12):
        bring(client, BAKER, "AIDE")
    told = bring(client, BAKER, "DON 8 KG PAIN 19H30").json()
    assert (told["outcome"], told["answer"]) == ("call_back", "")
    assert to_call(database) == ["too_many"]


def test_answers_leave_once(client: TestClient, baker: Any, database: Database, settings: Any) -> None:
    """By the same carrier as all texts; a short number is not answered."""
    bring(client, BAKER, "AIDE")
    bring(client, "36105", "GAGNEZ")
    outbox = OutboxSms()
    clients = Clients(mail=OutboxMail(), sms=outbox, push=OutboxPush(), files=MemoryFiles())
    assert [answer_due(database, clients, real_now=real_now()) for _ in range(2)] == [1, 0]
    assert [kept.to for kept in outbox.texts()] == [BAKER]


def test_a_call_that_was_noted_too_early_is_taken_back(
    client: TestClient, sign_in: Any, make: Any, database: Database
) -> None:
    """Counted, noted with its way back, waiting again; each twice changes nothing, and both are in the journal."""
    bring(client, "+33699999999", "bonjour ?")
    board = sign_in(make.dispatcher().person.key)
    count = board.get("/calls/count")
    assert "1" in count.text
    with database.read() as session:
        key = session.exec(select(InboundText)).one().key
    for _ in range(2):
        answer = board.post(f"/calls/{key}/done")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/calls?done={key}")
    page = board.get(f"/calls?done={key}").text
    assert f"/calls/{key}/undo" in page
    assert "bonjour\u202f?" not in page
    assert board.get("/calls/count").text.strip() == ""
    for _ in range(2):
        assert board.post(f"/calls/{key}/undo").status_code == 303
    assert "bonjour\u202f?" in board.get("/calls").text
    with database.read() as session:
        row = session.exec(select(InboundText)).one()
        assert (row.called_at, row.called_by) == (None, None)
        kinds = [entry.kind for entry in session.exec(select(Entry)).all()]
    assert (kinds.count("text.called"), kinds.count("text.call_undone")) == (1, 1)
    assert board.post(f"/calls/{key + 999}/undo").status_code == 404


def test_nobody_else_reads_who_is_to_be_called(client: TestClient, sign_in: Any, baker: Any) -> None:
    """Neither the count nor the way back."""
    donor = sign_in(baker.person.key)
    assert donor.get("/calls/count").status_code == 403
    assert donor.post("/calls/1/undo").status_code == 403
