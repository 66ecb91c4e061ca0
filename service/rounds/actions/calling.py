"""What cannot wait for the next stop becomes a telephone call that a dispatcher makes."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.queries import people_with_role
from service.accounts.who import Who
from service.kit.refusals import NotFound
from service.notices.actions import tell as tell_people
from service.rounds.models import CallReason, Round, RoundCall, Stop
from service.rounds.queries import rounds, standing
from service.rounds.queries.fleet import vehicles_by_id
from service.rounds.telling import tell_round
from service.rounds.words import CALLS


def raise_call(
    session: Session,
    round_: Round,
    reason: CallReason,
    *,
    who: Who | None,
    now: datetime,
    stop: Stop | None = None,
    rings: bool = True,
    again: bool = False,
) -> RoundCall | None:
    """Ask the dispatchers to call about a round; None when that call was raised before.

    `rings`: they are told at once, beside what their page shows. `again`: a call that was made is to be made anew, for
    what may happen twice.
    """
    number = stop.number if stop is not None else 0
    call = standing.call_about(session, round_.key, reason, number)
    if call is not None and (call.done_at is None or not again):
        return None
    if call is None:
        call = RoundCall(region=round_.region, round_id=round_.key, reason=reason, stop_number=number, raised_at=now)
    call.raised_at, call.done_at, call.done_by = now, None, None
    session.add(call)
    session.flush()
    data = {"call": call.key, "reason": str(reason), **({"stop": number} if number else {})}
    tell_round(session, round_, "call_needed", who=who, now=now, before=round_.state, data=data)
    if not rings:
        return call
    vehicle = vehicles_by_id(session, [round_.vehicle_id])[round_.vehicle_id]
    tell_people(
        session,
        region=round_.region,
        person_ids=[person.key for person in people_with_role(session, round_.region, "dispatcher")],
        kind="round_needs_call",
        params={"round_id": round_.key, "round": vehicle.name, "reason": CALLS[reason]},
        subject=("round", round_.key),
        dedupe=f"call:{call.key}:{now.isoformat()}",
        now=now,
    )
    return call


def settle_call(session: Session, round_: Round, reason: CallReason, *, who: Who | None, now: datetime) -> None:
    """What was to be telephoned about has settled itself: nobody has called, and nobody needs to."""
    call = standing.call_about(session, round_.key, reason, 0)
    if call is not None and call.done_at is None:
        call.done_at = now
        session.add(call)
        data = {"call": call.key, "reason": str(call.reason)}
        tell_round(session, round_, "call_settled", who=who, now=now, before=round_.state, data=data)


def call_made(session: Session, region: str, call_id: int, *, who: Who, now: datetime) -> RoundCall:
    """A dispatcher has called; twice is harmless."""
    call = session.get(RoundCall, call_id)
    if call is None or call.region != region:
        raise NotFound()
    if call.done_at is None:
        call.done_at, call.done_by = now, who.person_id
        session.add(call)
        round_ = rounds.rounds_by_id(session, [call.round_id])[call.round_id]
        data = {"call": call.key, "reason": str(call.reason)}
        tell_round(session, round_, "called", who=who, now=now, before=round_.state, data=data)
    return call
