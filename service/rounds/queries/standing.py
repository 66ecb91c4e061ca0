"""Reading locks, calls to make, the day's profile, and the places that may be asked about."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import BindParameter, bindparam, case
from sqlmodel import Session, col, select

from service.accounts.models import AccountState, Organisation, OrganisationKind, Site
from service.lots.models import Lot
from service.lots.rules.lifecycle import OPEN
from service.rounds.models import CallReason, DayProfile, RideLock, Round, RoundCall, RoundPosition, RoundState

# Asked for every lot that enters a round, so it is put together once.
_IDS: BindParameter[list[int]] = bindparam("ids", expanding=True)
_LOCKS = select(RideLock).where(col(RideLock.shipment_id).in_(_IDS))

ASKED = (OrganisationKind.DONOR, OrganisationKind.CHARITY, OrganisationKind.PUBLIC_BODY)


def locks_of(session: Session, shipment_ids: Iterable[int]) -> dict[int, RideLock]:
    """The locks of some shipments, by shipment."""
    rows = session.exec(_LOCKS, params={"ids": list(shipment_ids)}).all()
    return {row.shipment_id: row for row in rows}


def day_profile(session: Session, region: str, day: date) -> DayProfile | None:
    """How a day differs from the others; None for one that does not."""
    return session.exec(select(DayProfile).where(DayProfile.region == region, DayProfile.day == day)).one_or_none()


def open_calls(session: Session, region: str) -> Sequence[RoundCall]:
    """The calls still to make, the oldest first."""
    query = select(RoundCall).where(RoundCall.region == region, col(RoundCall.done_at).is_(None))
    return session.exec(query.order_by(col(RoundCall.raised_at), col(RoundCall.id))).all()


def call_about(session: Session, round_id: int, reason: CallReason, stop_number: int) -> RoundCall | None:
    """The call raised for one reason at one stop, made or not."""
    return session.exec(
        select(RoundCall).where(
            RoundCall.round_id == round_id, RoundCall.reason == reason, RoundCall.stop_number == stop_number
        )
    ).one_or_none()


def not_accepted_by(session: Session, moment: datetime) -> Sequence[Round]:
    """Published rounds that should have left by a moment and that nobody has accepted."""
    query = select(Round).where(Round.state == RoundState.PUBLISHED, Round.starts_at <= moment)
    return session.exec(query.order_by(col(Round.id))).all()


def running_rounds(session: Session) -> Sequence[Round]:
    """The rounds on the road, of every region."""
    return session.exec(select(Round).where(Round.state == RoundState.RUNNING).order_by(col(Round.id))).all()


def positions_before(session: Session, moment: datetime, limit: int) -> Sequence[RoundPosition]:
    """Positions noted before a moment, the oldest first."""
    query = select(RoundPosition).where(RoundPosition.at < moment).order_by(col(RoundPosition.id))
    return session.exec(query.limit(limit)).all()


def last_position(session: Session, round_id: int) -> RoundPosition | None:
    """Where a round was seen last."""
    query = select(RoundPosition).where(RoundPosition.round_id == round_id).order_by(col(RoundPosition.id).desc())
    return session.exec(query.limit(1)).first()


def places_asked(session: Session, region: str, limit: int) -> tuple[list[tuple[int, float, float]], list[Site]]:
    """What a question about one more lot may name: pins of open lots (site, latitude, longitude), and the sites of
    donors and charities at work: first where a lot is open, then those who may receive it, then the other donors."""
    open_at = select(Lot.site_id).where(Lot.region == region, col(Lot.state).in_(OPEN))
    rank = case(
        (col(Site.id).in_(open_at), 0),
        (col(Organisation.kind) != OrganisationKind.DONOR, 1),
        else_=2,
    )
    pins = session.exec(
        select(Lot.site_id, Lot.latitude, Lot.longitude)
        .where(Lot.region == region, col(Lot.state).in_(OPEN), col(Lot.latitude).is_not(None))
        .order_by(col(Lot.id).desc())
        .limit(limit)
    ).all()
    sites = session.exec(
        select(Site)
        .join(Organisation, col(Organisation.id) == col(Site.organisation_id))
        .where(
            Site.region == region,
            col(Site.active).is_(True),
            col(Organisation.kind).in_(ASKED),
            Organisation.state == AccountState.ACTIVE,
        )
        .order_by(rank, col(Site.id))
        .limit(limit)
    ).all()
    placed = [(site, lat, lon) for site, lat, lon in pins if lat is not None and lon is not None]
    return placed, list(sites)
