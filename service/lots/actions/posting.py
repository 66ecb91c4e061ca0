"""Posting a lot, the same again, and the first lot of a new donor."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from service.accounts import policy
from service.accounts.models import Organisation, OrganisationKind, Site
from service.accounts.queries import closures, organisation_sites
from service.accounts.who import Who
from service.journal import actions as journal
from service.kit.clock import local
from service.kit.i18n import N_
from service.lots import queries
from service.lots.actions.building import NO_WINDOW, Window, build_lines, check_law, check_windows, law_data
from service.lots.actions.photographing import add_photo
from service.lots.errors import LotInvalid, NoSite
from service.lots.facts import code_prefix, deadline_of, zone_of
from service.lots.forms import LotIn, RepeatIn
from service.lots.messages import ask_review
from service.lots.models import Lot, LotLine, LotWindow, PhotoKind
from service.lots.rules.lifecycle import LotState
from service.lots.rules.tracing import trace_code
from service.lots.rules.verdicts import Verdict
from service.lots.secrecy import demand_no_place
from service.lots.stored import StoredPhoto
from service.lots.suggesting import again, suggest_windows
from service.lots.telling import donor_facts, line_facts, tell_availability, tell_lot
from service.notices import actions as notices

WHICH_SITE = N_("Choisissez le lieu de retrait.")
ONE_LINE = N_("Une fourchette s'annonce pour une seule ligne.")
OTHER_LINES = N_("Indiquez une valeur pour chaque ligne du lot répété.")
TOO_LATE = N_("La date limite sera passée avant le premier créneau : avancez le créneau.")


@dataclass(frozen=True)
class Drawn:
    """A lot as it would be posted, nothing of it written yet."""

    lot: Lot
    lines: Sequence[LotLine]
    windows: Sequence[Window]
    verdicts: Sequence[Verdict]
    site: Site
    actor: Who


def post(
    session: Session,
    given: LotIn,
    *,
    who: Who,
    now: datetime,
    photos: Sequence[tuple[StoredPhoto, PhotoKind]] = (),
    same_as: Lot | None = None,
) -> Lot:
    """Post a lot: visible to charities at once. A dispatcher posts for a donor who called, both are journaled.

    Refuses with words per field: `LotInvalid` (422) for what does not fit, `AgainstFoodLaw` (422) naming the rule.
    """
    drawn = draw_up(session, given, who=who, now=now, same_as=same_as)
    lot = drawn.lot
    put(session, lot, drawn.lines, drawn.windows)
    for photo, kind in photos:
        add_photo(session, lot, photo, kind=kind, who=drawn.actor, now=now, tell=False)
    _tell_posted(session, lot, drawn.lines, drawn.verdicts, who=drawn.actor, now=now)
    return lot


def draw_up(session: Session, given: LotIn, *, who: Who, now: datetime, same_as: Lot | None = None) -> Drawn:
    """What `post` would write, with all its refusals; reads only."""
    site = site_to_post_from(session, who, given.site_id)
    demand_no_place(site, given.pin, given.access_note)
    organisation = session.get_one(Organisation, site.organisation_id)
    actor = who if organisation.key in who.organisation_ids else replace(who, on_behalf_of=organisation.key)
    windows = check_windows(given.windows, now) or suggested_windows(session, site, now)
    if not windows:
        raise LotInvalid(fields={"windows.0.starts_at": NO_WINDOW})
    lines = build_lines(given.lines)
    if given.announced is not None:
        if len(lines) != 1:
            raise LotInvalid(fields={"announced": ONE_LINE})
        lines[0].grams = lines[0].free_grams = given.announced.min_grams
    pickup_at = max(windows[0][0], now)
    verdicts = check_law(lines, organisation, pickup_at=pickup_at, region=site.region, now=now, locale=who.locale)
    lot = Lot(
        region=site.region,
        organisation_id=organisation.key,
        site_id=site.key,
        code=next_code(session, site.region, organisation.key, now),
        posted_by=who.person_id,
        posted_at=now,
        deadline=deadline_of(lines, windows, region=site.region, now=now),
        note=given.note,
        access_note=given.access_note or site.access_note,
        latitude=given.pin.latitude if given.pin else None,
        longitude=given.pin.longitude if given.pin else None,
        same_as_id=same_as.id if same_as else None,
        announced_min_grams=given.announced.min_grams if given.announced else None,
        announced_max_grams=given.announced.max_grams if given.announced else None,
        crates_lent=given.crates_lent,
        law=law_data(verdicts),
    )
    if lot.deadline <= pickup_at:
        raise LotInvalid(fields={"windows.0.starts_at": TOO_LATE})
    return Drawn(lot, lines, windows, verdicts, site, actor)


def put(session: Session, lot: Lot, lines: Sequence[LotLine], windows: Sequence[Window]) -> None:
    """Give a new lot, its lines and its windows their keys."""
    session.add(lot)
    session.flush()
    for line in lines:
        line.lot_id = lot.key
    session.add_all(lines)
    session.add_all([LotWindow(lot_id=lot.key, starts_at=start, ends_at=end) for start, end in windows])
    session.flush()


def _tell_posted(
    session: Session, lot: Lot, lines: Sequence[LotLine], verdicts: Sequence[Verdict], *, who: Who, now: datetime
) -> None:
    data = {
        "lines": [line_facts(line, line.grams) for line in lines],
        "organisation": lot.organisation_id,
        "site": lot.site_id,
        **donor_facts(session, lot),
        "deadline": lot.deadline.isoformat(),
        "announced": [lot.announced_min_grams, lot.announced_max_grams] if lot.announced_max_grams else None,
        "same_as": lot.same_as_id,
        "rules": [verdict.as_data() for verdict in verdicts],
    }
    tell_lot(session, lot, "lot.posted", who=who, now=now, from_state=str(LotState.DRAFT), data=data)
    tell_availability(session, lot, lines, who=who, now=now)
    organisation = session.get_one(Organisation, lot.organisation_id)
    if organisation.first_lot_seen_at is None:
        journal.append(
            session,
            region=lot.region,
            kind="organisation.first_lot",
            at=now,
            actor=who,
            subject=("organisation", lot.organisation_id),
            data={"lot": lot.key},
            audience={"role:dispatcher"},
        )
        ask_review(session, lot, who=who, now=now)


def site_to_post_from(session: Session, who: Who, site_id: int | None) -> Site:
    """The site a lot is posted from: one of the donor's own, or for a dispatcher any donor's of the region."""
    mine = [
        site
        for site in organisation_sites(session, who.organisation_ids)
        if (not who.site_ids or site.key in who.site_ids)
        and session.get_one(Organisation, site.organisation_id).kind == OrganisationKind.DONOR
    ]
    if site_id is None:
        if not mine:
            raise NoSite() if "donor" in who.roles else LotInvalid(fields={"site_id": WHICH_SITE})
        if len(mine) > 1:
            raise LotInvalid(fields={"site_id": WHICH_SITE})
        return mine[0]
    site = session.get(Site, site_id)
    if site is None or site.region != who.region or not site.active:
        raise LotInvalid(fields={"site_id": WHICH_SITE})
    own = any(site.key == one.key for one in mine)
    if not own and "any" not in who.relations("lots", "post"):
        raise LotInvalid(fields={"site_id": WHICH_SITE})
    policy.demand(who, "lots", "post", *(("own",) if own else ()))
    if session.get_one(Organisation, site.organisation_id).kind != OrganisationKind.DONOR:
        raise LotInvalid(fields={"site_id": WHICH_SITE})
    return site


def suggested_windows(session: Session, site: Site, now: datetime) -> list[Window]:
    """The next opening hours of a site, its closed days left out."""
    return suggest_windows(site, closures(session, {site.key}).get(site.key, []), now, zone_of(site.region))


def next_code(session: Session, region: str, organisation_id: int, now: datetime) -> str:
    """The tracing code of a donor's next lot of the day. Writers take turns, so no number is given twice."""
    prefix, day = code_prefix(region), local(now, zone_of(region)).date()
    first = trace_code(prefix, day, organisation_id, 1)
    count = queries.codes_beginning(session, region, first.rpartition("-")[0] + "-")
    return trace_code(prefix, day, organisation_id, count + 1)


