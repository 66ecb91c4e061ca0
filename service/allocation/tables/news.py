"""What a site is no longer told of, as it was learnt, and whether it wants to hear of everything all the same."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime


class SiteNews(Row, table=True):
    """One site. `spared`: families of the catalogue of which it took nothing, and of how many lots it had been told.

    Learnt anew every few hours: what it asks for itself comes back, and so does what it was not told of for long.
    """

    region: str = Field(index=True)
    site_id: int = Field(foreign_key="site.id", unique=True)
    spared: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    learnt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    everything: bool = False
    set_by: int | None = Field(default=None, foreign_key="person.id")
    set_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
