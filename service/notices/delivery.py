"""Sending what is due: claim in one transaction, send with none open, record in another.

A slow mail server then never holds the writers' turn, and two workers never send the same message: whoever claims it
has it for five minutes. A worker that dies in between gives it back when the lease ends, so a message is sent at least
once, and twice only if the worker died between the carrier's answer and its own record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from config.regions import load_region_config
from service.accounts.models import Person
from service.clients.mail.port import MailNotSent
from service.clients.parts import Clients
from service.clients.sms.port import SmsNotSent
from service.database.engine import Database
from service.notices import queries, rules
from service.notices.kinds import KINDS
from service.notices.models import Channel, OutgoingNotice
from service.notices.wording import Words, mail_html, mail_text, words_of

LEASE = timedelta(minutes=5)
log = structlog.get_logger()


@dataclass(frozen=True)
class Parcel:
    """A claimed message with everything it needs to leave."""

    notice_id: int
    channel: Channel
    to: str
    words: Words
    text: str
    html: str | None


@dataclass(frozen=True)
class Outcome:
    """What the carrier said: nothing is well, else why not and whether to try again."""

    notice_id: int
    error: str | None = None
    permanent: bool = False


def deliver_due(
    database: Database, clients: Clients, *, now: datetime, real_now: datetime, address: str, limit: int = 50
) -> int:
    """Send at most `limit` messages that are due; answers how many left. Safe to run in several workers at once."""
    with database.transaction() as session:
        parcels = claim_due(session, now=now, real_now=real_now, address=address, limit=limit)
    outcomes = [send(parcel, clients) for parcel in parcels]
    if outcomes:
        with database.transaction() as session:
            record(session, outcomes, now=now, real_now=real_now)
    return sum(outcome.error is None for outcome in outcomes)


def claim_due(session: Session, *, now: datetime, real_now: datetime, address: str, limit: int = 50) -> list[Parcel]:
    """Take what is due for the length of a lease; what is out of date or reaches nobody is given up here."""
    rows = queries.due(session, now, real_now, limit)
    people = queries.people_by_id(session, [row.person_id for row in rows])
    parcels = []
    for row in rows:
        clock = real_now if row.real_time else now
        person = people[row.person_id]
        to = _address_of(person, row.channel)
        if row.expires_at is not None and row.expires_at <= clock:
            row.abandoned("out of date before it could leave")
            _wipe(row)
        elif not to:
            row.abandoned(f"no address for {row.channel.value}")
            _wipe(row)
        else:
            row.attempts += 1
            row.claimed_until = real_now + LEASE
            parcels.append(_parcel(row, person, to, clock, address))
        session.add(row)
    session.flush()
    return parcels


def send(parcel: Parcel, clients: Clients) -> Outcome:
    """Hand one message to its carrier."""
    try:
        if parcel.channel == Channel.MAIL:
            clients.mail.send(parcel.to, parcel.words.title, parcel.text, parcel.html)
        elif parcel.channel == Channel.SMS:
            clients.sms.send(parcel.to, parcel.text)
        else:
            return Outcome(parcel.notice_id, f"nothing carries {parcel.channel.value} yet", permanent=True)
    except (MailNotSent, SmsNotSent) as error:
        log.warning("notice not sent", notice=parcel.notice_id, channel=parcel.channel.value, reason=str(error))
        return Outcome(parcel.notice_id, str(error), error.permanent)
    return Outcome(parcel.notice_id)


def record(session: Session, outcomes: Sequence[Outcome], *, now: datetime, real_now: datetime) -> None:
    """Keep what the carriers said; a failure waits longer each time, and ends after eight."""
    rows = queries.by_ids(session, [outcome.notice_id for outcome in outcomes])
    for outcome in outcomes:
        row = rows.get(outcome.notice_id)
        if row is None or row.sent_at is not None:
            continue
        clock = real_now if row.real_time else now
        if outcome.error is None:
            row.sent(clock)
            _wipe(row)
        elif outcome.permanent or row.attempts >= rules.MOST_ATTEMPTS:
            row.failed(outcome.error)
            _wipe(row)
        else:
            row.later(clock + rules.wait_after(row.attempts), outcome.error)
        session.add(row)
    session.flush()


def _address_of(person: Person, channel: Channel) -> str:
    """Where this channel reaches the person today: an address that changed since is the new one."""
    if channel == Channel.MAIL:
        return person.email or ""
    return person.phone or "" if channel == Channel.SMS else ""


def _parcel(row: OutgoingNotice, person: Person, to: str, clock: datetime, address: str) -> Parcel:
    zone = load_region_config(row.region).time_zone
    words = words_of(row.kind, row.params, locale=person.locale, zone=zone, now=clock)
    if row.channel == Channel.SMS:
        return Parcel(row.key, row.channel, to, words, words.short, None)
    text = mail_text(words, address=address, locale=person.locale, name=person.name)
    html = mail_html(words, address=address, locale=person.locale, name=person.name, zone=zone, now=clock)
    return Parcel(row.key, row.channel, to, words, text, html)


def _wipe(row: OutgoingNotice) -> None:
    """A link or a code that opens an account does not stay in the database."""
    secrets = KINDS[row.kind].secrets
    if secrets:
        row.params = {name: "" if name in secrets else value for name, value in row.params.items()}
