"""How a person wants to be told: which messages on which channels, when, and on which of their phones."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.clients.push.port import Push, Subscription
from service.journal.actions import append
from service.notices import queries
from service.notices.errors import DeviceUnusable, NoticeNotFound, NotOnSharedTablet, UnknownChoice
from service.notices.kinds import KINDS
from service.notices.models import Channel, NoticeHabits, NoticePreference, PushDevice, QuietHours

CHOOSABLE = (Channel.PUSH, Channel.MAIL, Channel.SMS)
MOST_DEVICES = 10


def choose(
    session: Session,
    *,
    who: Who,
    wanted: Mapping[tuple[str, Channel], bool],
    quiet: tuple[int, int] | None,
) -> None:
    """A person says how to be told. `quiet` is (from, until) in minutes after midnight; equal ends mean never silent.

    Only what differs from the default is kept, so that a better default reaches those who never chose.
    """
    if who.person_id is None:
        raise NoticeNotFound()
    for kind_name, channel in wanted:
        if kind_name not in KINDS or not KINDS[kind_name].choosable or channel not in CHOOSABLE:
            raise UnknownChoice()
    rows = {(row.kind, row.channel): row for row in queries.preference_rows(session, [who.person_id])}
    for (kind_name, channel), yes in wanted.items():
        row = rows.get((kind_name, channel))
        if row is None and KINDS[kind_name].usual(channel) == yes:
            continue
        row = row or NoticePreference(person_id=who.person_id, kind=kind_name, channel=channel, wanted=yes)
        row.wanted = yes
        session.add(row)
    if quiet is not None:
        _keep_quiet_hours(session, who.person_id, quiet)
    session.flush()


def choose_digest(session: Session, *, who: Who, minute: int | None) -> None:
    """What can wait is told once a day at this minute after midnight; None: as it happens."""
    if minute is not None and not 0 <= minute < 24 * 60:
        raise UnknownChoice()
    row = _habits(session, who)
    row.digest_minute = minute
    session.add(row)


def stop_texts(session: Session, *, who: Who, now: datetime) -> None:
    """No text message any more but the codes that sign in: what "STOP" asks for. Twice is harmless."""
    row = _habits(session, who)
    if row.texts_stopped_at is None:
        row.texts_stopped_at = now
        session.add(row)
        _tell(session, who, "notices.texts_stopped", now)


def resume_texts(session: Session, *, who: Who, now: datetime) -> None:
    """Text messages again, as chosen."""
    row = _habits(session, who)
    if row.texts_stopped_at is not None:
        row.texts_stopped_at = None
        session.add(row)
        _tell(session, who, "notices.texts_resumed", now)


def listen(session: Session, to: Subscription, push: Push, *, who: Who, device: str, real_now: datetime) -> PushDevice:
    """This browser wants to be told. One that was another person's is theirs no more: who asked last holds it.

    Refuses a tablet that many hold (its lock screen is everybody's) and an address of no browser's vendor.
    """
    person_id = who.must_be_somebody()
    if who.tablet_site is not None:
        raise NotOnSharedTablet()
    if len(to.endpoint) > 2000 or not push.public_key or not push.accepts(to):
        raise DeviceUnusable()
    row = queries.device_at(session, to.endpoint)
    if row is None:
        row = PushDevice(person_id=person_id, endpoint=to.endpoint, p256dh="", auth="", created_at=real_now)
    row.person_id, row.session_id = person_id, who.session_id
    row.p256dh, row.auth, row.device = to.p256dh, to.auth, device[:200]
    session.add(row)
    session.flush()
    for old in queries.devices(session, [person_id])[person_id][:-MOST_DEVICES]:
        session.delete(old)
    session.flush()
    _tell(session, who, "notices.device_added", real_now)
    return row


def still_here(session: Session, endpoint: str, *, who: Who) -> bool:
    """The same browser, signed in anew by the same person, goes on being told; answers whether it is theirs."""
    row = queries.device_at(session, endpoint)
    if row is None or row.person_id != who.person_id or who.tablet_site is not None:
        return False
    if row.session_id != who.session_id:
        row.session_id = who.session_id
        session.add(row)
    return True


def renew(session: Session, before: str, to: Subscription, push: Push) -> bool:
    """A browser changed its address by itself and says both; only it knew the one before. Answers whether we did."""
    row = queries.device_at(session, before)
    if row is None or not push.accepts(to) or len(to.endpoint) > 2000:
        return False
    other = queries.device_at(session, to.endpoint)
    if other is not None and other.key != row.key:
        session.delete(other)
        session.flush()
    row.endpoint, row.p256dh, row.auth = to.endpoint, to.p256dh, to.auth
    session.add(row)
    return True


def forget_device(session: Session, device_id: int, *, who: Who, real_now: datetime) -> None:
    """One of one's phones is told nothing any more."""
    row = session.get(PushDevice, device_id)
    if row is None or row.person_id != who.person_id:
        raise NoticeNotFound()
    session.delete(row)
    _tell(session, who, "notices.device_removed", real_now)


def forget_endpoint(session: Session, endpoint: str, *, who: Who, real_now: datetime) -> None:
    """The browser at hand is told nothing any more; harmless when it was not."""
    row = queries.device_at(session, endpoint)
    if row is not None and row.person_id == who.person_id:
        forget_device(session, row.key, who=who, real_now=real_now)


def _habits(session: Session, who: Who) -> NoticeHabits:
    person_id = who.must_be_somebody()
    return queries.habits(session, [person_id]).get(person_id) or NoticeHabits(person_id=person_id)


def _tell(session: Session, who: Who, kind: str, now: datetime) -> None:
    person_id = who.must_be_somebody()
    append(
        session, region=who.region, kind=kind, at=now, subject=("person", person_id), actor=who,
        audience=[f"person:{person_id}"],
    )  # fmt: skip


def _keep_quiet_hours(session: Session, person_id: int, quiet: tuple[int, int]) -> None:
    if not all(0 <= minute < 24 * 60 for minute in quiet):
        raise UnknownChoice()
    row = queries.quiet_hours(session, [person_id]).get(person_id)
    row = row or QuietHours(person_id=person_id, start_minute=0, end_minute=0)
    row.start_minute, row.end_minute = quiet
    session.add(row)
