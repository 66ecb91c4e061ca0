"""What a trial came to, read from the tables and the journal it leaves behind, under every rule in the same way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from service.accounts.models import Site
from service.allocation.ledger.rules import Member, gini, together
from service.allocation.queries import receiving_sites
from service.journal.models import Entry
from service.lots.models import HOLDING, Lot, LotLine, Share, ShareState
from service.notices.models import Channel, OutgoingNotice
from workers.simulation.trial.trips import Ground, driven, kept_cold, own_trips
from workers.simulation.trial.world import World

COLD = ("chilled", "frozen")
# What was promised and then was not so: given back, not fetched, brought in another way.
CHANGES = ("claim.released", "claim.no_show", "claim.changed")


@dataclass(frozen=True)
class Measures:
    """Grams, metres, seconds and counts of a whole trial; Gini from 0 (each person the same) to 1."""

    lots: int
    offered_g: int
    delivered_g: int
    expired_g: int
    refused_g: int
    # Loaded and never handed over, or promised and never fetched: neither eaten nor told as expired.
    astray_g: int
    cold_g: int
    cold_safe_g: int
    gini_sites: float
    gini_epci: float
    van_m: int
    own_m: int
    driver_s: int
    rounds: int
    own_trips: int
    granted: int
    changed: int
    notices: int
    sites: int


def measure(world: World) -> Measures:
    """Everything at once; nothing is changed."""
    with world.database.read() as session:
        return _measure(session, world)


def _measure(session: Session, world: World) -> Measures:
    ground = Ground(session, world)
    rows = session.exec(select(Share, LotLine.temperature).join(LotLine, col(LotLine.id) == col(Share.line_id))).all()
    held = [share for share, _ in rows if share.state in HOLDING]
    delivered = [(share, kept) for share, kept in rows if share.state == ShareState.DELIVERED]
    cold = [(share, kept) for share, kept in delivered if kept in COLD]
    rounds, own = driven(session, ground), own_trips(session, ground)
    safe = kept_cold(session, world, ground, rounds, cold)
    sites = receiving_sites(session, world.region)
    members = _members(sites, [share for share, _ in delivered])
    given = select(Lot.id).where(col(Lot.parent_id).is_(None))
    offered = select(func.sum(LotLine.grams)).where(col(LotLine.lot_id).in_(given))
    return Measures(
        lots=len(session.exec(given).all()),
        offered_g=session.exec(offered).one() or 0,
        delivered_g=_received(share for share, _ in delivered),
        expired_g=_expired(session),
        refused_g=sum(share.refused_grams for share in held),
        astray_g=sum(share.due_grams for share in held if share.is_open),
        cold_g=_received(share for share, _ in cold),
        cold_safe_g=_received(share for share, _ in cold if share.key in safe),
        gini_sites=round(gini(members), 4),
        gini_epci=round(gini(together(members)), 4),
        van_m=sum(one.trip.metres for one in rounds),
        own_m=sum(trip.metres for trip in own),
        driver_s=sum(one.trip.seconds for one in rounds) + sum(trip.seconds for trip in own),
        rounds=len(rounds),
        own_trips=len(own),
        granted=len(session.exec(select(Entry.id).where(Entry.kind == "claim.granted")).all()),
        changed=len(session.exec(select(Entry.id).where(col(Entry.kind).in_(CHANGES))).all()),
        notices=len(session.exec(select(OutgoingNotice.id).where(OutgoingNotice.channel == Channel.SCREEN)).all()),
        sites=len(sites),
    )


def _received(shares: Iterable[Share]) -> int:
    """Grams as the receivers weighed them."""
    return sum(share.received_grams or 0 for share in shares)


def _members(sites: Sequence[Site], delivered: Iterable[Share]) -> list[Member]:
    """Every receiving site with what it weighed, and the people it serves in a week."""
    grams = {site.key: 0 for site in sites}
    for share in delivered:
        grams[share.site_id] = grams.get(share.site_id, 0) + (share.received_grams or 0)
    return [
        Member(site.key, site.epci or site.departement, site.people_per_week or 0, {"all": grams[site.key]})
        for site in sites
        if site.people_per_week
    ]


def _expired(session: Session) -> int:
    """Grams nobody took in time, as the journal told them."""
    told = session.exec(select(Entry.data).where(Entry.kind == "lot.expired")).all()
    return sum(int(line.get("grams") or 0) for data in told for line in data.get("lines") or [])
