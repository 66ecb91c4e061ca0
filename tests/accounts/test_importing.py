"""A CSV of partners: seen line by line before anything is written, then written and invited."""

import html
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import func, select

from service.accounts.errors import ImportTooLong, ImportUnreadable
from service.accounts.importing import read_lines
from service.accounts.keys import Invitation
from service.accounts.models import Organisation, Site
from service.clients.mail.outbox import Letter
from service.clients.sms.outbox import Text
from service.database.engine import Database
from tests.accounts.conftest import BAD_SIRET, GOOD_SIRET
from tests.people import Make

HEADER = "Type;Activité;Nom;SIRET;RNA;Adresse;Code postal;Ville;Horaires;Contact;E-mail;Téléphone"
LINES = "\r\n".join(
    [
        HEADER,
        f"donateur;boulangerie;Au bon pain;{GOOD_SIRET};;3 rue du Four;44000;Nantes;"
        "mar-sam 7h-19h;Ana;ana@example.org;",
        "association;;Le Panier;;W442001234;;49000;ANGERS;;Zoé;;06 98 76 54 32",
        "CCAS;;CCAS de Rezé;;;1 place Daviais;44400;rezé;;;;",
        "",
        f"donateur;;Mauvaise clé;{BAD_SIRET};;;44000;Nantes;;;;",
        "donateur;;Trop loin;;;;13001;Marseille;;;;",
        "planète;;Mars;;;;44000;Nantes;;;;",
        f"donateur;;Encore lui;{GOOD_SIRET};;;44000;Nantes;;;;",
    ]
)


@pytest.fixture
def officer(client: TestClient, make: Make, region: str) -> TestClient:
    """A dispatcher's browser, in a region whose communes are loaded."""
    return make.signed_in(client, make.dispatcher().person.key)


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_the_preview_tells_each_line_and_writes_nothing(officer: TestClient, database: Database) -> None:
    """Three lines stand; four say what is wrong, with their number; nothing is kept."""
    before = count(database, Organisation)
    file = {"file": ("partenaires.csv", LINES.encode("utf-8-sig"), "text/csv")}
    page = officer.post("/partners/import", files=file)
    assert page.status_code == 200
    told = re.sub(r"\s+", " ", html.unescape(page.text).replace("\u202f", " ").replace("\u00a0", " "))
    assert "3 lignes prêtes" in told
    assert "4 lignes à corriger" in told
    assert "Ligne 6 · Mauvaise clé" in told
    assert "Ce SIRET n'existe pas : vérifiez les 14 chiffres." in told
    assert "Cette commune n'est pas dans la région" in told
    assert "Ce numéro est déjà à la ligne 2." in told
    assert count(database, Organisation) == before
    assert count(database, Invitation) == 0


def test_confirming_writes_the_good_lines_and_invites(
    officer: TestClient, database: Database, letters: Callable[[], list[Letter]], texts: Callable[[], list[Text]]
) -> None:
    """One e-mail, one SMS, one QR code for the partner without either; sites are placed in their communes."""
    before = count(database, Organisation)
    page = officer.post("/partners/import/confirmation", data={"text": LINES, "channel": "message"})
    assert page.status_code == 201
    assert count(database, Organisation) == before + 3
    assert [letter.to for letter in letters()] == ["ana@example.org"]
    assert [text.to for text in texts()] == ["+33698765432"]
    assert page.text.count('class="segno"') == 1
    with database.read() as session:
        sites = {site.name: site for site in session.exec(select(Site)).all()}
    assert sites["CCAS de Rezé"].commune == "44143"
    assert sites["Au bon pain"].opening_hours == "Tu-Sa 07:00-19:00; PH off"


def test_importing_twice_writes_once(officer: TestClient, database: Database) -> None:
    """Partners with a number are recognised the second time and left aside."""
    officer.post("/partners/import/confirmation", data={"text": LINES})
    page = officer.post("/partners/import", data={"text": LINES})
    assert "2 déjà inscrits" in page.text.replace("\u00a0", " ")


def test_on_paper_nobody_is_written_to(
    officer: TestClient, letters: Callable[[], list[Letter]], texts: Callable[[], list[Text]]
) -> None:
    """With QR codes to print, no message leaves."""
    page = officer.post("/partners/import/confirmation", data={"text": LINES, "channel": "paper"})
    assert page.text.count('class="segno"') == 3
    assert letters() == texts() == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"\xff\xd8\xff\xe0 a photo",
        b"a,b\n1,2\n",
        b'type;nom;code postal;ville\n"unclosed',
        b"x" * 3_000_000,
    ],
)
def test_a_file_that_is_no_list_is_refused(officer: TestClient, content: bytes) -> None:
    """Empty, binary, without the columns, badly quoted, far too big: a clear 4xx and the form again."""
    answer = officer.post("/partners/import", files={"file": ("x.csv", content, "text/csv")})
    assert 400 <= answer.status_code < 500 or "à corriger" in answer.text


def test_too_many_lines_are_refused() -> None:
    """Beyond the limit the file is to be cut, not read for minutes."""
    with pytest.raises(ImportTooLong):
        read_lines("type;nom;code postal;ville\n" + "donateur;x;44000;Nantes\n" * 2001)


def test_a_donor_imports_nothing(client: TestClient, make: Make, region: str) -> None:
    """Only staff import."""
    make.signed_in(client, make.donor().person.key)
    assert client.get("/partners/import").status_code == 403
    assert client.post("/partners/import/confirmation", data={"text": LINES}).status_code == 403


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(content: str) -> None:
    """Whatever stands in the file, every line is a partner or says what is wrong."""
    try:
        lines = read_lines("type;nom;code postal;ville;siret;téléphone\n" + content)
    except (ImportUnreadable, ImportTooLong):
        return
    assert all((line.partner is None) == bool(line.wrong) for line in lines)
