"""Lots kept under a name of the donor's own, to give again in two taps."""

import datetime as dt

from sqlmodel import Field

from service.database.columns import Row, UtcDateTime


class LotTemplate(Row, table=True):
    """A lot that a donor gives again and again ("Invendus du soir").

    Its food is that of `lot_id`, repeated with the day's dates and hours. One that was put away stays, so that it can
    be taken back.
    """

    region: str = Field(index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    lot_id: int = Field(foreign_key="lot.id", index=True)
    name: str
    made_by: int | None = Field(default=None, foreign_key="person.id")
    made_at: dt.datetime = Field(sa_type=UtcDateTime)
    removed_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
