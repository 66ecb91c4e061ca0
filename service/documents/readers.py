"""Who may read which paper, and its bytes."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from service.accounts import policy
from service.accounts.who import Who
from service.clients.files.port import FileDamaged, FileMissing, Files
from service.documents import queries, rules
from service.documents.errors import DocumentFileAltered, DocumentFileGone, DocumentNotFound
from service.documents.models import Document
from service.kit.pagination import Page, PageAsked
from service.kit.refusals import NotAllowed


@dataclass(frozen=True)
class Verified:
    """What the register says about a paper. `facts` and `title` are told only to whoever holds its check code."""

    document: Document
    replaced_by: str | None
    code_matches: bool

    @property
    def taken_at(self) -> datetime | None:
        """When the goods changed hands, if the paper is about that."""
        told = self.document.facts.get("taken_at")
        return datetime.fromisoformat(told) if told else None


def the_document(session: Session, who: Who, number: str) -> Document:
    """A document this person may read; otherwise the same answer as for a number that does not exist."""
    document = queries.by_number(session, number)
    if document is None or document.region != who.region:
        raise DocumentNotFound()
    named = queries.parties(session, document.key) | ({document.owner_id} if document.owner_id else set())
    try:
        policy.demand(who, "documents", "read", *(["own"] if named & who.organisation_ids else []))
    except NotAllowed as refusal:
        raise DocumentNotFound() from refusal
    return document


def my_documents(session: Session, who: Who, asked: PageAsked) -> Page[Document]:
    """The documents this person may read, newest first."""
    everything = "any" in who.relations("documents", "read")
    return queries.readable(session, who.region, None if everything else who.organisation_ids, asked)


def file_of(files: Files, document: Document) -> bytes:
    """The PDF exactly as it was issued."""
    try:
        return files.get(document.file_key)
    except FileMissing as error:
        raise DocumentFileGone() from error
    except FileDamaged as error:
        raise DocumentFileAltered() from error


def verified(session: Session, number: str, code: str) -> Verified:
    """What anyone may learn about a number: that it exists, when it was issued, its fingerprint, whether it counts."""
    document = queries.by_number(session, number)
    if document is None:
        raise DocumentNotFound()
    return _with_replacement(session, document, rules.same_code(code, document.check_code))


def verified_file(session: Session, sha256: str) -> Verified | None:
    """The paper of which somebody holds the very file; None if no paper was ever issued with these bytes."""
    document = queries.by_sha256(session, sha256)
    return None if document is None else _with_replacement(session, document, code_matches=True)


def _with_replacement(session: Session, document: Document, code_matches: bool) -> Verified:
    newer = queries.replacement(session, document.key)
    return Verified(document, newer.number if newer else None, code_matches)
