"""One row of a comparison: a rule, a seed, so many days, played from the first posting to the last handover."""

from datetime import date, datetime, time, timedelta
from functools import partial

from service.allocation.ladder import climb
from service.kit.clock import from_local, local
from service.lots.actions import expire_due
from service.rounds.actions.driving import finish_forgotten
from service.rounds.actions.transferring import write_off_warm
from workers.simulation.fleet_seed import open_shifts
from workers.simulation.trial.deciding import Deciding
from workers.simulation.trial.driving import Driving
from workers.simulation.trial.fetching import Fetching
from workers.simulation.trial.giving import Giving
from workers.simulation.trial.looking import Looking
from workers.simulation.trial.planning import Planning
from workers.simulation.trial.policies import Rule
from workers.simulation.trial.world import World

# The small jobs: from, until, every so many minutes; and every how many of their turns rounds are planned anew. What is
# granted in between enters a round at once, as in production, where a search follows within seconds.
TURNS = ((time(6), time(16), 24), (time(16), time(20, 36), 12), (time(20, 36), time(21, 36), 24))
PLANS_EVERY = 2
# After the last day nothing more is posted, but what is under way arrives and what is left expires.
SETTLES = timedelta(days=2)


class Trial:
    """Everybody who acts in a world."""

    def __init__(self, world: World, rule: Rule, days: int, steps: int) -> None:
        self.world, self.rule, self.days = world, rule, days
        self.fetching = Fetching(world)
        self.looking = Looking(world, rule, self._granted)
        self.deciding = Deciding(world, self._granted, self.looking.refused)
        self.giving = Giving(world, self.looking.told, self.deciding.look)
        self.planning = Planning(world, steps)
        self.driving = Driving(world)
        self.turns = 0

    def run(self) -> None:
        """Every day, then what is left of them."""
        world = self.world
        if self.rule.rounds:
            # Nobody can let the product answer who must fetch everything by themselves.
            self.deciding.let_answer(world.agenda.now)
        for number in range(self.days + SETTLES.days):
            day = world.first_day + timedelta(days=number)
            world.agenda.at(from_local(day, time(0), world.zone), partial(self._begin, day, number < self.days))
        last = world.first_day + timedelta(days=self.days) + SETTLES
        world.agenda.run(from_local(last, time(0), world.zone) - timedelta(minutes=1))

    def _begin(self, day: date, gives: bool, now: datetime) -> None:
        world = self.world
        with world.database.transaction() as session:
            for ahead in (0, 1):
                open_shifts(
                    session, world.region, day + timedelta(days=ahead), world.zone, seed=world.stage.seed, now=now,
                    played=sorted(world.stage.cast.drivers) if self.rule.rounds else [],
                )  # fmt: skip
        if gives:
            self.giving.begin(day)
        self.looking.begin(day, now)
        for first, last, minutes in TURNS:
            moment, end = from_local(day, first, world.zone), from_local(day, last, world.zone)
            while moment < end:
                world.agenda.at(moment, self._turn)
                moment += timedelta(minutes=minutes)

    def _granted(self, now: datetime) -> None:
        """Somebody was granted something: who fetches it sets out, what is to be brought enters a round."""
        self.fetching.plan(now)
        if self.rule.rounds:
            self.driving.look_at(self.planning.insert(now), now)

    def _drive(self, now: datetime) -> None:
        self.driving.look(now, local(now, self.world.zone).date() - timedelta(days=1))

    def _turn(self, now: datetime) -> None:
        world = self.world
        with world.database.transaction() as session:
            expire_due(session, now)
            finish_forgotten(session, now)
            write_off_warm(session, now)
            if climb(session, world.region, now=now):
                world.news = True
        if world.news:
            self.giving.tell(now)
        self.deciding.decide(now)
        if not self.rule.rounds:
            return
        self.turns += 1
        if self.turns % PLANS_EVERY == 1 and self.planning.turn(now):
            self._drive(now)
        self.fetching.forsaken(now)
