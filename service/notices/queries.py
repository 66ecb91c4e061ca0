"""Reading messages, preferences, and the people they are for."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, or_, select

from service.accounts.models import AccountState, Person, WebSession
from service.kit.pagination import Page, PageAsked, cut
from service.notices.models import (
    Channel,
    NoticeHabits,
    NoticePreference,
    NoticeState,
    OutgoingNotice,
    PushDevice,
    QuietHours,
)


def on_screen(session: Session, person_id: int, asked: PageAsked) -> Page[OutgoingNotice]:
    """A person's messages, newest first."""
    query = select(OutgoingNotice).where(
        OutgoingNotice.person_id == person_id, OutgoingNotice.channel == Channel.SCREEN
    )
    if asked.after is not None:
        query = query.where(col(OutgoingNotice.id) < asked.after)
    rows = session.exec(query.order_by(col(OutgoingNotice.id).desc()).limit(asked.limit + 1)).all()
    return cut(rows, asked, [row.key for row in rows])


def unread(session: Session, person_id: int) -> Sequence[OutgoingNotice]:
    """A person's messages that are still new."""
    return session.exec(
        select(OutgoingNotice).where(
            OutgoingNotice.person_id == person_id,
            OutgoingNotice.channel == Channel.SCREEN,
            col(OutgoingNotice.read_at).is_(None),
        )
    ).all()


def unread_count(session: Session, person_id: int) -> int:
    """How many of a person's messages are still new: the number on the bell."""
    return session.exec(
        select(func.count(col(OutgoingNotice.id))).where(
            OutgoingNotice.person_id == person_id,
            OutgoingNotice.channel == Channel.SCREEN,
            col(OutgoingNotice.read_at).is_(None),
        )
    ).one()


