"""Posting what somebody who scanned a site's poster typed: one lot, for that site, in nobody's name."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from service.accounts.actions.posters import POSTER, spend_visit
from service.accounts.models import Role, Site
from service.accounts.queries import members_of_sites
from service.accounts.who import Who
from service.database.engine import ENTRIES_SAY
from service.kit.i18n import DEFAULT_LOCALE
from service.kit.refusals import NotAllowed
from service.lots import queries
from service.lots.actions.posting import post
from service.lots.actions.withdrawing import withdraw
from service.lots.errors import LotNotChangeable
from service.lots.forms import LotIn
from service.lots.kinds import WithdrawalReason
from service.lots.models import Lot, PhotoKind
from service.lots.rules.lifecycle import LotState
from service.lots.stored import StoredPhoto
from service.lots.words import lot_title
from service.notices.actions import tell


def post_through_poster(
    session: Session,
    given: LotIn,
    *,
    who: Who,
    now: datetime,
    real_now: datetime,
    photos: Sequence[tuple[StoredPhoto, PhotoKind]] = (),
) -> Lot:
    """Post it and end the visit; the site's people are told, since none of them did it with their name.

    A poster speaks for its place alone: another point, a gate or a range far ahead are for people with an account.
    Raises PosterVisitOver (401) when the visit's lot was posted before, PosterTired (429) after many a day.
    """
    if given.pin is not None or given.access_note or given.announced is not None or given.crates_lent:
        raise NotAllowed()
    poster_id = spend_visit(session, who.visit_id, real_now=real_now)
    # Each entry of this transaction says by which poster.
    session.info[ENTRIES_SAY] = {**session.info.get(ENTRIES_SAY, {}), POSTER: poster_id}
    lot = post(session, given, who=who, now=now, photos=photos)
    site = session.get_one(Site, lot.site_id)
    lines = queries.lines_of(session, lot.key)
    tell(
        session,
        region=lot.region,
        person_ids=[person.key for person in members_of_sites(session, [site.key], Role.DONOR).get(site.key, [])],
        kind="posted_by_poster",
        params={
            "lot_id": lot.key,
            "label": lot_title(lines, DEFAULT_LOCALE),
            "site": site.name,
            "grams": sum(line.grams for line in lines),
        },
        subject=("lot", lot.key),
        now=now,
    )
    return lot


def may_be_undone(session: Session, lot: Lot) -> bool:
    """Whether nobody has acted on it yet."""
    open_ = lot.state in (LotState.PUBLISHED, LotState.OFFERED)
    return open_ and lot.posted_by is None and not queries.shares_of_lot(session, lot.key)


def undo_through_poster(session: Session, lot: Lot, *, now: datetime) -> None:
    """Take back what was just posted; LotNotChangeable (409) once somebody has acted on it. Twice is harmless."""
    if lot.state is LotState.WITHDRAWN:
        return
    if not may_be_undone(session, lot):
        raise LotNotChangeable()
    nobody = Who(region=lot.region)
    withdraw(session, lot, reason=WithdrawalReason.MISTAKE, who=nobody, now=now)
