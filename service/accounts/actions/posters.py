"""Posters of a back room: made, revoked, and the short visits they open."""

from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts.errors import PosterRevoked, PosterTired, PosterVisitOver
from service.accounts.keys import Poster, PosterVisit
from service.accounts.models import AccountState, Organisation, Site
from service.accounts.queries.posters import (
    lots_posted_since,
    poster_by_token,
    visit_by_token,
    visits_opened_before,
)
from service.accounts.rules import POSTER_LOTS_A_DAY, POSTER_MINUTES, POSTER_VISITS_KEPT
from service.accounts.site_journal import tell_site
from service.accounts.tokens import new_token, token_hash
from service.accounts.who import Who
from service.kit.refusals import NotFound

DAY = timedelta(days=1)
POSTER = "poster"


def make_poster(session: Session, site: Site, *, label: str, who: Who, real_now: datetime) -> tuple[Poster, str]:
    """A poster for a site, and the secret its QR code holds, told this once."""
    secret = new_token()
    poster = Poster(
        token_hash=token_hash(secret), site_id=site.key, label=label[:60], made_by=who.must_be_somebody(),
        created_at=real_now,
    )  # fmt: skip
    session.add(poster)
    session.flush()
    tell_site(session, site, "site.poster_made", who=who, now=real_now, data={"poster": poster.key})
    return poster, secret


def revoke_poster(session: Session, site: Site, poster_id: int, *, who: Who, real_now: datetime) -> None:
    """From now on it opens nothing, and the visits it opened are over. Twice is harmless."""
    poster = session.get(Poster, poster_id)
    if poster is None or poster.site_id != site.key:
        raise NotFound()
    if poster.revoked_at is None:
        poster.revoked_at = real_now
        session.add(poster)
        tell_site(session, site, "site.poster_revoked", who=who, now=real_now, data={"poster": poster.key})


def the_poster(session: Session, token: str) -> tuple[Poster, Site, Organisation]:
    """What a scanned code is; PosterRevoked when it opens nothing (any more)."""
    poster = poster_by_token(session, token)
    site = session.get(Site, poster.site_id) if poster is not None else None
    organisation = session.get(Organisation, site.organisation_id) if site is not None else None
    if poster is None or site is None or organisation is None:
        raise PosterRevoked()
    if not site.active or organisation.state is not AccountState.ACTIVE:
        raise PosterRevoked()
    return poster, site, organisation


def open_visit(session: Session, token: str, *, real_now: datetime) -> str:
    """One lot may be posted within some minutes; the secret of the visitor's cookie. PosterTired after many a day."""
    poster, site, _organisation = the_poster(session, token)
    if lots_posted_since(session, poster.key, real_now - DAY) >= POSTER_LOTS_A_DAY:
        raise PosterTired()
    for old in visits_opened_before(session, poster.key, real_now - POSTER_VISITS_KEPT):
        session.delete(old)
    secret = new_token()
    session.add(
        PosterVisit(
            token_hash=token_hash(secret), poster_id=poster.key, opened_at=real_now,
            expires_at=real_now + timedelta(minutes=POSTER_MINUTES),
        )
    )  # fmt: skip
    poster.last_used_at, poster.uses = real_now, poster.uses + 1
    session.add(poster)
    tell_site(session, site, "site.poster_scanned", who=None, now=real_now, data={"poster": poster.key})
    return secret


def spend_visit(session: Session, visit_id: int | None, *, real_now: datetime) -> int:
    """Its one lot is posted now: the visit is over; the poster's key. PosterVisitOver when it was before."""
    visit = session.get(PosterVisit, visit_id) if visit_id is not None else None
    poster = session.get(Poster, visit.poster_id) if visit is not None else None
    if visit is None or poster is None or poster.revoked_at is not None or not visit.is_open(real_now):
        raise PosterVisitOver()
    if lots_posted_since(session, poster.key, real_now - DAY) >= POSTER_LOTS_A_DAY:
        raise PosterTired()
    visit.ended_at = visit.posted_at = real_now
    session.add(visit)
    return poster.key


def end_visit(session: Session, token: str, *, real_now: datetime) -> None:
    """Somebody leaves without posting; no visit is no error."""
    visit = visit_by_token(session, token)
    if visit is not None and visit.ended_at is None:
        visit.ended_at = real_now
        session.add(visit)
