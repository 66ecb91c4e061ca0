"""Sending what is due: claim in one transaction, send with none open, record in another.

A slow mail server then never holds the writers' turn, and two workers never send the same message: whoever claims it
has it for five minutes. A worker that dies in between gives it back when the lease ends, so a message is sent at least
once, and twice only if the worker died between the carrier's answer and its own record.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from service.clients.mail.port import MailNotSent
from service.clients.parts import Clients
from service.clients.push.port import Push, PushNotSent
from service.clients.sms.port import SmsNotSent
from service.database.engine import Database
from service.notices import queries, rules
from service.notices.models import Channel, OutgoingNotice
from service.notices.parcels import Parcel, Sending, address_of, parcel_of

LEASE = timedelta(minutes=5)
# A carrier that hangs uses the lease up: what is not yet tried by then goes back, before another worker may take it.
TURN_S = LEASE.total_seconds() / 2
log = structlog.get_logger()


@dataclass(frozen=True)
class Outcome:
    """What the carrier said of some messages: nothing is well, else why not and whether to try again; and which
    browsers are no more, which were reached."""

    notice_ids: tuple[int, ...]
    error: str | None = None
    permanent: bool = False
    untried: bool = False
    gone: tuple[int, ...] = ()
    reached: tuple[int, ...] = ()


def deliver_due(
    database: Database,
    clients: Clients,
    *,
    now: datetime,
    real_now: datetime,
    address: str,
    answers: bool = False,
    limit: int = 50,
) -> int:
    """Send at most `limit` messages that are due (and what waited beside them); answers how many left. Safe to run in
    several workers at once. `answers`: text messages may be answered, and say so."""
    sending = Sending(now, real_now, address, answers)
    with database.transaction() as session:
        parcels = claim_due(session, sending, limit=limit)
    outcomes = list(_send_all(parcels, clients))
    if outcomes:
        with database.transaction() as session:
            record(session, outcomes, now=now, real_now=real_now)
    return sum(len(outcome.notice_ids) for outcome in outcomes if outcome.error is None and not outcome.untried)


def claim_due(session: Session, sending: Sending, *, limit: int = 50) -> list[Parcel]:
    """Take what is due for the length of a lease; what is out of date or reaches nobody is given up here."""
    rows = list(queries.due(session, sending.now, sending.real_now, limit))
    rows += queries.held_beside(session, rows, sending.now, sending.real_now)
    people = queries.people_by_id(session, [row.person_id for row in rows])
    listening = queries.devices(session, [row.person_id for row in rows if row.channel == Channel.PUSH])
    together: dict[tuple[int, Channel, int], list[OutgoingNotice]] = {}
    for row in rows:
        to = address_of(people[row.person_id], row.channel, listening.get(row.person_id, ()))
        if row.expires_at is not None and row.expires_at <= sending.now:
            row.abandoned("out of date before it could leave")
        elif not to:
            row.abandoned(f"no address for {row.channel.value}")
        else:
            row.attempts += 1
            row.claimed_until = sending.real_now + LEASE
            # What waited leaves with what else waited for the same person, the rest each by itself.
            together.setdefault((row.person_id, row.channel, 0 if row.held else row.key), []).append(row)
        session.add(row)
    session.flush()
    parcels = []
    for (person_id, channel, _), group in together.items():
        person, devices = people[person_id], listening.get(person_id, ())
        parcels.append(parcel_of(group, person, address_of(person, channel, devices), devices, sending))
    return parcels


def _send_all(parcels: Sequence[Parcel], clients: Clients) -> Iterator[Outcome]:
    started = time.monotonic()
    for parcel in parcels:
        if time.monotonic() - started > TURN_S:
            yield Outcome(parcel.notice_ids, untried=True)
        else:
            yield send(parcel, clients)


def send(parcel: Parcel, clients: Clients) -> Outcome:
    """Hand one parcel to its carrier."""
    try:
        if parcel.channel == Channel.MAIL:
            clients.mail.send(parcel.to, parcel.words.title, parcel.text, parcel.html)
        elif parcel.channel == Channel.SMS:
            clients.sms.send(parcel.to, parcel.text, parcel.reference)
        else:
            return _push(parcel, clients.push)
    except (MailNotSent, SmsNotSent) as error:
        log.warning("notice not sent", notice=parcel.reference, channel=parcel.channel.value, reason=str(error))
        return Outcome(parcel.notice_ids, str(error), error.permanent)
    return Outcome(parcel.notice_ids)


def _push(parcel: Parcel, push: Push) -> Outcome:
    """To each of the person's browsers; told once one of them took it. Those that are gone are forgotten."""
    assert parcel.push is not None, "a parcel for a browser holds what the browser shows"
    gone, reached, refusals = [], [], []
    for device, to in parcel.devices:
        try:
            push.send(to, parcel.push)
            reached.append(device)
        except PushNotSent as error:
            log.warning("notice not sent", notice=parcel.reference, channel="push", reason=str(error))
            refusals.append(error)
            if error.gone:
                gone.append(device)
    if reached:
        return Outcome(parcel.notice_ids, gone=tuple(gone), reached=tuple(reached))
    words = "; ".join(dict.fromkeys(str(error) for error in refusals))
    return Outcome(parcel.notice_ids, words, all(error.permanent for error in refusals), gone=tuple(gone))


def record(session: Session, outcomes: Sequence[Outcome], *, now: datetime, real_now: datetime) -> None:
    """Keep what the carriers said; a failure waits longer each time, and ends after eight."""
    rows = queries.by_ids(session, [key for outcome in outcomes for key in outcome.notice_ids])
    for outcome in outcomes:
        for row in (rows[key] for key in outcome.notice_ids if key in rows):
            if row.sent_at is None:
                _record(row, outcome, now)
                session.add(row)
    for device in queries.devices_by_id(session, [key for outcome in outcomes for key in outcome.reached]):
        device.last_sent_at = real_now
        session.add(device)
    for device in queries.devices_by_id(session, {key for outcome in outcomes for key in outcome.gone}):
        session.delete(device)
    session.flush()


def _record(row: OutgoingNotice, outcome: Outcome, clock: datetime) -> None:
    if outcome.untried:
        row.attempts -= 1
        row.claimed_until = None
    elif outcome.error is None:
        row.sent(clock)
    elif outcome.permanent or row.attempts >= rules.MOST_ATTEMPTS:
        row.failed(outcome.error)
    else:
        row.later(clock + rules.wait_after(row.attempts), outcome.error)
