"""What people were told: the messages of the outbox, in the words somebody reads."""

from sqlmodel import select

from service.accounts.models import Person
from service.database.engine import Database
from service.notices.models import Channel, OutgoingNotice
from service.notices.wording import words_of


def messages(
    database: Database, kind: str, *, channel: Channel = Channel.SCREEN, person: Person | None = None
) -> list[OutgoingNotice]:
    """The messages of a kind on a channel, in order."""
    with database.read() as session:
        query = select(OutgoingNotice).where(OutgoingNotice.kind == kind, OutgoingNotice.channel == channel)
        if person is not None:
            query = query.where(OutgoingNotice.person_id == person.key)
        rows = session.exec(query.order_by(OutgoingNotice.id)).all()
        session.expunge_all()
        return list(rows)


def people(database: Database, kind: str, channel: Channel = Channel.SCREEN) -> list[int]:
    """Who was told, in the order of their keys; twice who was told twice."""
    return sorted(row.person_id for row in messages(database, kind, channel=channel))


def said(row: OutgoingNotice, locale: str = "") -> str:
    """Its words for its reader, as when it was written."""
    told = words_of(row.kind, row.params, locale=locale or row.locale, zone="Europe/Paris", now=row.created_at)
    return f"{told.title}. {told.text}".replace("\u00a0", " ").replace("\u202f", " ")
