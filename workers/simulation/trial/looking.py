"""Charities learn of a lot, look at it sooner or later, and say whether they want it."""

from datetime import date, datetime, timedelta
from functools import partial

from sqlmodel import Session

from service.allocation.actions.claiming import claim
from service.allocation.models import Claim, ClaimState
from service.kit.clock import local
from service.lots.queries import lines_of, lots_by_id, open_lots
from workers.simulation.acting import WhoOf
from workers.simulation.cast import Receiver
from workers.simulation.trial.agenda import Act, moment_after, moment_before
from workers.simulation.trial.policies import Rule
from workers.simulation.trial.wishing import Seen, Wish, Wishing, seen_of
from workers.simulation.trial.world import World

# Of what it finds in the list, a place goes for so many at once.
MOST_AT_ONCE = 3
# Why an answer was not kept although food may be left: whoever reads it may fetch some.
MAY_FETCH = frozenset({"not_brought", "no-longer-fits"})


class Looking:
    """Who looks at what, when, and what they say of it."""

    def __init__(self, world: World, rule: Rule, granted: Act) -> None:
        self.world, self.rule, self.granted = world, rule, granted
        self.wishing = Wishing(world, rule)
        # What was asked by each claim, as it is counted in what a place takes on a day.
        self.asked: dict[int, tuple[tuple[int, date, str], int]] = {}

    def begin(self, day: date, start: datetime) -> None:
        """Everybody active opens the list now and then while their place is open."""
        world = self.world
        for receiver in world.stage.cast.receivers:
            if not world.is_active(receiver.site_id, day):
                continue
            random = world.chance("browse", receiver.site_id, day.isoformat())
            midnight = start + timedelta(days=1)
            spans = [span for span in self.wishing.open_on(receiver, day, start) if span[0] < midnight]
            if not spans:
                continue
            for _ in range(world.conduct.browses):
                opens, shuts = random.choice(spans)
                moment = opens + (min(shuts, midnight) - opens) * random.random()
                world.agenda.at(moment_before(moment), partial(self._browse, receiver))

    def told(self, person_id: int, lot_id: int, code: str, now: datetime) -> None:
        """Somebody has a message: they look after a while, if they look at all today."""
        receiver = self.world.by_person.get(person_id)
        if receiver is not None and self._may_want(receiver, code):
            self._look_later(receiver, lot_id, code, now)

    def refused(self, claim: Claim, now: datetime) -> None:
        """Somebody hears that they do not get a lot: it is not theirs to eat, and some of it they may still fetch."""
        receiver = self.world.receivers.get(claim.site_id)
        if receiver is None:
            return
        with self.world.database.read() as session:
            lot = lots_by_id(session, [claim.lot_id])[claim.lot_id]
            lines = lines_of(session, lot.key)
        if claim.key in self.asked:
            kept, grams = self.asked.pop(claim.key)
            self.world.taken[kept] -= grams
        if claim.reason in MAY_FETCH and any(line.free_grams for line in lines):
            self._look_later(receiver, lot.key, lot.code, now)

    def _look_later(self, receiver: Receiver, lot_id: int, code: str, now: datetime) -> None:
        world, conduct = self.world, self.world.conduct
        if not world.is_active(receiver.site_id, local(now, world.zone).date()):
            return
        usual = conduct.look_minutes * world.chance("pace", receiver.site_id).lognormvariate(0, conduct.look_spread)
        random = world.chance(code, receiver.site_id, "look")
        at = moment_before(now + timedelta(minutes=1 + usual * random.lognormvariate(0, conduct.look_jitter)))
        world.agenda.at(at if at > now else moment_after(now), partial(self._look, receiver, lot_id))

    def _may_want(self, receiver: Receiver, code: str) -> bool:
        """Whether this place, by its own luck, could say yes at all: most looks that lead nowhere need no reading."""
        conduct = self.world.conduct
        if self.world.chance(code, receiver.site_id, "wants").random() >= max(conduct.wants, conduct.wants_bread):
            return False
        if self.rule.rounds:
            return True
        fetches = self.world.chance(code, receiver.site_id, "fetch").random() < conduct.free_to_fetch
        return receiver.collects and fetches

    def _look(self, receiver: Receiver, lot_id: int, now: datetime) -> None:
        with self.world.database.read() as session:
            lot = lots_by_id(session, [lot_id])[lot_id]
            if not lot.is_open or lot.deadline <= now:
                return
            seen = seen_of(session, [lot])
            wish = self.wishing.wish(session, receiver, seen[0], now) if seen else None
        if wish is not None:
            self._say(receiver, seen[0], wish, now)

    def _browse(self, receiver: Receiver, now: datetime) -> None:
        """Look at the whole list: the most urgent and nearest that is wanted first."""
        world, wishing = self.world, self.wishing
        with world.database.read() as session:
            here = [
                lot for lot in open_lots(session, world.region, now)
                if (metres := wishing.metres(receiver, lot)) is not None and metres <= world.conduct.big_reach_metres
            ]  # fmt: skip
            seen = seen_of(session, here)
            seen.sort(
                key=lambda one: (
                    one.lot.deadline.timestamp() // 3600,
                    wishing.metres(receiver, one.lot) or 0,
                    one.lot.code,
                )
            )
        said = 0
        for one in seen:
            with world.database.read() as session:
                wish = wishing.wish(session, receiver, one, now)
            if wish is not None:
                said += self._say(receiver, one, wish, now)
            if said == MOST_AT_ONCE:
                return

    def _say(self, receiver: Receiver, seen: Seen, wish: Wish, now: datetime) -> bool:
        """Say yes; whether that was granted or taken note of."""
        made: list[Claim] = []
        if not self.world.play("claim", partial(_claim, wish=wish, person=receiver.person_id, now=now, made=made)):
            return False
        kept = (receiver.site_id, local(now, self.world.zone).date(), "bread" if seen.is_bread else "other")
        grams = sum(wish.wanted.values())
        self.world.taken[kept] += grams
        self.asked[made[0].key] = (kept, grams)
        if made[0].state is ClaimState.GRANTED:
            self.granted(now)
        return True


def _claim(session: Session, who_of: WhoOf, *, wish: Wish, person: int, now: datetime, made: list[Claim]) -> None:
    made.append(
        claim(
            session, who=who_of(session, person), lot_id=wish.lot_id, site_id=wish.site_id, wanted=wish.wanted,
            way=wish.way, coming_at=wish.coming_at, now=now,
        )
    )  # fmt: skip
