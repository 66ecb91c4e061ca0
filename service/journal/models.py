"""One line of the journal. Lines are added, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime


class Entry(Row, table=True):
    """What happened to one thing; `id` is its number, handed out in commit order.

    `data` holds ids, quantities, times and reasons, never a name, an address or a phone number: erasing a person must
    leave every entry true. `audience` holds the scopes that may see it (`role:charity`, `org:3`, `site:7`, `person:9`,
    `all`), always within the region.
    """

    __table_args__ = (
        Index("ix_entry_subject", "subject", "subject_id", "id"),
        Index("ix_entry_region_kind", "region", "kind", "id"),
        Index("ix_entry_region_kind_at", "region", "kind", "at"),
        {"sqlite_autoincrement": True},
    )

    region: str
    kind: str
    version: int = 1
    at: datetime = Field(sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    actor_id: int | None = None
    on_behalf_of: int | None = None
    subject: str
    subject_id: int
    from_state: str | None = None
    to_state: str | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    audience: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))

    def seen_by(self, region: str, scopes: frozenset[str]) -> bool:
        """Whether someone with these scopes in this region may see it."""
        return self.region == region and any(scope in scopes for scope in self.audience)
