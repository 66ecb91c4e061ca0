"""Reading documents, their parties and signatures."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, exists, or_, select

from service.documents.models import Document, DocumentKind, DocumentParty, NumberSeries, Signature
from service.kit.pagination import Page, PageAsked, cut


def by_number(session: Session, number: str) -> Document | None:
    return session.exec(select(Document).where(Document.number == number.strip().upper())).one_or_none()


def by_sha256(session: Session, sha256: str) -> Document | None:
    """The document whose file has this fingerprint."""
    return session.exec(select(Document).where(Document.sha256 == sha256).order_by(col(Document.id))).first()


def of_subject(session: Session, subject: str, subject_id: int) -> Sequence[Document]:
    """The papers about one thing, oldest first, cancelled ones included."""
    return session.exec(
        select(Document)
        .where(Document.subject == subject, Document.subject_id == subject_id)
        .order_by(col(Document.id))
    ).all()


def replacement(session: Session, document_id: int) -> Document | None:
    """The paper that replaces this one."""
    return session.exec(select(Document).where(Document.replaces_id == document_id)).one_or_none()


def parties(session: Session, document_id: int) -> frozenset[int]:
    """The organisations named on a document."""
    return frozenset(
        session.exec(select(DocumentParty.organisation_id).where(DocumentParty.document_id == document_id)).all()
    )


def signatures(session: Session, document_id: int) -> Sequence[Signature]:
    """In the order of signing."""
    return session.exec(
        select(Signature).where(Signature.document_id == document_id).order_by(col(Signature.at), col(Signature.id))
    ).all()


def readable(session: Session, region: str, organisation_ids: Iterable[int] | None, asked: PageAsked) -> Page[Document]:
    """The documents of a region, newest first; only those of some organisations where they are given."""
    query = select(Document).where(Document.region == region)
    if organisation_ids is not None:
        mine = list(organisation_ids)
        named = exists().where(
            col(DocumentParty.document_id) == col(Document.id), col(DocumentParty.organisation_id).in_(mine)
        )
        query = query.where(or_(col(Document.owner_id).in_(mine), named))
    if asked.after is not None:
        query = query.where(col(Document.id) < asked.after)
    rows = session.exec(query.order_by(col(Document.id).desc()).limit(asked.limit + 1)).all()
    return cut(rows, asked, [row.key for row in rows])


def series_for_update(session: Session, region: str, kind: DocumentKind, year: int) -> NumberSeries | None:
    """The series of a kind, locked until the transaction ends."""
    return session.exec(
        select(NumberSeries)
        .where(NumberSeries.region == region, NumberSeries.kind == kind, NumberSeries.year == year)
        .with_for_update()
    ).one_or_none()
