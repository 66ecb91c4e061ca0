"""A text comes in: kept, understood, done or left to a person, answered; and calling back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts.identifiers import takes_sms
from service.accounts.models import Person
from service.accounts.queries import people_with_role, person_by_phone, who_is
from service.accounts.who import Who
from service.database.engine import Database
from service.interop import doing, queries, words
from service.interop.doing import Done
from service.interop.models import AnswerState, InboundText, Outcome
from service.interop.parsing import Asked, Doubt, Read, read
from service.journal.actions import append
from service.kit.i18n import DEFAULT_LOCALE
from service.kit.refusals import NotFound, Refusal
from service.notices.actions import tell
from service.web.templating import translate

# More than this from one phone in ten minutes is a machine, or somebody in trouble: kept, not obeyed, not answered.
MOST, WITHIN = 12, timedelta(minutes=10)
KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Brought:
    """A text as the gateway brings it; `phone` in E.164, or as it came where it is no number."""

    reference: str
    phone: str
    text: str


def receive(database: Database, brought: Brought, *, region: str, now: datetime, real_now: datetime) -> InboundText:
    """Keep a text and do what it asks, in one transaction; where the action refuses, keep it with the refusal.

    The same text brought again changes nothing and answers as before.
    """
    asked = read(brought.text)
    try:
        with database.transaction() as session:
            return _receive(session, brought, asked, None, region=region, now=now, real_now=real_now)
    except Refusal as refusal:
        with database.transaction() as session:
            return _receive(session, brought, asked, refusal, region=region, now=now, real_now=real_now)


def _receive(
    session: Session,
    brought: Brought,
    asked: Read,
    refusal: Refusal | None,
    *,
    region: str,
    now: datetime,
    real_now: datetime,
) -> InboundText:
    known = queries.by_reference(session, brought.reference)
    if known is not None:
        session.expunge(known)
        return known
    person = person_by_phone(session, brought.phone)
    who = who_is(session, person.key) if person is not None else None
    done = _done(session, brought, asked, refusal, person, who, now=now, real_now=real_now)
    row = InboundText(
        region=person.region if person is not None else region,
        reference=brought.reference,
        phone=brought.phone,
        text=brought.text,
        person_id=person.key if person is not None else None,
        at=now,
        arrived_at=real_now,
        asked=asked.asked,
        outcome=done.outcome,
        lot_id=done.lot_id,
        call_reason=done.doubt,
        answer=done.answer,
        answer_state=AnswerState.PENDING if done.answer and _takes(brought.phone) else AnswerState.NONE,
        answer_due_at=real_now,
    )
    session.add(row)
    session.flush()
    _tell(session, row, who, now)
    session.flush()
    session.refresh(row)
    session.expunge(row)
    return row


def _done(
    session: Session,
    brought: Brought,
    asked: Read,
    refusal: Refusal | None,
    person: Person | None,
    who: Who | None,
    *,
    now: datetime,
    real_now: datetime,
) -> Done:
    locale = person.locale if person is not None else DEFAULT_LOCALE
    if queries.count_since(session, brought.phone, real_now - WITHIN) >= MOST:
        return Done(Outcome.CALL_BACK, "", None, Doubt.TOO_MANY)
    if person is None or who is None or person.phone_verified_at is None:
        if asked.asked is Asked.STOP and asked.doubt is None and who is not None:
            # Nobody has to prove anything to be left in peace.
            return doing.do(session, asked, who=who, now=now)
        doubt = Doubt.NUMBER_UNKNOWN if person is None else Doubt.NUMBER_UNPROVED
        return Done(Outcome.CALL_BACK, translate(words.UNKNOWN, locale), None, doubt)
    if refusal is not None:
        return doing.after_refusal(asked, refusal, locale)
    return doing.do(session, asked, who=who, now=now)


def _tell(session: Session, row: InboundText, who: Who | None, now: datetime) -> None:
    data = {"asked": str(row.asked), "lot": row.lot_id, "call": str(row.call_reason) if row.call_reason else None}
    append(
        session, region=row.region, kind="text.received", at=now, subject=("text", row.key), actor=who,
        to_state=str(row.outcome), data=data, audience=["role:dispatcher"],
    )  # fmt: skip
    if row.call_reason is not None:
        tell(
            session,
            region=row.region,
            person_ids=[one.key for one in people_with_role(session, row.region, "dispatcher")],
            kind="text_to_call_back",
            params={"reason": words.WHY[row.call_reason], "words": row.text[:300]},
            subject=("text", row.key),
            # One bell for each phone that keeps writing.
            dedupe=f"text:{row.key}" if row.call_reason is not Doubt.TOO_MANY else f"text:{row.phone}:{now:%Y%m%d%H}",
            now=now,
        )


def called(session: Session, text_id: int, *, who: Who, now: datetime) -> InboundText:
    """A dispatcher has called; twice is harmless."""
    row = _to_call(session, text_id, who)
    if row.called_at is None:
        row.called_at, row.called_by = now, who.person_id
        session.add(row)
        _tell_call(session, row, "text.called", who, now)
    return row


def not_called(session: Session, text_id: int, *, who: Who, now: datetime) -> InboundText:
    """It was said too early: the text waits for a call again; twice is harmless."""
    row = _to_call(session, text_id, who)
    if row.called_at is not None:
        row.called_at = row.called_by = None
        session.add(row)
        _tell_call(session, row, "text.call_undone", who, now)
    return row


def _to_call(session: Session, text_id: int, who: Who) -> InboundText:
    row = session.get(InboundText, text_id)
    if row is None or row.region != who.region or row.call_reason is None:
        raise NotFound()
    return row


def _tell_call(session: Session, row: InboundText, kind: str, who: Who, now: datetime) -> None:
    append(
        session, region=row.region, kind=kind, at=now, subject=("text", row.key), actor=who,
        to_state="called" if row.called_at else "call_back", data={"call": str(row.call_reason)},
        audience=["role:dispatcher"],
    )  # fmt: skip


def forget_old(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Texts are somebody's words: after ninety days they are gone; answers how many."""
    old = queries.older_than(session, now - KEPT, limit)
    for row in old:
        session.delete(row)
    return len(old)


def _takes(phone: str) -> bool:
    """Whether an answer can reach it: not a service that writes under a name or a short number."""
    return phone.startswith("+") and takes_sms(phone)
