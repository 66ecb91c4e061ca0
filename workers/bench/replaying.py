"""Decisions by the hundred, made and kept by the actions of production, then decided again in another process.

An invented region lives day after day: lots are posted, charities answer all, a part or no, change or withdraw while it
is decided, fetch what they got, so that each decision is made from another history. Half of the way through the
territory changes its policy. Nothing is compared here: that is `replay`, as the command runs it.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random

from sqlmodel import col, select

from routing.allocation import Offering, Policy
from routing.decision import Decision
from service.allocation.actions.claiming import claim, release
from service.allocation.actions.collecting import hand_over, receive
from service.allocation.deciding import solving
from service.allocation.deciding.replaying import Replayed, replay
from service.allocation.deciding.work import decide_region
from service.allocation.models import Answer, Claim, ClaimState, StoredDecision, Way
from service.allocation.windows import window_of
from service.database.engine import Database
from service.kit.clock import from_local
from service.kit.refusals import Refusal
from service.lots.actions import expire_due, post
from service.lots.forms import LotIn, WindowIn
from service.lots.models import Lot
from service.lots.queries import lines_of
from workers.bench.day import DAY, Day, prepare
from workers.cli.console import Tell
from workers.simulation.acting import coldest, reading
from workers.simulation.cast import Receiver
from workers.simulation.fleet_seed import open_shifts
from workers.simulation.offering import line_of, weight_of_posting
from workers.simulation.scales import SMALL
from workers.simulation.trial.policies import RULES, in_force

OPENS, TURNS_A_DAY, STEP = time(8), 40, timedelta(minutes=15)
# Every so many turns is a busy one, whose decision is large enough for a process of its own.
BUSY = 50
FAR_M = 60_000


@dataclass
class Made:
    """What was made: how many decisions are kept, from how many lots and answers, of which kinds and causes."""

    url: str
    region: str
    lots: int = 0
    answers: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)

    @property
    def decisions(self) -> int:
        return sum(self.kinds.values())


def make(folder: Path, decisions: int, *, seed: int, tell: Tell) -> Made:
    """Make and keep so many decisions (or a few more: some turns are decided more than once) in a new database."""
    day = prepare(SMALL, folder / "region", seed=seed, seconds=1.0)
    try:
        life = _Life(day, seed)
        for name, until in (("sealed", decisions // 2), ("two-choices", decisions)):
            with ExitStack() as held:
                held.enter_context(in_force(RULES[name], day.config.slug, folder / name))
                while life.kept() < until:
                    life.turn()
                    tell("Décisions prises", min(life.kept(), decisions), decisions)
        return life.made()
    finally:
        day.database.close()


def replay_elsewhere(made: Made) -> Replayed:
    """Decide all of them again in a fresh process, which has nothing but the database."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        return other.submit(_replay, made.url, made.region).result()


def _replay(url: str, region: str) -> Replayed:
    database = Database(url)
    try:
        return replay(database, region)
    finally:
        database.close()


