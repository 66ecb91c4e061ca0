"""Telling people something, and marking it as read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from config.regions import load_region_config
from service.accounts.models import Person
from service.accounts.who import Who
from service.journal.actions import append
from service.notices import queries, rules
from service.notices.errors import NoticeNotFound
from service.notices.kind import NoticeKind
from service.notices.kinds import KINDS
from service.notices.models import Channel, NoticeHabits, OutgoingNotice
from service.notices.wording import check_params

KEPT = timedelta(days=90)
SIGNED_OUT_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Told:
    """One message for some people: `params` fills its words (moments as aware datetimes, weights in grams)."""

    person_ids: Sequence[int]
    params: Mapping[str, Any]
    subject: tuple[str, int] | None = None
    # With a key ("lot:12:withdrawn") a person is told once, however often it is said.
    dedupe: str | None = None
    # After this it says something that is no longer true; without it the kind's own lifetime counts.
    expires_at: datetime | None = None
    # Those who chose the very hour it is told at: neither their quiet hours nor their daily hour holds it back.
    hour_chosen_by: frozenset[int] = frozenset()


def tell(
    session: Session,
    *,
    region: str,
    person_ids: Iterable[int],
    kind: str,
    params: Mapping[str, Any],
    now: datetime,
    subject: tuple[str, int] | None = None,
    dedupe: str | None = None,
    expires_at: datetime | None = None,
) -> list[OutgoingNotice]:
    """Write a message for each person and channel, in the caller's transaction; nothing leaves before it is kept.

    `kind` is one of `kinds.KINDS`. `now` is the domain's time. People who are suspended or of another region are left
    out.
    """
    message = Told(list(person_ids), params, subject, dedupe, expires_at)
    return tell_each(session, region=region, kind=kind, messages=[message], now=now)


def tell_each(
    session: Session,
    *,
    region: str,
    kind: str,
    messages: Sequence[Told],
    now: datetime,
) -> list[OutgoingNotice]:
    """Write many messages of one kind in as many questions to the database as one takes; of two with the same key for
    the same person the first counts."""
    if not messages:
        return []
    what = KINDS[kind]
    zone = load_region_config(region).time_zone
    everybody = {key for message in messages for key in message.person_ids}
    people = {person.key: person for person in queries.reachable_people(session, region, everybody)}
    chosen = queries.preferences(session, people)
    quiet, habits = queries.quiet_hours(session, people), queries.habits(session, people)
    devices = queries.devices(session, people)
    written = []
    for message in messages:
        kept = check_params(what, message.params)
        for key in sorted(people.keys() & set(message.person_ids)):
            person, silent, habit = people[key], quiet.get(key), habits.get(key)
            chose = key in message.hour_chosen_by
            hours = (silent.start_minute, silent.end_minute) if silent else rules.QUIET
            until = message.expires_at or now + what.lifetime
            for channel in _channels(what, person, habit, key in devices, chosen.get((key, kind), {})):
                digest = habit.digest_minute if habit and not chose else None
                quiet_then = rules.NEVER if chose else hours
                due_at, held = rules.leaves_at(
                    what, channel, now, zone, quiet=quiet_then, digest=digest, expires_at=until
                )
                dedupe = None if message.dedupe is None else f"{message.dedupe}:{kind}:{key}:{channel.value}"
                written.append(
                    OutgoingNotice(
                        region=region,
                        person_id=key,
                        channel=channel,
                        kind=kind,
                        params=kept,
                        subject=message.subject[0] if message.subject else None,
                        subject_id=message.subject[1] if message.subject else None,
                        locale=person.locale,
                        created_at=now,
                        due_at=due_at,
                        held=held,
                        expires_at=until,
                        dedupe=dedupe,
                    )
                )
    told = set(queries.already_told(session, [row.dedupe for row in written if row.dedupe]))
    fresh = []
    for row in written:
        if row.dedupe in told:
            continue
        if row.dedupe is not None:
            told.add(row.dedupe)
        if row.channel == Channel.SCREEN:
            row.sent(now)
        fresh.append(row)
    session.add_all(fresh)
    session.flush()
    if what.announced:
        _announce(session, fresh, now)
    return fresh


def take_back(session: Session, *, kind: str, subject: tuple[str, int], params: Mapping[str, Any] | None = None) -> int:
    """What was to be told of something and has not left yet is not sent: it holds no more; of messages with some
    `params` only. How many were kept back."""
    waiting = [
        notice
        for notice in queries.waiting_about(session, kind, subject)
        if all(notice.params.get(name) == value for name, value in (params or {}).items())
    ]
    for notice in waiting:
        notice.abandoned("no longer true")
        session.add(notice)
    return len(waiting)


def mark_read(session: Session, *, who: Who, notice_id: int, now: datetime) -> OutgoingNotice:
    """One message was seen."""
    notice = queries.by_ids(session, [notice_id]).get(notice_id)
    if notice is None or notice.person_id != who.person_id or notice.channel != Channel.SCREEN:
        raise NoticeNotFound()
    notice.read_at = notice.read_at or now
    session.add(notice)
    return notice


def mark_all_read(session: Session, *, who: Who, now: datetime) -> int:
    """All of them were seen; answers how many were new."""
    fresh = queries.unread(session, who.person_id) if who.person_id is not None else []
    for notice in fresh:
        notice.read_at = now
        session.add(notice)
    return len(fresh)


def forget_old(session: Session, *, now: datetime, limit: int = 5000) -> int:
    """Remove messages older than ninety days; answers how many."""
    old = queries.older_than(session, now - KEPT, limit)
    for notice in old:
        session.delete(notice)
    session.flush()
    return len(old)


def forget_devices(session: Session, *, real_now: datetime, limit: int = 5000) -> int:
    """Remove the addresses of browsers that were signed out a week ago (until then whoever signs in there again goes on
    being told) or whose sign-in ended ninety days ago; answers how many."""
    gone = queries.devices_gone(session, real_now - SIGNED_OUT_KEPT, real_now - KEPT, limit)
    for device in gone:
        session.delete(device)
    session.flush()
    return len(gone)


def _channels(
    kind: NoticeKind, person: Person, habit: NoticeHabits | None, has_device: bool, wanted: Mapping[Channel, bool]
) -> tuple[Channel, ...]:
    return rules.channels(
        kind,
        has_mail=bool(person.email),
        has_phone=bool(person.phone),
        has_device=has_device,
        texts_stopped=habit is not None and habit.texts_stopped_at is not None,
        played=person.played,
        wanted=wanted,
    )


def _announce(session: Session, fresh: Iterable[OutgoingNotice], now: datetime) -> None:
    """Open pages of these people hear that something is new; the words stay in the outbox."""
    for notice in fresh:
        if notice.channel == Channel.SCREEN:
            append(
                session,
                region=notice.region,
                kind="notice.told",
                at=now,
                subject=("notice", notice.key),
                to_state=str(notice.state),
                data={"kind": notice.kind},
                audience=[f"person:{notice.person_id}"],
            )
