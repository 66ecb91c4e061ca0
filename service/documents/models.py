"""Documents, their parties and signatures, and the series their numbers come from."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words


class DocumentKind(StrEnum):
    PICKUP_SLIP = "pickup_slip"


class DocumentState(StrEnum):
    VALID = "valid"
    CANCELLED = "cancelled"


class Document(Row, table=True):
    """A paper as it was issued. Nothing of it changes afterwards but its state: a mistake is cancelled and replaced."""

    __table_args__ = (
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="document_cancelled_at_a_time"),
        Index("ix_document_subject", "subject", "subject_id"),
    )

    region: str = Field(index=True)
    kind: DocumentKind = Field(sa_type=words(DocumentKind))
    number: str = Field(unique=True)
    # Who issues it; the others who may read it are its parties.
    owner_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    title: str
    # What it is about: ("lot", 12), ("claim", 7)
    subject: str
    subject_id: int
    template: str = Field(description="Name and version of the template it was printed with")
    file_key: str
    sha256: str = Field(index=True, description="Of the PDF")
    content_sha256: str = Field(description="Of the content that was signed, printed at the foot of each page")
    check_code: str = Field(description="Printed on the paper; whoever holds it may see what the register says")
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: int | None = Field(default=None, foreign_key="person.id")
    state: DocumentState = Field(default=DocumentState.VALID, sa_type=words(DocumentState))
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    replaces_id: int | None = Field(default=None, foreign_key="document.id", unique=True)

    def cancel(self, now: datetime) -> None:
        """It no longer counts; the file and the number stay, so that the series has no hole."""
        self.state, self.cancelled_at = DocumentState.CANCELLED, now


class DocumentParty(Row, table=True):
    """An organisation that may read a document because it is named on it."""

    __tablename__ = "document_party"
    __table_args__ = (UniqueConstraint("document_id", "organisation_id"),)

    document_id: int = Field(foreign_key="document.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)


class NumberSeries(Row, table=True):
    """The last number given of one kind in one region and year."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("region", "kind", "year"),)

    region: str
    kind: DocumentKind = Field(sa_type=words(DocumentKind))
    year: int
    last: int = 0


class Signature(Row, table=True):
    """Who signed, for which side, when, how, and the fingerprint of what was before their eyes."""

    __table_args__ = (CheckConstraint("method IN ('drawn', 'code', 'typed')", name="signature_method_known"),)

    document_id: int = Field(foreign_key="document.id", index=True)
    side: str
    name: str
    person_id: int | None = Field(default=None, foreign_key="person.id")
    method: str
    at: datetime = Field(sa_type=UtcDateTime)
    image_key: str | None = None
    signed_sha256: str
