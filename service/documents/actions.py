"""Issuing, cancelling and replacing papers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import quote

from sqlmodel import Session

from config.regions import load_region_config
from service.accounts.who import Who
from service.clients.files.port import Files
from service.documents import queries, rules
from service.documents.errors import AlreadyCancelled, SignatureUnreadable
from service.documents.models import Document, DocumentKind, DocumentParty, NumberSeries, Signature
from service.documents.papers.marks import Marks
from service.documents.papers.pickup_slip import SlipSignature
from service.journal.actions import append
from service.kit.pictures import CONTENT_TYPE, clean_photo
from service.kit.refusals import Refusal

LARGEST_SIGNATURE = 500_000


class Paper(Protocol):
    """What can be issued: `papers.pickup_slip.PickupSlip` is one."""

    @property
    def kind(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def signatures(self) -> tuple[SlipSignature, ...]: ...
    def content(self) -> Mapping[str, Any]: ...
    def facts(self) -> Mapping[str, Any]: ...
    def printed(self, marks: Marks) -> bytes: ...


@dataclass(frozen=True)
class Standing:
    """Where a paper belongs: what it is about, who issues it, and the organisations named on it."""

    subject: tuple[str, int]
    owner_id: int | None = None
    party_ids: frozenset[int] = frozenset()


def issue(
    session: Session,
    files: Files,
    *,
    who: Who,
    paper: Paper,
    standing: Standing,
    address: str,
    now: datetime,
    replaces: Document | None = None,
) -> Document:
    """Number, print, keep and journal a paper, in the caller's transaction.

    `address` is the public address of the product, for the QR code. The number is taken here, so a transaction that
    fails gives it back and the series has no hole. With `replaces` the older paper is cancelled in the same stroke.
    """
    if replaces is not None:
        cancel(session, who=who, document=replaces, now=now)
    region = load_region_config(who.region)
    kind = DocumentKind(paper.kind)
    number = _next_number(session, who.region, kind, region.code, rules.year_of(now, region.time_zone))
    code = rules.new_check_code()
    marks = Marks(
        number=number,
        issued_at=now,
        verify_url=f"{address}/verify/{quote(number)}?code={code}",
        check_code=code,
        fingerprint=rules.fingerprint(paper.content()),
    )
    pdf = paper.printed(marks)
    document = Document(
        region=who.region,
        kind=kind,
        number=number,
        owner_id=standing.owner_id,
        title=paper.title,
        subject=standing.subject[0],
        subject_id=standing.subject[1],
        template=paper.version,
        file_key=files.put(pdf, "application/pdf"),
        sha256=sha256(pdf).hexdigest(),
        content_sha256=marks.fingerprint,
        check_code=code,
        facts=dict(paper.facts()),
        created_at=now,
        created_by=who.person_id,
        replaces_id=replaces.id if replaces else None,
    )
    session.add(document)
    session.flush()
    for organisation_id in sorted(standing.party_ids):
        session.add(DocumentParty(document_id=document.key, organisation_id=organisation_id))
    for signature in paper.signatures:
        session.add(_signed(document, signature, files))
    _journal(session, who, document, standing.party_ids, "document.issued", None, now)
    return document


def cancel(session: Session, *, who: Who, document: Document, now: datetime) -> None:
    """A paper no longer counts. Its number and its file stay."""
    if document.cancelled_at is not None:
        raise AlreadyCancelled(number=document.number)
    before = document.state
    document.cancel(now)
    session.add(document)
    _journal(session, who, document, queries.parties(session, document.key), "document.cancelled", before, now)


def drawn_signature(data: bytes) -> bytes:
    """A signature drawn on a screen, made small and harmless; call it before the transaction begins."""
    if len(data) > LARGEST_SIGNATURE:
        raise SignatureUnreadable()
    try:
        clean = clean_photo(data)
    except Refusal as refusal:
        raise SignatureUnreadable() from refusal
    return clean.data


def _next_number(session: Session, region: str, kind: DocumentKind, code: str, year: int) -> str:
    series = queries.series_for_update(session, region, kind, year)
    if series is None:
        series = NumberSeries(region=region, kind=kind, year=year)
    series.last += 1
    session.add(series)
    session.flush()
    return rules.number(kind, code, year, series.last)


def _signed(document: Document, signature: SlipSignature, files: Files) -> Signature:
    image = signature.image
    return Signature(
        document_id=document.key,
        side=signature.side,
        name=signature.name,
        person_id=signature.person_id,
        method=signature.method,
        at=signature.at,
        image_key=None if image is None else files.put(image, CONTENT_TYPE),
        signed_sha256=document.content_sha256,
    )


def _journal(
    session: Session,
    who: Who,
    document: Document,
    party_ids: Iterable[int],
    kind: str,
    before: str | None,
    now: datetime,
) -> None:
    owner = [] if document.owner_id is None else [document.owner_id]
    append(
        session,
        region=document.region,
        kind=kind,
        at=now,
        actor=who,
        subject=("document", document.key),
        from_state=None if before is None else str(before),
        to_state=str(document.state),
        data={
            "number": document.number,
            "kind": str(document.kind),
            "about": [document.subject, document.subject_id],
            "sha256": document.sha256,
        },
        audience=[*(f"org:{key}" for key in {*party_ids, *owner}), "role:dispatcher", "role:region"],
    )
