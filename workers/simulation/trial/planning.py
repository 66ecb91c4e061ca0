"""Rounds are planned as in production, but the search ends after so many steps, so that a seed gives one result."""

from datetime import UTC, datetime
from time import process_time

import routing
from config.settings import Settings
from service.rounds.models import Plan
from service.rounds.planning.difference import rounds_touched
from service.rounds.planning.inserting import insert_untried
from service.rounds.planning.progress import Tell
from service.rounds.planning.work import is_stale, plan_zone, zones_of
from service.rounds.queries import plans
from workers.simulation.trial.world import World

# A lease counts the machine's seconds between two plans of a zone; a trial does not wait for them.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Planning:
    """The planner's turns."""

    def __init__(self, world: World, steps: int) -> None:
        self.world, self.steps = world, steps
        self.turns = 0

    def insert(self, now: datetime) -> set[int]:
        """Put what was granted into the rounds of the day, as the job of production does every second; the rounds that
        are other than before."""
        world = self.world
        began = process_time()
        made = insert_untried(world.database, world.settings, now)
        with world.database.read() as session:
            touched = {key for plan in made for key in rounds_touched(session.get_one(Plan, plan).difference)}
        world.seconds["inserting"] += process_time() - began
        world.stage.counts["insertion"] += len(made)
        return touched

    def turn(self, now: datetime) -> bool:
        """Plan every zone where something changed; whether a plan was searched for."""
        world = self.world
        made: list[int] = []
        for zone in zones_of(world.region):
            with world.database.read() as session:
                stale = is_stale(session, world.region, zone, now)
            if not stale:
                continue
            with world.database.transaction() as session:
                lease = plans.lease_of(session, world.region, zone)
                if lease is not None:
                    lease.taken_at = LONG_AGO
                    session.add(lease)
            began = process_time()
            made += plan_zone(world.database, world.settings, world.region, zone, now, solve=self._solve)
            world.seconds["planning"] += process_time() - began
        return bool(made)

    def _solve(
        self, problem: routing.Problem, settings: Settings, warm: routing.Plan | None, tell: Tell
    ) -> routing.Plan:
        self.turns += 1
        began = process_time()
        answer = routing.solve(problem, iterations=self.steps, seed=self.world.stage.seed, warm=warm, threads=1)
        self.world.seconds["search"] += process_time() - began
        return answer
