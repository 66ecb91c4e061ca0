"""Charities fetch what they were granted: they come, or not; take it, or not all; and weigh it at home."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session, col, select

from service.allocation.actions.claiming import change_way, release
from service.allocation.actions.collecting import hand_over, receive, report_no_show
from service.allocation.models import Claim, ClaimState, Way
from service.lots.actions import refuse_share
from service.lots.models import Lot, Share, ShareState
from service.lots.queries import lines_of, shares_of_claim
from workers.simulation import scenes
from workers.simulation.acting import REASONS, WhoOf, coldest, reading
from workers.simulation.cast import Receiver, flat_metres
from workers.simulation.trial.world import World

PATIENCE = timedelta(minutes=36)


class Fetching:
    """The trips of charities' own cars, and what they do when no round comes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.since = world.agenda.now
        self.known: set[int] = set()
        # Claims given back or fetched after all are tried once each.
        self.tried: set[tuple[int, str]] = set()

    def plan(self, now: datetime) -> None:
        """Write down when those come who were granted something to fetch since this was last asked."""
        with self.world.database.read() as session:
            rows = session.exec(
                select(Claim, Lot)
                .join(Lot, col(Lot.id) == col(Claim.lot_id))
                .where(
                    Claim.region == self.world.region,
                    Claim.way == Way.COLLECT,
                    Claim.state == ClaimState.GRANTED,
                    col(Claim.decided_at) >= self.since,
                )
                .order_by(col(Claim.id))
            ).all()
        self.since = now
        for claim, lot in rows:
            if claim.key not in self.known:
                self._send(claim, lot)

    def _send(self, claim: Claim, lot: Lot) -> None:
        self.known.add(claim.key)
        world, conduct = self.world, self.world.conduct
        random = world.chance("trip", lot.code, claim.site_id)
        comes = (claim.coming_at or claim.made_at) + timedelta(minutes=random.uniform(0, conduct.late))
        receiver = world.receivers[claim.site_id]
        donor = world.stage.cast.points[lot.site_id]
        if random.random() < conduct.no_show:
            world.agenda.at(comes + PATIENCE, partial(self._stay_away, claim.key, lot.site_id))
            return
        assert receiver.point is not None
        drive = timedelta(
            seconds=world.between(receiver.point, donor)[1] * random.lognormvariate(0, conduct.leg_spread)
        )
        there = timedelta(minutes=random.uniform(*conduct.at_donor))
        world.away[claim.site_id] = comes + there + drive
        world.agenda.at(comes, partial(self._fetch, claim.key, lot, comes + there + drive))

    def _stay_away(self, claim_id: int, site_id: int, now: datetime) -> None:
        donor = self.world.stage.cast.donor_at(site_id)
        assert donor is not None
        if self.world.play("no-show", partial(_stay_away, claim_id=claim_id, donor=donor, now=now)):
            self.world.news = True

    def _fetch(self, claim_id: int, lot: Lot, home: datetime, now: datetime) -> None:
        world = self.world
        donor = world.stage.cast.donor_at(lot.site_id)
        assert donor is not None
        if world.play("fetching", partial(_fetch, world=world, claim_id=claim_id, donor=donor, now=now)):
            world.agenda.at(home, partial(self._weigh, claim_id, lot.code))

    def _weigh(self, claim_id: int, code: str, now: datetime) -> None:
        self.world.play("reception", partial(_weigh, world=self.world, claim_id=claim_id, code=code, now=now))

    # No round comes

    def forsaken(self, now: datetime) -> None:
        """Those whom a plan left out fetch it after all if they can, else give it back while others may have it."""
        world = self.world
        with world.database.read() as session:
            found = scenes.forsaken(session, world.region, now)
        patience = timedelta(minutes=world.conduct.patience_minutes)
        for claim, lot in found:
            if now < min(claim.made_at + patience, lot.deadline - timedelta(minutes=70)):
                continue
            receiver = world.receivers[claim.site_id]
            person = receiver.person_id
            random = world.chance(lot.code, claim.site_id, "after all")
            fetches = random.random() < world.conduct.free_to_fetch and self._is_worth_it(receiver, claim, lot)
            if fetches and (claim.key, "fetch") not in self.tried:
                self.tried.add((claim.key, "fetch"))
                fetched = world.play("change", partial(_change, claim_id=claim.key, person=person, now=now))
                with world.database.read() as session:
                    kept = session.get_one(Claim, claim.key)
                if fetched and kept.way is Way.COLLECT:
                    self._send(kept, lot)
                    continue
            if (claim.key, "give back") not in self.tried:
                self.tried.add((claim.key, "give back"))
                world.play("release", partial(_release, claim_id=claim.key, person=person, now=now))
                world.news = True

    def _is_worth_it(self, receiver: Receiver, claim: Claim, lot: Lot) -> bool:
        """Whether the place has a car, and what it was granted is worth the way."""
        there = self.world.stage.cast.points.get(lot.site_id)
        if not receiver.collects or receiver.point is None or there is None:
            return False
        with self.world.database.read() as session:
            grams = sum(share.due_grams for share in _waiting(shares_of_claim(session, claim.key)))
        metres = flat_metres(receiver.point, there)
        return metres <= self.world.conduct.worth_metres(grams)


