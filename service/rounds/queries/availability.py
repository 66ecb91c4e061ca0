"""Reading what people said of their week, and the places they may wish to end at."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, or_, select

from service.accounts.models import Site
from service.rounds.models import Absence, Availability, Round, Stop, StopState, Vehicle

MOST = 60


def availabilities(session: Session, region: str) -> dict[int, Availability]:
    """What the people of a region said, by person."""
    rows = session.exec(select(Availability).where(Availability.region == region)).all()
    return {row.person_id: row for row in rows}


def availability_of(session: Session, person_id: int) -> Availability | None:
    """What one person said, or None."""
    return session.exec(select(Availability).where(Availability.person_id == person_id)).one_or_none()


def absences_of(session: Session, person_id: int, since: datetime) -> list[Absence]:
    """A person's own absences that are not over, the next first."""
    return list(
        session.exec(
            select(Absence)
            .where(Absence.person_id == person_id, Absence.ends_at > since)
            .order_by(col(Absence.starts_at), col(Absence.id))
        ).all()
    )


def ends_known(
    session: Session, region: str, person_id: int, organisation_ids: Collection[int], since: datetime
) -> list[Site]:
    """Where a person may wish to end, by name: the sites of their own organisations, those their vehicles stand at, and
    those they have driven to since a moment. Never a protected one."""
    driven = (
        select(Stop.site_id)
        .join(Round, col(Round.id) == col(Stop.round_id))
        .where(
            or_(col(Round.driver_id) == person_id, col(Round.mate_id) == person_id),
            Round.ends_at >= since,
            Stop.state == StopState.DONE,
        )
    )
    homes = select(Vehicle.home_site_id).where(col(Vehicle.organisation_id).in_(list(organisation_ids)))
    query = (
        select(Site)
        .where(
            Site.region == region,
            col(Site.active).is_(True),
            col(Site.protected).is_(False),
            col(Site.latitude).is_not(None),
            or_(
                col(Site.organisation_id).in_(list(organisation_ids)),
                col(Site.id).in_(driven),
                col(Site.id).in_(homes),
            ),
        )
        .order_by(col(Site.name), col(Site.id))
    )
    return list(session.exec(query.limit(MOST)).all())
