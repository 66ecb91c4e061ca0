"""The public page of verification, and the pages of those who may read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from service.database.engine import Database
from service.documents import actions
from service.documents.models import Document
from service.documents.papers.pickup_slip import PickupSlip


@pytest.fixture
def charity(make: Any) -> Any:
    """The receiver of the slip."""
    return make.charity(habilitated=False)


@pytest.fixture
def document(
    app: Any, database: Database, make: Any, charity: Any, slip: Callable[..., PickupSlip], now: datetime
) -> Document:
    """A slip issued to the charity."""
    standing = actions.Standing(("claim", 7), owner_id=charity.id)
    with database.transaction() as session:
        return actions.issue(
            session,
            app.state.clients.files,
            who=make.dispatcher().who,
            paper=slip(),
            standing=standing,
            address="http://testserver",
            now=now,
        )


def test_whoever_holds_the_paper_sees_what_the_register_says(client: Any, document: Document) -> None:
    """With the code of the paper, names and weights are shown to compare."""
    page = client.get(f"/verify/{document.number}?code={document.check_code}")
    assert page.status_code == 200
    assert "Document authentique" in page.text
    assert "Boulangerie Martin" in page.text
    assert "18,8" in page.text


def test_a_guessed_number_tells_no_name(client: Any, document: Document) -> None:
    """Numbers follow each other, so a number alone reveals that it exists and nothing else."""
    for code in ("", "AAAA-AAAA"):
        page = client.get(f"/verify/{document.number}", params={"code": code})
        assert page.status_code == 200
        assert document.number in page.text
        assert "Martin" not in page.text
        assert "18,8" not in page.text
        answer = client.get(f"/api/v1/verify/{document.number}", params={"code": code}).json()
        assert answer["title"] is None
        assert answer["facts"] is None
        assert answer["code_matches"] is False


def test_an_unknown_number_is_said_in_words(client: Any) -> None:
    """Neither a bare 404 nor a crash, whatever is asked."""
    page = client.get("/verify/BE-52-2026-999999")
    assert page.status_code == 404
    assert "BE-52-2026-999999" in page.text
    assert client.get("/verify/<script>").status_code == 404
    assert "<script>" not in client.get("/verify/%3Cscript%3Ealert(1)").text
    assert client.get("/api/v1/verify/x").json()["code"] == "document-not-found"


def test_the_form_leads_to_the_number(client: Any, document: Document) -> None:
    """A number typed in lower case with a space finds its page."""
    answer = client.get("/verify", params={"number": f" {document.number.lower()} ", "code": document.check_code})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/verify/{document.number}?code={document.check_code}"
    assert client.get("/verify").status_code == 200


def test_the_file_itself_can_be_compared(client: Any, make: Any, document: Document, charity: Any) -> None:
    """The very bytes are recognised, one changed byte is not."""
    make.signed_in(client, charity.person.key)
    pdf = client.get(f"/documents/{document.number}.pdf").content
    assert "exactement celui" in client.post("/verify", files={"file": ("x.pdf", pdf)}).text
    changed = client.post("/verify", files={"file": ("x.pdf", pdf + b" ")})
    assert changed.status_code == 404
    assert "Fichier non reconnu" in changed.text
    found = client.get("/api/v1/verify", params={"sha256": document.sha256}).json()
    assert found["number"] == document.number


def test_a_party_downloads_its_paper(client: Any, make: Any, document: Document, charity: Any) -> None:
    """From the list, as a PDF that is neither cached by others nor renamed."""
    make.signed_in(client, charity.person.key)
    assert document.number in client.get("/documents").text
    answer = client.get(f"/documents/{document.number}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "private, no-store"
    assert f'filename="{document.number}.pdf"' in answer.headers["content-disposition"]
    assert answer.content.startswith(b"%PDF")
    assert client.get(f"/api/v1/documents/{document.number}/file").content == answer.content
    assert client.get("/api/v1/documents").json()["items"][0]["number"] == document.number


def test_strangers_download_nothing(client: Any, make: Any, document: Document) -> None:
    """Somebody not signed in is led to sign in; another charity is told that there is no such paper."""
    assert client.get(f"/documents/{document.number}.pdf").status_code == 303
    assert client.get(f"/api/v1/documents/{document.number}").status_code == 401
    make.signed_in(client, make.charity("Autre", habilitated=False).person.key)
    assert client.get(f"/documents/{document.number}.pdf").status_code == 404
    assert client.get("/api/v1/documents").json() == {"items": [], "next": None}
    assert "Aucun document" in client.get("/documents").text


def test_the_pages_speak_english(client: Any, document: Document) -> None:
    """The screens of the room are translated; the paper stays French, its legal language."""
    client.cookies.set("glane_locale", "en")
    page = client.get(f"/verify/{document.number}?code={document.check_code}").text
    assert "Genuine document" in page
    assert "Document authentique" not in page
