"""Putting a small lot that a charity asked for, and that no round brings, to the nearest few who might bring it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from config.allocation import Step
from service.accounts import queries as accounts
from service.accounts.models import Person, Site
from service.allocation import queries as claims
from service.allocation.answers.answering import wanted_by
from service.allocation.errands import queries
from service.allocation.errands.free import Times
from service.allocation.errands.ways import RoundTrip, way_of
from service.allocation.offers import Offer, Shown, receivers_at
from service.allocation.tables import Errand, ErrandAsk, Helper
from service.allocation.words import MEANS
from service.kit.clock import day_bounds, local
from service.lots.facts import zone_of
from service.lots.models import Lot, LotLine
from service.lots.telling import tell_lot
from service.lots.words import lot_title
from service.notices import actions as notices
from service.rounds.models import Vehicle

# How long what was put to somebody is shown to them, and how long a message about it is worth reading.
RECENT, WORTH_TELLING = timedelta(hours=24), timedelta(minutes=30)


@dataclass(frozen=True)
class Unmet:
    """What a site would have had if somebody could bring it, and who asked for it there."""

    offer: Offer
    asked_by: int
    grams: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(self.grams.values())


@dataclass(frozen=True)
class Near:
    """Somebody who might bring it, and their way."""

    helper: Helper
    vehicle: Vehicle
    person: Person
    way: RoundTrip


def ask_helpers(session: Session, lot: Lot, free: Sequence[LotLine], step: Step, now: datetime) -> int:
    """Tell the nearest helpers, once for a lot; how many were told.

    Only of what keeps without cold and is small enough, and only where somebody asked for it: nobody is sent to a door
    that does not expect them. Protected places are left to those who drive for them.
    """
    if any(line.temperature != "ambient" for line in free) or queries.errand_of_lot(session, lot.key) is not None:
        return 0
    wishes = _wishes(session, lot, now)
    if not wishes:
        return 0
    times = Times(session, lot.region, now)
    for wish in wishes:
        near = _nearest(session, wish, step, times, now)
        if near:
            return _put_to(session, lot, free, wish, near, now)
    return 0


def _wishes(session: Session, lot: Lot, now: datetime) -> list[Unmet]:
    """Who asked for it and was refused for want of a round, the nearest to the donor first."""
    refused = queries.refused_for_the_way(session, lot.key)
    rules = queries.rules_without_a_round(session, lot.key)
    sites = accounts.sites_by_id(session, {one.site_id for one in refused} | {rule.site_id for rule in rules})
    wanted = {key: site for key, site in sites.items() if site.active and not site.protected}
    if not wanted or accounts.sites_by_id(session, {lot.site_id})[lot.site_id].protected:
        return []
    shown, receivers = Shown(session, [lot], now), receivers_at(session, list(wanted.values()), now)
    found: dict[int, Unmet] = {}
    for claim in refused:
        if claim.site_id in wanted and claim.made_by is not None:
            offer = shown.to(lot.key, receivers[claim.site_id])
            asked = {line.line_id: line.grams_asked for line in claims.lines_of_claim(session, claim.key)}
            found.setdefault(claim.site_id, Unmet(offer, claim.made_by, _still(offer, asked)))
    for rule in rules:
        if rule.site_id in wanted:
            offer = shown.to(lot.key, receivers[rule.site_id])
            found.setdefault(rule.site_id, Unmet(offer, rule.set_by, wanted_by(rule, offer)))
    kept = [wish for wish in found.values() if wish.total > 0]
    return sorted(kept, key=lambda wish: (wish.offer.metres is None, wish.offer.metres or 0, wish.offer.site.key))


def _still(offer: Offer, asked: Mapping[int, int]) -> dict[int, int]:
    """What the site may have now of what it asked."""
    open_ = {one.line.key: one.grams for one in offer.lines}
    left = offer.room
    found: dict[int, int] = {}
    for line, grams in asked.items():
        most = min(grams, open_.get(line, 0)) if left is None else min(grams, open_.get(line, 0), left)
        if most > 0:
            found[line] = most
            left = None if left is None else left - most
    return found


def _nearest(session: Session, wish: Unmet, step: Step, times: Times, now: datetime) -> list[Near]:
    """The quickest of those who have time and have not been asked enough today."""
    zone = zone_of(wish.offer.lot.region)
    near = who_could(session, wish.offer, wish.total, times, now)
    begins = day_bounds(local(now, zone).date(), zone)[0]
    asked = queries.asked_since(session, [one.person.key for one in near], begins)
    return [one for one in near if asked.get(one.person.key, 0) < (step.a_day or 0)][: step.people]


def who_could(session: Session, offer: Offer, grams: int, times: Times, now: datetime) -> list[Near]:
    """Helpers who carry so much and have the time now, as far as anybody knows, by the length of their way."""
    found = queries.helpers(session, offer.lot.region, grams)
    homes = accounts.sites_by_id(session, {vehicle.home_site_id for _, vehicle, _ in found})
    near = []
    for helper, vehicle, person in found:
        way = way_of(session, vehicle, homes[vehicle.home_site_id], offer, now) if times.goes_out(vehicle) else None
        if way is None or way.seconds > helper.most_minutes * 60 or times.about(helper, way).warns:
            continue
        near.append(Near(helper, vehicle, person, way))
    return sorted(near, key=lambda one: (one.way.seconds, one.helper.key))


def _put_to(
    session: Session, lot: Lot, free: Sequence[LotLine], wish: Unmet, near: Sequence[Near], now: datetime
) -> int:
    site: Site = wish.offer.site
    errand = Errand(
        region=lot.region,
        lot_id=lot.key,
        site_id=site.key,
        asked_by=wish.asked_by,
        wanted={str(line): grams for line, grams in wish.grams.items()},
        grams=wish.total,
        offered_at=now,
    )
    session.add(errand)
    session.flush()
    for one in near:
        session.add(
            ErrandAsk(
                errand_id=errand.key,
                person_id=one.person.key,
                seconds=one.way.seconds,
                metres=one.way.metres,
                asked_at=now,
            )
        )
    tell_near(session, errand, wish.offer, free, near, dedupe=f"errand:{errand.key}", now=now)
    data = {"errand": errand.key, "site": site.key, "grams": wish.total, "asked": len(near)}
    audience = {"role:dispatcher", "role:region"}
    tell_lot(session, lot, "lot.errand", who=None, now=now, data=data, audience=audience)
    return len(near)


def tell_near(
    session: Session,
    errand: Errand,
    offer: Offer,
    lines: Sequence[LotLine],
    near: Sequence[Near],
    *,
    dedupe: str,
    now: datetime,
) -> None:
    """Write to those who might bring it: how long it takes them, and between whom. Never an address."""
    label = lot_title([line for line in lines if str(line.key) in errand.wanted], "fr")
    for one in near:
        notices.tell(
            session,
            region=errand.region,
            person_ids=[one.person.key],
            kind="errand_offered",
            params={
                "errand_id": errand.key,
                "lot_id": errand.lot_id,
                "label": label,
                "donor": offer.donor.name,
                "charity": offer.site.name,
                "grams": errand.grams,
                "minutes": minutes(one.way.seconds),
                "means": MEANS[one.vehicle.kind],
            },
            subject=("errand", errand.key),
            dedupe=dedupe,
            expires_at=min(offer.lot.deadline, now + WORTH_TELLING),
            now=now,
        )


def minutes(seconds: int) -> int:
    """Whole minutes, never fewer than it takes."""
    return max(1, -(-seconds // 60))
