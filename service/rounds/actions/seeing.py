"""Where a vehicle is, roughly and for a while; and what its driver has seen of new plans."""

from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts.who import Who
from service.rounds.actions.driving import demand_own
from service.rounds.errors import RoundNotThere
from service.rounds.forms import PositionForm
from service.rounds.models import Round, RoundPosition, RoundState
from service.rounds.queries.rounds import stops_at
from service.rounds.queries.standing import last_position, positions_before
from service.rounds.queries.transfers import told_places_before
from service.shipments.queries import shipments_by_id

# About a kilometre: enough to see that a van is on its way, not at which door it stands.
DECIMALS = 2
# A position is told to nobody more often, and kept no longer.
BETWEEN = timedelta(minutes=2)
KEPT = timedelta(hours=72)


def note_position(session: Session, round_: Round, form: PositionForm, *, who: Who, now: datetime) -> None:
    """Keep where the vehicle is, rounded; only while its round is on the road. It ranks nobody and enters no entry."""
    demand_own(round_, who, "report")
    if round_.state != RoundState.RUNNING:
        raise RoundNotThere()
    last = last_position(session, round_.key)
    if last is not None and now - last.at < BETWEEN:
        return
    session.add(
        RoundPosition(
            round_id=round_.key,
            at=now,
            latitude=round(form.latitude, DECIMALS),
            longitude=round(form.longitude, DECIMALS),
        )
    )


def forget_positions(session: Session, now: datetime, limit: int = 5000) -> int:
    """Delete positions older than 72 hours (a job); how many."""
    old = positions_before(session, now - KEPT, limit)
    for row in old:
        session.delete(row)
    return len(old)


def forget_roadsides(session: Session, now: datetime, limit: int = 500) -> int:
    """Keep only to about a kilometre where vehicles stood that broke down more than 72 hours ago (a job); how many."""
    old = told_places_before(session, now - KEPT, limit)
    relays = shipments_by_id(session, [transfer.relay_id for transfer in old])
    for transfer in old:
        relay = relays[transfer.relay_id]
        roughly = round(transfer.latitude, DECIMALS), round(transfer.longitude, DECIMALS)
        for stop in stops_at(session, relay.pickup_site_id, transfer.latitude, transfer.longitude):
            stop.latitude, stop.longitude = roughly
            session.add(stop)
        relay.pickup_latitude, relay.pickup_longitude = roughly
        transfer.latitude, transfer.longitude = roughly
        transfer.exact = False
        session.add_all([transfer, relay])
        session.flush()
    return len(old)


def changes_seen(session: Session, round_: Round, version: int | None = None, *, who: Who) -> None:
    """The driver has been shown what the plans up to a version changed, the one in force by default.

    A phone without a network may say so late: what came since has not been seen.
    """
    demand_own(round_, who, "report")
    seen = round_.plan_version if version is None else min(version, round_.plan_version)
    round_.seen_version = max(round_.seen_version, seen)
    session.add(round_)
