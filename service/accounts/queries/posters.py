"""Reading posters and the visits they opened."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from service.accounts.keys import Poster, PosterVisit
from service.accounts.models import AccountState, Organisation, Site
from service.accounts.tokens import token_hash
from service.accounts.who import Who


def poster_by_token(session: Session, token: str) -> Poster | None:
    """The poster of this secret, unless it was revoked."""
    return session.exec(
        select(Poster).where(Poster.token_hash == token_hash(token), col(Poster.revoked_at).is_(None))
    ).one_or_none()


def posters_of(session: Session, site_id: int) -> Sequence[Poster]:
    """The posters of a site that open its form, the newest first."""
    return session.exec(
        select(Poster)
        .where(Poster.site_id == site_id, col(Poster.revoked_at).is_(None))
        .order_by(col(Poster.id).desc())
    ).all()


def visit_by_token(session: Session, token: str) -> PosterVisit | None:
    """The visit of this cookie, over or not."""
    return session.exec(select(PosterVisit).where(PosterVisit.token_hash == token_hash(token))).one_or_none()


def visits_opened_before(session: Session, poster_id: int, moment: datetime) -> Sequence[PosterVisit]:
    """Old visits of a poster."""
    return session.exec(
        select(PosterVisit).where(PosterVisit.poster_id == poster_id, PosterVisit.opened_at < moment)
    ).all()


def lots_posted_since(session: Session, poster_id: int, since: datetime) -> int:
    """How many lots came through a poster since then."""
    return session.exec(
        select(func.count(col(PosterVisit.id))).where(
            PosterVisit.poster_id == poster_id, col(PosterVisit.posted_at) >= since
        )
    ).one()


def who_of_visit(session: Session, token: str, real_now: datetime) -> Who | None:
    """Nobody in person, with the one right to post one lot at one site; None once the visit is over, the poster
    revoked, the site closed or its organisation not active."""
    row = session.exec(
        select(PosterVisit, Site)
        .join(Poster, col(Poster.id) == col(PosterVisit.poster_id))
        .join(Site, col(Site.id) == col(Poster.site_id))
        .join(Organisation, col(Organisation.id) == col(Site.organisation_id))
        .where(
            PosterVisit.token_hash == token_hash(token),
            col(PosterVisit.ended_at).is_(None),
            PosterVisit.expires_at > real_now,
            col(Poster.revoked_at).is_(None),
            col(Site.active).is_(True),
            Organisation.state == AccountState.ACTIVE,
        )
    ).one_or_none()
    if row is None:
        return None
    visit, site = row
    return Who(
        region=site.region,
        roles=frozenset({"poster"}),
        organisation_ids=frozenset({site.organisation_id}),
        site_ids=frozenset({site.key}),
        visit_id=visit.key,
    )