def due(session: Session, now: datetime, real_now: datetime, limit: int) -> Sequence[OutgoingNotice]:
    """What should have left by now and is in no worker's hands, oldest first."""
    return session.exec(
        select(OutgoingNotice)
        .where(*_ripe(now, real_now))
        .order_by(col(OutgoingNotice.due_at), col(OutgoingNotice.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def held_beside(
    session: Session, rows: Iterable[OutgoingNotice], now: datetime, real_now: datetime
) -> Sequence[OutgoingNotice]:
    """What waited as these rows did, for the same people, and is due as well."""
    known = [row.key for row in rows]
    people = {row.person_id for row in rows if row.held}
    if not people:
        return []
    return session.exec(
        select(OutgoingNotice)
        .where(
            *_ripe(now, real_now),
            col(OutgoingNotice.held).is_(True),
            col(OutgoingNotice.person_id).in_(people),
            col(OutgoingNotice.id).not_in(known),
        )
        .order_by(col(OutgoingNotice.due_at), col(OutgoingNotice.id))
        .with_for_update(skip_locked=True)
    ).all()


def _ripe(now: datetime, real_now: datetime) -> tuple[Any, ...]:
    free = or_(
        col(OutgoingNotice.claimed_until).is_(None),
        # A lease is always counted on the machine's clock.
        col(OutgoingNotice.claimed_until) <= real_now,
    )
    return (OutgoingNotice.state == NoticeState.PENDING, free, OutgoingNotice.due_at <= now)


def waiting_about(session: Session, kind: str, subject: tuple[str, int]) -> Sequence[OutgoingNotice]:
    """Messages of a kind about something that have not left and are in no worker's hands."""
    return session.exec(
        select(OutgoingNotice).where(
            OutgoingNotice.kind == kind,
            OutgoingNotice.subject == subject[0],
            OutgoingNotice.subject_id == subject[1],
            OutgoingNotice.state == NoticeState.PENDING,
            col(OutgoingNotice.claimed_until).is_(None),
        )
    ).all()


def by_ids(session: Session, ids: Iterable[int]) -> dict[int, OutgoingNotice]:
    """Messages by key."""
    rows = session.exec(select(OutgoingNotice).where(col(OutgoingNotice.id).in_(list(ids)))).all()
    return {row.key: row for row in rows}


def already_told(session: Session, keys: Iterable[str]) -> frozenset[str]:
    """Which of these dedupe keys have a message."""
    found = session.exec(select(OutgoingNotice.dedupe).where(col(OutgoingNotice.dedupe).in_(list(keys)))).all()
    return frozenset(key for key in found if key is not None)


def reachable_people(session: Session, region: str, person_ids: Iterable[int]) -> Sequence[Person]:
    """Those of the people who may still be told something, in the order of their keys."""
    return session.exec(
        select(Person)
        .where(col(Person.id).in_(set(person_ids)), Person.region == region, Person.state != AccountState.SUSPENDED)
        .order_by(col(Person.id))
    ).all()


def people_by_id(session: Session, ids: Iterable[int]) -> dict[int, Person]:
    """People by key."""
    return {person.key: person for person in session.exec(select(Person).where(col(Person.id).in_(set(ids)))).all()}


def preferences(session: Session, person_ids: Iterable[int]) -> dict[tuple[int, str], dict[Channel, bool]]:
    """What people chose: (person, kind) -> channel -> wanted."""
    found: dict[tuple[int, str], dict[Channel, bool]] = {}
    for row in preference_rows(session, person_ids):
        found.setdefault((row.person_id, row.kind), {})[row.channel] = row.wanted
    return found


def preference_rows(session: Session, person_ids: Iterable[int]) -> Sequence[NoticePreference]:
    """The rows behind `preferences`."""
    return session.exec(select(NoticePreference).where(col(NoticePreference.person_id).in_(set(person_ids)))).all()


def quiet_hours(session: Session, person_ids: Iterable[int]) -> dict[int, QuietHours]:
    """The quiet hours people set."""
    rows = session.exec(select(QuietHours).where(col(QuietHours.person_id).in_(set(person_ids)))).all()
    return {row.person_id: row for row in rows}


def habits(session: Session, person_ids: Iterable[int]) -> dict[int, NoticeHabits]:
    """What people settled for all kinds at once."""
    rows = session.exec(select(NoticeHabits).where(col(NoticeHabits.person_id).in_(set(person_ids)))).all()
    return {row.person_id: row for row in rows}


def devices(session: Session, person_ids: Iterable[int]) -> dict[int, list[PushDevice]]:
    """The browsers of people that listen, oldest first; one that was signed out listens no more."""
    rows = session.exec(
        select(PushDevice)
        .outerjoin(WebSession, col(WebSession.id) == col(PushDevice.session_id))
        .where(col(PushDevice.person_id).in_(set(person_ids)), col(WebSession.revoked_at).is_(None))
        .order_by(col(PushDevice.id))
    ).all()
    found: dict[int, list[PushDevice]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def devices_gone(
    session: Session, signed_out_before: datetime, expired_before: datetime, limit: int
) -> Sequence[PushDevice]:
    """Browsers that were signed out by then, and those whose sign-in has been over since then."""
    return session.exec(
        select(PushDevice)
        .join(WebSession, col(WebSession.id) == col(PushDevice.session_id))
        .where(
            or_(col(WebSession.revoked_at) <= signed_out_before, col(WebSession.expires_at) <= expired_before),
        )
        .order_by(col(PushDevice.id))
        .limit(limit)
    ).all()


def device_at(session: Session, endpoint: str) -> PushDevice | None:
    """The browser with this address, whoever's it is."""
    return session.exec(select(PushDevice).where(PushDevice.endpoint == endpoint)).one_or_none()


def devices_by_id(session: Session, ids: Iterable[int]) -> Sequence[PushDevice]:
    """Browsers by key."""
    return session.exec(select(PushDevice).where(col(PushDevice.id).in_(set(ids)))).all()


def older_than(session: Session, moment: datetime, limit: int) -> Sequence[OutgoingNotice]:
    """Messages past their time, oldest first."""
    return session.exec(
        select(OutgoingNotice).where(OutgoingNotice.created_at < moment).order_by(col(OutgoingNotice.id)).limit(limit)
    ).all()
