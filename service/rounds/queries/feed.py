"""What happened since a moment, as the journal tells it, without making rows of it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, select
from sqlmodel import Session, col

from service.journal.models import Entry


class Fact(NamedTuple):
    """An entry's number and what it is about."""

    number: int
    region: str
    kind: str
    subject: str
    subject_id: int
    data: Mapping[str, Any]


# Asked for every lot that enters a round, so it is put together once.
_NUMBER: BindParameter[int] = bindparam("number")
_MOST: BindParameter[int] = bindparam("most")
_AFTER = (
    select(
        col(Entry.id), col(Entry.region), col(Entry.kind), col(Entry.subject), col(Entry.subject_id), col(Entry.data)
    )
    .where(col(Entry.id) > _NUMBER)
    .order_by(col(Entry.id))
    .limit(_MOST)
)


def facts_after(session: Session, number: int, limit: int) -> Sequence[Fact]:
    """The entries after a number, oldest first."""
    return [Fact(*row) for row in session.execute(_AFTER, {"number": number, "most": limit}).all()]
