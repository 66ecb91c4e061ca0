"""The paper of a habilitation: its charity sends it, whoever approves reads it, nobody else does."""

import io
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlmodel import select

from service.accounts.models import AccountState, Organisation, Role
from service.agreements.models import HabilitationPaper
from tests.people import Make, Party

ORDER = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "white").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def waiting(make: Make) -> Party:
    """A charity that waits for its approval."""
    return make.charity("Épicerie des Ponts", habilitated=False, state=AccountState.PENDING)


def send(client: TestClient, party: Party, data: bytes, name: str = "arrete.pdf") -> Any:
    return client.post(f"/partners/{party.id}/habilitation/papers", files={"paper": (name, data)})


def paper_of(make: Make, party: Party) -> str:
    with make.database.read() as session:
        row = session.exec(select(HabilitationPaper)).one()
        return f"/partners/{party.id}/habilitation/papers/{row.key}"


def test_sent_by_the_charity_read_by_who_approves(client: TestClient, make: Make, waiting: Party) -> None:
    """The charity sees that it was sent and cannot open it; the Region saves it; dispatcher and strangers cannot."""
    make.signed_in(client, waiting.person.key)
    assert send(client, waiting, ORDER).status_code == 303
    path = paper_of(make, waiting)
    page = client.get(f"/partners/{waiting.id}/habilitation")
    assert page.status_code == 200
    assert "Document envoyé" in page.text
    assert path not in page.text
    for party in (waiting, make.dispatcher(), make.charity("Autre"), make.donor()):
        assert make.signed_in(client, party.person.key).get(path).status_code == 403
    make.signed_in(client, make.staff(Role.REGION).person.key)
    assert path in client.get(f"/partners/{waiting.id}/habilitation").text
    answer = client.get(path)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, ORDER, "application/pdf")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].startswith("sandbox")


def test_the_head_that_approves_reads_it_while_it_does(client: TestClient, make: Make, waiting: Party) -> None:
    """A food bank reads its members' papers when, and only when, the Region delegates approvals to it."""
    head = make.charity("Banque alimentaire")
    make.signed_in(client, waiting.person.key)
    send(client, waiting, ORDER)
    path = paper_of(make, waiting)
    for delegated, status in ((False, 403), (True, 200)):
        with make.database.transaction() as session:
            session.get_one(Organisation, waiting.id).parent_id = head.id
            session.get_one(Organisation, head.id).approves_members = delegated
        browser = make.signed_in(client, head.person.key)
        assert browser.get(path).status_code == status
        assert browser.get(f"/partners/{waiting.id}/habilitation").status_code == status


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"bonjour", 422, "ni un PDF ni une photo"),
        (b"%PDF-1.7\nhalf of it", 422, "incomplet"),
        (b"%PDF-1.7\n<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>\n%%EOF", 422, "programmes"),
        (b"%PDF-1.7\n" + b"0" * 25_000_001 + b"%%EOF", 413, "trop lourd"),
    ],
)
def test_anything_else_is_refused_in_words(
    client: TestClient, make: Make, waiting: Party, data: bytes, status: int, words: str
) -> None:
    """A text file called .pdf, half a PDF, one with a script, one too large: refused by page and API, nothing kept."""
    make.signed_in(client, waiting.person.key)
    answer = send(client, waiting, data)
    assert answer.status_code == status
    assert words in answer.text
    api = client.post(f"/api/v1/organisations/{waiting.id}/habilitation-papers", files={"paper": ("a.pdf", data)})
    assert api.status_code == status
    with make.database.read() as session:
        assert session.exec(select(HabilitationPaper)).all() == []


def test_a_photo_is_encoded_anew_and_five_are_enough(client: TestClient, make: Make, waiting: Party) -> None:
    """A photo becomes a WebP of its pixels; the same file twice is one; a sixth paper is too many."""
    make.signed_in(client, waiting.person.key)
    assert send(client, waiting, photo(), "arrete.jpg").status_code == 303
    assert send(client, waiting, photo(), "encore.jpg").status_code == 303
    path = paper_of(make, waiting)
    for number in range(4):
        assert send(client, waiting, ORDER + b"%d %%%%EOF" % number).status_code == 303
    assert send(client, waiting, ORDER).status_code == 409
    make.signed_in(client, make.staff(Role.REGION).person.key)
    assert client.get(path).headers["content-type"] == "image/webp"


def test_a_stranger_sends_nothing(client: TestClient, make: Make, waiting: Party) -> None:
    """Another charity, or a donor for itself, is refused."""
    make.signed_in(client, make.charity("Autre").person.key)
    assert send(client, waiting, ORDER).status_code == 403
    donor = make.donor()
    make.signed_in(client, donor.person.key)
    assert send(client, donor, ORDER).status_code == 409
