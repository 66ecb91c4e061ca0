"""A region's day as a routing problem, without playing it: the same invented partners, lots, law and crews.

`glane bench day` posts and claims every lot through the actions of production, one transaction each. Here the same
seed makes the same region, fleet and postings, and the same pure rules say who may take what; only nothing is written.
What production adds when it grants (journal, messages, papers) changes no problem.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import log
from pathlib import Path

from sqlmodel import Session

import routing
from config.food_law import FoodLaw, law_at
from service.accounts.models import Organisation, Site
from service.allocation.actions.settling import LATEST
from service.allocation.offers import verdicts_on
from service.allocation.receivers import Receiver as Facts
from service.allocation.receivers import receivers_of
from service.lots.actions.building import build_lines
from service.lots.facts import deadline_of, line_facts
from service.lots.models import LotLine
from service.lots.rules.dates import edible_until
from service.lots.rules.verdicts import forbidden
from service.rounds import rules
from service.rounds.planning.problem import build, profiles_of
from service.rounds.planning.reading import NIGHT, read
from service.rounds.planning.situation import Carry, Point, Situation, place_key
from service.rounds.planning.travel import matrices
from service.rounds.planning.work import zones_of
from service.shipments.actions import GRAMS_PER_CRATE
from workers.bench.day import DAY, TAKERS, Day, prepare
from workers.simulation.acting import coldest
from workers.simulation.cast import Receiver
from workers.simulation.charities import BIG_GRAMS, FAR_M
from workers.simulation.day import Posting, all_at, postings
from workers.simulation.scales import REFERENCE, SCALES, STRESS, Scale

# Beyond, the invented names of a region, each given once, would run out.
LEAST_LOTS, MOST_LOTS = 10, 8_000
# Of the donors of a larger region only so many more: enough for those who post that day, 1.8 lots each.
DONORS_A_LOT = 0.6
TEMPERATURES = ("ambient", "chilled", "frozen")
_COUNTS = ("charity_sites", "charities", "public_bodies", "protected_sites", "reefer_vans", "box_vans", "bikes", "cars")
Windows = tuple[tuple[datetime, datetime], ...]


def scale_of(lots: int) -> Scale:
    """A region for so many lots a day: a known scale itself, others on the line through the reference and stress days.

    Donors grow with the lots; charities and vehicles as they do from the reference to the stress day (logarithmic).
    """
    if known := next((scale for scale in SCALES.values() if scale.lots == lots), None):
        return known
    grown = {name: _grown(name, lots) for name in _COUNTS}
    donors = round(
        min(STRESS.lots, lots) * REFERENCE.donors / REFERENCE.lots + max(0, lots - STRESS.lots) * DONORS_A_LOT
    )
    return Scale(name=f"{lots} lots", donors=donors, lots=lots, **grown)


def _grown(name: str, lots: int) -> int:
    small: int = getattr(REFERENCE, name)
    large: int = getattr(STRESS, name)
    power: float = log(large / small) / log(STRESS.lots / REFERENCE.lots)
    return max(1, round(float(small * (lots / REFERENCE.lots) ** power)))


def region_day(lots: int, seed: int) -> routing.Problem:
    """The problem of a day with so many lots, all known at dawn. The same lots and seed, the same problem.

    Raises ValueError below LEAST_LOTS and above MOST_LOTS.
    """
    if not LEAST_LOTS <= lots <= MOST_LOTS:
        raise ValueError(f"{lots} lots: between {LEAST_LOTS} and {MOST_LOTS}")
    with tempfile.TemporaryDirectory(prefix="glane-bench-") as folder:
        day = prepare(scale_of(lots), Path(folder), seed=seed, seconds=1.0)
        try:
            whole = day_situation(day, lots, seed)
        finally:
            day.database.close()
    problem = build(whole, matrices(day.settings, whole, profiles_of(whole)))
    return replace(problem, name=f"{lots} lots, seed {seed}")


def day_situation(day: Day, lots: int, seed: int) -> Situation:
    """The situation of a prepared day once its lots are posted and taken; nothing is written."""
    wanted = postings(day.cast.donors, DAY, day.config.time_zone, seed=seed, lots=lots)
    with day.database.read() as session:
        now = day.now + timedelta(minutes=10)
        zone = zones_of(day.config.slug)[0]
        situation = read(session, day.settings, day.config.slug, zone, DAY, now)
        claims = _Claims(session, day, situation)
        for posting in all_at(DAY, day.config.time_zone, wanted, day.now):
            claims.give(posting)
    return replace(situation, carries=tuple(claims.carries), places=claims.places)


@dataclass(frozen=True, slots=True)
class _Lot:
    """A lot as those see it who might take it."""

    line: LotLine
    donor_site: int
    deadline: datetime
    windows: Windows
    pickup_at: datetime
    due_at: datetime


class _Claims:
    """Who takes what of the day's lots, and the shipments that come of it."""

    def __init__(self, session: Session, day: Day, situation: Situation) -> None:
        self.session, self.day, self.situation = session, day, situation
        self.zone = situation.time_zone
        self.law: FoodLaw = law_at(day.now, self.zone)
        self.facts: dict[int, Facts] = {}
        self.carries: list[Carry] = []
        self.places: dict[str, Point] = dict(situation.places)

    def give(self, posting: Posting) -> None:
        """Let the nearest places take a lot, each its part of a large one."""
        now, cast = self.day.now, self.day.cast
        form = posting.form(now)
        line = build_lines(form.lines)[0]
        windows = tuple((max(window.starts_at, now), window.ends_at) for window in form.windows)
        if line.temperature not in TEMPERATURES or not windows:
            return
        deadline = deadline_of([line], windows, region=self.situation.region, now=now)
        limit = edible_until(line_facts(line), self.law, self.zone)
        due_at = min(now + LATEST, limit) if limit is not None else now + LATEST
        open_ = tuple((start, min(end, deadline)) for start, end in windows if start < deadline)
        lot = _Lot(line, posting.donor.site_id, deadline, open_, windows[0][0], due_at)
        left = free = posting.grams
        near = cast.around(cast.points[lot.donor_site], coldest([line]), within_m=FAR_M, most=TAKERS)
        for _, receiver in near:
            share = 1.0 if left <= BIG_GRAMS else max(BIG_GRAMS, receiver.people * 350) / left
            grams = max(1, int(free * min(1.0, share)))
            if free and self._takes(lot, receiver, grams):
                free, left = free - grams, left - grams

    def _takes(self, lot: _Lot, receiver: Receiver, grams: int) -> bool:
        """Whether the site may take so much; then it does, and a shipment is wanted if a round may come that day."""
        facts = self._facts(receiver)
        if forbidden(verdicts_on(lot.line, facts, lot.pickup_at, self.law, self.zone, grams)):
            return False
        category = line_facts(lot.line).category
        if facts.too_little(category, grams, self.law):
            return False
        self.facts[receiver.site_id] = facts.holding(lot.line.category, grams)
        pickup = self._of_day(lot.windows)
        reception = tuple((start, min(end, lot.due_at)) for start, end in facts.reception if start < lot.due_at)
        delivery = self._of_day(reception)
        if pickup and delivery:
            self.carries.append(self._carry(lot, receiver, grams, pickup, delivery))
        return True

    def _facts(self, receiver: Receiver) -> Facts:
        if receiver.site_id not in self.facts:
            site = self.session.get_one(Site, receiver.site_id)
            owner = self.session.get_one(Organisation, receiver.organisation_id)
            self.facts |= receivers_of(self.session, [site], {owner.key: owner}, {}, self.day.now)
        return self.facts[receiver.site_id]

    def _of_day(self, windows: Windows) -> Windows:
        """What of the windows lies on the day and is not over."""
        opens = self.situation.origin
        of_day = rules.overlapping(windows, opens, opens + timedelta(days=1) + NIGHT)
        return tuple((start, end) for start, end in of_day if end >= self.situation.now)

    def _carry(self, lot: _Lot, receiver: Receiver, grams: int, pickup: Windows, delivery: Windows) -> Carry:
        return Carry(
            id=len(self.carries) + 1,
            grams=grams,
            crates=-(-grams // GRAMS_PER_CRATE),
            temperature=str(lot.line.temperature),
            pickup=self._place(lot.donor_site),
            delivery=self._place(receiver.site_id),
            pickup_windows=pickup,
            delivery_windows=delivery,
            value=grams,
            mandatory=False,
            wanted_at=self.day.now,
            ready_at=None,
            expected=(None, None),
            pickup_site_id=lot.donor_site,
        )

    def _place(self, site_id: int) -> str:
        key = place_key(site_id)
        self.places.setdefault(key, Point(*self.day.cast.points[site_id]))
        return key