def _stay_away(session: Session, who_of: WhoOf, *, claim_id: int, donor: int, now: datetime) -> None:
    report_no_show(session, who=who_of(session, donor), claim_id=claim_id, now=now)


def _waiting(shares: Sequence[Share]) -> list[Share]:
    return [share for share in shares if share.state == ShareState.RESERVED]


def _fetch(session: Session, who_of: WhoOf, *, world: World, claim_id: int, donor: int, now: datetime) -> None:
    """At the donor's: now and then something is not taken; the rest is handed over against the code."""
    claim = session.get_one(Claim, claim_id)
    lot = session.get_one(Lot, claim.lot_id)
    random, conduct = world.chance("door", lot.code, claim.site_id), world.conduct
    fate = random.random()
    if fate < conduct.refused + conduct.partly:
        assert claim.made_by is not None
        charity = who_of(session, claim.made_by)
        for share in _waiting(shares_of_claim(session, claim_id)):
            whole = fate < conduct.refused
            part = share.due_grams if whole else max(1, int(share.due_grams * random.uniform(0.1, 0.5)))
            refuse_share(session, share, grams=part, reason=random.choice(REASONS), at="pickup", who=charity, now=now)
        if fate < conduct.refused:
            return
    degrees = reading(random, coldest(lines_of(session, lot.key)))
    hand_over(session, who=who_of(session, donor), claim_id=claim_id, code=claim.code, temperature_c=degrees, now=now)


def _weigh(session: Session, who_of: WhoOf, *, world: World, claim_id: int, code: str, now: datetime) -> None:
    claim = session.get_one(Claim, claim_id)
    brought = [share for share in shares_of_claim(session, claim_id) if share.state == ShareState.COLLECTED]
    if not brought:
        return
    assert claim.made_by is not None
    factor = world.chance("scales", code, claim.site_id).uniform(0.97, 1.02)
    weights = {share.key: max(1, int((share.collected_grams or 1) * factor)) for share in brought}
    receive(session, who=who_of(session, claim.made_by), claim_id=claim_id, weights=weights, now=now)


def _change(session: Session, who_of: WhoOf, *, claim_id: int, person: int, now: datetime) -> None:
    change_way(session, who=who_of(session, person), claim_id=claim_id, way=Way.COLLECT, now=now)


def _release(session: Session, who_of: WhoOf, *, claim_id: int, person: int, now: datetime) -> None:
    release(session, who=who_of(session, person), claim_id=claim_id, reason="no-round", now=now)