def repeat(
    session: Session,
    lot: Lot,
    given: RepeatIn,
    *,
    who: Who,
    now: datetime,
    photos: Sequence[tuple[StoredPhoto, PhotoKind]] = (),
) -> Lot:
    """The same lot again ("comme hier"): dates move by the days that have passed, windows are the site's next hours."""
    zone = zone_of(lot.region)
    days = (local(now, zone).date() - local(lot.posted_at, zone).date()).days
    lines = queries.lines_of(session, lot.key)
    if given.grams is not None and len(given.grams) != len(lines):
        raise LotInvalid(fields={"grams": OTHER_LINES})
    if given.dates is not None and len(given.dates) != len(lines):
        raise LotInvalid(fields={"dates": OTHER_LINES})
    form = LotIn(
        site_id=lot.site_id,
        lines=again(lines, days, given.grams, given.dates),
        windows=given.windows,
        note=lot.note,
        access_note=lot.access_note,
        pin={"latitude": lot.latitude, "longitude": lot.longitude} if lot.latitude is not None else None,
    )
    return post(session, form, who=who, now=now, photos=photos, same_as=lot)


def first_lot_seen(session: Session, organisation: Organisation, *, who: Who, now: datetime) -> None:
    """A dispatcher has looked at a new donor's first lot; harmless when done twice."""
    if organisation.first_lot_seen_at is not None:
        return
    organisation.first_lot_seen_at = now
    session.add(organisation)
    journal.append(
        session,
        region=organisation.region,
        kind="organisation.first_lot_seen",
        at=now,
        actor=who,
        subject=("organisation", organisation.key),
        audience={"role:dispatcher"},
    )
    notices.take_back(session, kind="first_lot_to_review", subject=("organisation", organisation.key))