class _Life:
    """A region from turn to turn: each posts lots, gathers answers, decides, and lets what was granted be fetched."""

    def __init__(self, day: Day, seed: int) -> None:
        self.day, self.seed, self.turns = day, seed, 0
        self.answers = 0

    def kept(self) -> int:
        return self.made().decisions

    def made(self) -> Made:
        with self.day.database.read() as session:
            rows = session.exec(select(StoredDecision.kind, StoredDecision.cause, StoredDecision.lots)).all()
        return Made(
            url=self.day.settings.database,
            region=self.day.config.slug,
            lots=sum(lots for _, _, lots in rows),
            answers=self.answers,
            kinds=Counter(kind for kind, _, _ in rows),
            causes=Counter(str(cause) for _, cause, _ in rows),
        )

    def turn(self) -> None:
        """One quarter of an hour: from the posting to the decision."""
        random = Random(f"{self.seed}/{self.turns}")
        days, at = divmod(self.turns, TURNS_A_DAY)
        date, zone = DAY + timedelta(days=days), self.day.config.time_zone
        now = from_local(date, OPENS, zone) + at * STEP
        if at == 0:
            self._morning(now)
        busy = self.turns % BUSY == BUSY - 1
        posted = [self._post(random, now) for _ in range(10 if busy else random.randint(1, 3))]
        lots = [lot for lot in posted if lot is not None]
        for lot in lots:
            self._answer(
                random, lot, now + timedelta(minutes=1), random.randint(7, 9) if busy else random.randint(1, 5)
            )
        closing = self._closing(lots)
        if closing is not None:
            decide_region(
                self.day.database, self.day.config.slug, closing, solve=self._meanwhile(random, lots, closing)
            )
            self._fetch(random, closing)
        self.turns += 1

    def _morning(self, now: datetime) -> None:
        """What nobody took yesterday has run out; today's vans have their shifts."""
        day = self.day
        with day.database.transaction() as session:
            expire_due(session, now)
            open_shifts(
                session, day.config.slug, now.date(), day.config.time_zone, seed=self.seed, now=now,
                played=sorted(day.cast.drivers),
            )  # fmt: skip

    def _post(self, random: Random, now: datetime) -> Lot | None:
        """A lot of one or two lines; None where a rule refuses it, as happens to donors."""
        donor = random.choice(self.day.cast.donors)
        grams = weight_of_posting(random, donor.activity, now.date())
        lines = [line_of(random, donor.activity, grams // 2, now.date()) for _ in range(random.choice((1, 1, 2)))]
        ends = now + timedelta(minutes=random.randint(90, 480))
        form = LotIn(site_id=donor.site_id, lines=lines, windows=[WindowIn(starts_at=now, ends_at=ends)])
        try:
            with self.day.database.transaction() as session:
                return post(session, form, who=self.day.cast.who(session, donor.person_id), now=now)
        except Refusal:
            return None

    def _answer(self, random: Random, lot: Lot, now: datetime, most: int) -> None:
        """Charities that could keep it answer, in any order; who may not take it is refused and says nothing."""
        with self.day.database.read() as session:
            lines = [(line.key, line.grams) for line in lines_of(session, lot.key)]
            band = coldest(lines_of(session, lot.key))
        around = self.day.cast.around(self.day.cast.points[lot.site_id], band, within_m=FAR_M, most=3 * most)
        for _, receiver in random.sample(around, min(most, len(around))):
            said = random.choices((Answer.ALL, Answer.PART, Answer.NO), (70, 22, 8))[0]
            part = {key: max(500, grams * random.randint(2, 8) // 10) for key, grams in lines}
            self._say(receiver, lot, said, part if said is Answer.PART else None, random, now)

    def _say(
        self, receiver: Receiver, lot: Lot, said: Answer, part: dict[int, int] | None, random: Random, now: datetime
    ) -> None:
        way = Way.COLLECT if receiver.collects and random.random() < 0.7 else Way.BRING
        try:
            with self.day.database.transaction() as session:
                who = self.day.cast.who(session, receiver.person_id)
                answer = Answer.NO if said is Answer.NO else None
                claim(
                    session, who=who, lot_id=lot.key, site_id=receiver.site_id, wanted=part, way=way, answer=answer,
                    now=now,
                )  # fmt: skip
        except Refusal:
            return
        self.answers += 1

    def _closing(self, lots: list[Lot]) -> datetime | None:
        """When all of these lots have closed, as the worker would look; None where none of them waits."""
        with self.day.database.read() as session:
            ends = [end for lot in lots if (end := window_of(session, lot).closes_at) is not None]
        return max(ends) + timedelta(seconds=1) if ends else None

    def _meanwhile(
        self, random: Random, lots: list[Lot], now: datetime
    ) -> Callable[[Offering, Policy, Callable[[], bool]], Decision]:
        """The solver of production; now and then somebody who had won withdraws before it is carried out."""
        withdraws = [random.random() < 0.08]

        def solve(offering: Offering, policy: Policy, cancelled: Callable[[], bool]) -> Decision:
            decision = solving.solve(offering, policy, cancelled)
            if withdraws.pop() if withdraws else False:
                self._withdraw(lots, now)
            return decision

        return solve

    def _withdraw(self, lots: list[Lot], now: datetime) -> None:
        with self.day.database.transaction() as session:
            asked = session.exec(
                select(Claim)
                .where(col(Claim.lot_id).in_([lot.key for lot in lots]), Claim.state == ClaimState.PENDING)
                .where(Claim.answer != Answer.NO)
                .order_by(col(Claim.id))
            ).first()
            if asked is not None:
                person = self._person(asked.site_id)
                release(session, who=self.day.cast.who(session, person), claim_id=asked.key, now=now)

    def _fetch(self, random: Random, now: datetime) -> None:
        """Most of who fetches comes at once and weighs; what is to be brought is given back, as no van drives here."""
        with self.day.database.read() as session:
            granted = session.exec(
                select(Claim, Lot)
                .join(Lot, col(Lot.id) == col(Claim.lot_id))
                .where(Claim.state == ClaimState.GRANTED, Claim.decided_at == now)
                .order_by(col(Claim.id))
            ).all()
        for made, lot in granted:
            donor = self.day.cast.donor_at(lot.site_id)
            assert donor is not None
            with self.day.database.transaction() as session:
                charity = self.day.cast.who(session, self._person(made.site_id))
                if made.way is Way.COLLECT and random.random() < 0.9:
                    giver = self.day.cast.who(session, donor)
                    degrees = reading(random, coldest(lines_of(session, lot.key)))
                    hand_over(session, who=giver, claim_id=made.key, code=made.code, temperature_c=degrees, now=now)
                    receive(session, who=charity, claim_id=made.key, now=now)
                elif random.random() < 0.7:
                    release(session, who=charity, claim_id=made.key, now=now)

    def _person(self, site_id: int) -> int:
        return next(one.person_id for one in self.day.cast.receivers if one.site_id == site_id)
