"""Papers are numbered without holes, kept as issued, and cancelled rather than changed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from service.accounts.who import Who
from service.clients.files.memory import MemoryFiles
from service.database.engine import Database
from service.documents import actions, queries, readers, rules
from service.documents.errors import (
    AlreadyCancelled,
    DocumentFileAltered,
    DocumentFileGone,
    DocumentNotFound,
    SignatureUnreadable,
)
from service.documents.models import Document
from service.documents.papers.pickup_slip import PickupSlip
from service.journal.models import Entry
from service.kit.pagination import PageAsked

Slip = Callable[..., PickupSlip]
ADDRESS = "http://glane.example"


def issue(session: Session, who: Who, paper: PickupSlip, now: datetime, **given: Any) -> Document:
    """Issue a slip about claim 7."""
    files = given.pop("files", MemoryFiles())
    standing = given.pop("standing", actions.Standing(subject=("claim", 7)))
    return actions.issue(session, files, who=who, paper=paper, standing=standing, address=ADDRESS, now=now, **given)


def test_numbers_follow_each_other(database: Database, make: Any, slip: Slip, now: datetime) -> None:
    """The first is 1, the next 2, whoever issues them."""
    who = make.dispatcher().who
    with database.transaction() as session:
        numbers = [issue(session, who, slip(), now).number for _ in range(3)]
    assert numbers == ["BE-52-2026-000001", "BE-52-2026-000002", "BE-52-2026-000003"]


def test_a_failed_transaction_gives_its_number_back(database: Database, make: Any, slip: Slip, now: datetime) -> None:
    """A hole in the series would look like a paper that was hidden."""
    who = make.dispatcher().who

    def failing() -> None:
        with database.transaction() as session:
            issue(session, who, slip(), now)
            raise RuntimeError("the driver's phone lost its network")

    with pytest.raises(RuntimeError):
        failing()
    with database.transaction() as session:
        assert issue(session, who, slip(), now).number == "BE-52-2026-000001"


def test_a_year_begins_at_midnight_in_the_region(database: Database, make: Any, slip: Slip) -> None:
    """The number carries the year of the calendar on the wall, and the series begins anew."""
    who = make.dispatcher().who
    midnight = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    with database.transaction() as session:
        assert issue(session, who, slip(), midnight - timedelta(seconds=1)).number == "BE-52-2026-000001"
        assert issue(session, who, slip(), midnight).number == "BE-52-2027-000001"


def test_papers_issued_at_the_same_time_get_different_numbers(
    database: Database, make: Any, slip: Slip, now: datetime
) -> None:
    """Six hand-overs in the same second leave six numbers without a hole."""
    who = make.dispatcher().who

    def one() -> None:
        with database.transaction() as session:
            issue(session, who, slip(), now)

    threads = [Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        numbers = sorted(session.exec(select(Document.number)).all())
    assert numbers == [f"BE-52-2026-{rank:06d}" for rank in range(1, 7)]


def test_what_is_kept_is_what_was_issued(database: Database, make: Any, slip: Slip, now: datetime) -> None:
    """File, fingerprints, signatures, parties and the journal all tell the same."""
    who, donor, charity = make.dispatcher().who, make.donor(), make.charity(habilitated=False)
    files = MemoryFiles()
    standing = actions.Standing(("claim", 7), owner_id=charity.id, party_ids=frozenset({donor.id, charity.id}))
    with database.transaction() as session:
        document = issue(session, who, slip(), now, files=files, standing=standing)
    with database.read() as session:
        kept = queries.by_number(session, document.number)
        assert kept is not None
        assert sha256(readers.file_of(files, kept)).hexdigest() == kept.sha256
        signed = queries.signatures(session, kept.key)
        assert [signature.side for signature in signed] == ["donor", "receiver"]
        assert {signature.signed_sha256 for signature in signed} == {kept.content_sha256}
        assert signed[0].image_key is not None
        assert files.get(signed[0].image_key)
        (entry,) = session.exec(select(Entry).where(Entry.kind == "document.issued")).all()
        assert entry.data["number"] == kept.number
        assert {f"org:{donor.id}", f"org:{charity.id}", "role:dispatcher"} <= set(entry.audience)
        assert "Martin" not in str(entry.data)
        assert [found.number for found in queries.of_subject(session, "claim", 7)] == [kept.number]


def test_a_mistake_is_cancelled_and_replaced(database: Database, make: Any, slip: Slip, now: datetime) -> None:
    """Both papers stay, the older says which one replaces it, and it cannot be replaced twice."""
    who = make.dispatcher().who
    with database.transaction() as session:
        old = issue(session, who, slip(), now)
        new = issue(session, who, slip(replaces=old.number), now, replaces=old)
    with database.read() as session:
        found = readers.verified(session, old.number, old.check_code)
        assert found.document.cancelled_at == now
        assert found.replaced_by == new.number

    def again() -> None:
        with database.transaction() as session:
            kept = queries.by_number(session, old.number)
            assert kept is not None
            issue(session, who, slip(), now, replaces=kept)

    with pytest.raises(AlreadyCancelled):
        again()


def test_only_those_named_on_a_paper_may_read_it(database: Database, make: Any, slip: Slip, now: datetime) -> None:
    """Another charity is answered as if the number did not exist; the dispatcher reads all."""
    donor, charity, other = make.donor(), make.charity(habilitated=False), make.charity("Autre", habilitated=False)
    dispatcher = make.dispatcher()
    standing = actions.Standing(("claim", 7), owner_id=charity.id, party_ids=frozenset({donor.id}))
    with database.transaction() as session:
        number = issue(session, charity.who, slip(), now, standing=standing).number
    with database.read() as session:
        for party in (donor, charity, dispatcher):
            assert readers.the_document(session, party.who, number).number == number
            assert len(readers.my_documents(session, party.who, PageAsked()).items) == 1
        with pytest.raises(DocumentNotFound):
            readers.the_document(session, other.who, number)
        assert not readers.my_documents(session, other.who, PageAsked()).items


def test_a_lost_or_altered_file_is_never_delivered(
    database: Database, make: Any, slip: Slip, now: datetime, tmp_path: Any
) -> None:
    """Two different words for the two, and no crash."""
    from service.clients.files.folder import FolderFiles

    files = FolderFiles(tmp_path)
    with database.transaction() as session:
        document = issue(session, make_who(make), slip(), now, files=files)
    (path,) = tmp_path.rglob("*.pdf")
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(DocumentFileAltered):
        readers.file_of(files, document)
    path.unlink()
    with pytest.raises(DocumentFileGone):
        readers.file_of(files, document)


def make_who(make: Any) -> Who:
    """A dispatcher."""
    return make.dispatcher().who  # type: ignore[no-any-return]  # the fixture is untyped here


def test_the_check_code_is_read_as_people_type_it() -> None:
    """Spaces, lower case and a missing dash do not matter; a wrong letter does."""
    assert rules.same_code(" k7qm 2x9d ", "K7QM-2X9D")
    assert rules.same_code("K7QM2X9D", "K7QM-2X9D")
    assert not rules.same_code("K7QM-2X9E", "K7QM-2X9D")
    assert not rules.same_code("", "K7QM-2X9D")
    assert not rules.same_code("é" * 8, "K7QM-2X9D")


def test_check_codes_are_not_guessable() -> None:
    """A thousand of them differ, and none has a letter that is mistaken for another."""
    codes = {rules.new_check_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert not set("".join(codes)) & set("01OILUV")


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=6))
def test_a_fingerprint_does_not_depend_on_the_order(content: dict[str, Any]) -> None:
    """The same content has the same fingerprint, however it was put together."""
    turned = dict(reversed(list(content.items())))
    assert rules.fingerprint(content) == rules.fingerprint(turned)
    assert rules.fingerprint(content) != rules.fingerprint({**content, "more": 1})


def test_a_drawn_signature_is_cleaned(signature_drawn: bytes) -> None:
    """It becomes a small harmless picture; what is none, or too big, is refused in words for people."""
    assert actions.drawn_signature(signature_drawn)[:4] == b"RIFF"
    for bad in (b"", b"<svg onload=alert(1)>", signature_drawn[:80], b"\x89PNG" + b"0" * 600_000):
        with pytest.raises(SignatureUnreadable):
            actions.drawn_signature(bad)
