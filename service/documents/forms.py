"""Documents as machines read them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from service.documents.models import Document, DocumentKind, DocumentState
from service.documents.readers import Verified
from service.kit.pagination import Page


class DocumentOut(BaseModel):
    """A document somebody may read."""

    number: str
    kind: DocumentKind
    title: str
    state: DocumentState
    created_at: datetime
    cancelled_at: datetime | None
    sha256: str
    content_sha256: str
    facts: dict[str, Any]
    subject: str
    subject_id: int

    @classmethod
    def of(cls, document: Document) -> "DocumentOut":
        return cls.model_validate(document, from_attributes=True)


class DocumentPage(BaseModel):
    """One page of documents; `next` is the cursor of the following one."""

    items: list[DocumentOut]
    next: int | None

    @classmethod
    def of(cls, page: Page[Document]) -> "DocumentPage":
        return cls(items=[DocumentOut.of(document) for document in page.items], next=page.next)


class VerifiedOut(BaseModel):
    """What the register says to anyone; `title` and `facts` only with the check code."""

    number: str
    kind: DocumentKind
    state: DocumentState
    created_at: datetime
    cancelled_at: datetime | None
    replaced_by: str | None
    sha256: str
    content_sha256: str
    code_matches: bool
    title: str | None = None
    facts: dict[str, Any] | None = None

    @classmethod
    def of(cls, found: Verified) -> "VerifiedOut":
        document = found.document
        return cls(
            number=document.number,
            kind=document.kind,
            state=document.state,
            created_at=document.created_at,
            cancelled_at=document.cancelled_at,
            replaced_by=found.replaced_by,
            sha256=document.sha256,
            content_sha256=document.content_sha256,
            code_matches=found.code_matches,
            title=document.title if found.code_matches else None,
            facts=document.facts if found.code_matches else None,
        )
