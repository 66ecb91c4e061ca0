"""What is decided of a claim is carried out: granted, whole or in part, or refused with a reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from config.food_law import law_at
from config.planning import planning
from service.accounts import queries as accounts
from service.accounts.who import Who
from service.allocation import queries
from service.allocation.models import Claim, ClaimState, Way
from service.allocation.receivers import Receiver
from service.allocation.telling import tell
from service.lots import queries as lots
from service.lots.actions import granting
from service.lots.facts import line_facts, pairs, pin_of, zone_of
from service.lots.models import Lot, Share
from service.lots.rules.dates import edible_until
from service.lots.words import lot_title
from service.notices import actions as notices
from service.shipments import actions as shipments

# What a round brings is delivered within two days, whatever its date allows.
LATEST = timedelta(days=2)


def grant(
    session: Session,
    made: Claim,
    lot: Lot,
    granted: Mapping[int, int],
    receiver: Receiver,
    *,
    who: Who | None,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> list[Share]:
    """The decision "yes": reserve grams by line, and want them carried if a round is to bring them.

    All of `granted` or nothing; `LotAlreadyTaken` (409) when less is free. `data`: more for the journal.
    """
    shares = granting.reserve(
        session,
        lot,
        granted.items(),
        claim_id=made.key,
        organisation_id=made.organisation_id,
        site_id=made.site_id,
        who=who,
        now=now,
    )
    for line in queries.lines_of_claim(session, made.key):
        line.grams_granted = granted.get(line.line_id, 0)
        session.add(line)
    before, made.state, made.decided_at = str(made.state), ClaimState.GRANTED, now
    session.add(made)
    categories = {line.key: line.category for line in lots.lines_of(session, lot.key)}
    said = [{"line": s.line_id, "category": categories[s.line_id], "grams": s.grams, "share": s.key} for s in shares]
    tell(
        session, made, lot, "granted", who=who, now=now, from_state=before, data={"lines": said, **(data or {})}
    )  # fmt: skip
    if made.way is Way.BRING:
        want_carried(session, made, lot, shares, receiver, who=who, now=now)
    grams = sum(share.grams for share in shares)
    kind = "claim_granted_fetch" if made.fetched_instead else "claim_granted"
    until = made.coming_at or lot.deadline if made.fetched_instead else lot.deadline
    _notify(session, kind, [(made, lot, {"grams": grams, "until": until})], now=now)
    return shares


def refuse(
    session: Session,
    claim: Claim,
    lot: Lot,
    reason: str,
    *,
    words: str = "",
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """The decision "no", with a code for machines; with `words` (a msgid) its people are told."""
    before, claim.state, claim.reason, claim.decided_at = str(claim.state), ClaimState.REFUSED, reason, now
    session.add(claim)
    told = {"reason": reason, **(data or {})}
    tell(session, claim, lot, "refused", who=None, now=now, from_state=before, data=told)
    if words:
        notify_refused(session, [(claim, lot, words)], now=now)


def notify_refused(session: Session, told: Sequence[tuple[Claim, Lot, str]], *, now: datetime) -> None:
    """Tell the people of some claims of one region why they were not kept (msgids), once each."""
    _notify(session, "claim_refused", [(claim, lot, {"reason": words}) for claim, lot, words in told], now=now)


def _notify(
    session: Session, kind: str, told: Sequence[tuple[Claim, Lot, Mapping[str, Any]]], *, now: datetime
) -> None:
    """Tell who acts for the sites of some claims of one region what became of them, once each."""
    if not told:
        return
    people = accounts.members_of_sites(session, [claim.site_id for claim, _, _ in told])
    donors = accounts.sites_by_id(session, {lot.site_id for _, lot, _ in told})
    lines = lots.lines_of_lots(session, {lot.key for _, lot, _ in told})
    messages = [
        notices.Told(
            person_ids=[person.key for person in people[claim.site_id]],
            params={
                "lot_id": lot.key,
                "label": lot_title(lines[lot.key], "fr"),
                "donor": donors[lot.site_id].name,
                **params,
            },
            subject=("claim", claim.key),
            dedupe=f"claim:{claim.key}",
        )
        for claim, lot, params in told
    ]
    notices.tell_each(session, region=told[0][1].region, kind=kind, messages=messages, now=now)


def want_carried(
    session: Session,
    made: Claim,
    lot: Lot,
    shares: Sequence[Share],
    receiver: Receiver,
    *,
    who: Who | None,
    now: datetime,
) -> None:
    """One shipment a temperature: they ride in different compartments and keep for different times."""
    zone = zone_of(lot.region)
    law = law_at(now, zone)
    lines = {line.key: line for line in lots.lines_of(session, lot.key)}
    pickup = [(max(start, now), end) for start, end in pairs(lots.windows_of(session, lot.key)) if end > now]
    for temperature in sorted({lines[share.line_id].temperature for share in shares}):
        kept = [share for share in shares if lines[share.line_id].temperature == temperature]
        limits = [edible_until(line_facts(lines[share.line_id]), law, zone) for share in kept]
        due_at = min([limit for limit in limits if limit is not None] + [now + LATEST])
        shipments.want(
            session,
            lot.region,
            subject=("claim", made.key),
            pickup_site_id=lot.site_id,
            delivery_site_id=made.site_id,
            pickup_windows=[(start, min(end, lot.deadline)) for start, end in pickup if start < lot.deadline],
            delivery_windows=[(start, min(end, due_at)) for start, end in receiver.reception if start < due_at],
            temperature=temperature,
            items=[("share", share.key, share.grams) for share in kept],
            value=planning().points(sum(share.grams for share in kept)),
            pickup_pin=pin_of(lot),
            due_at=due_at,
            who=who,
            now=now,
        )
