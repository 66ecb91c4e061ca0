"""Plan the zones where something changed; a stop of the worker ends the search at once."""

import routing
from config.settings import Settings
from service.rounds.planning.progress import Tell
from service.rounds.planning.work import plan_stale_zones
from workers.queue import Work


def run(work: Work) -> int:
    def solve(problem: routing.Problem, settings: Settings, warm: routing.Plan | None, tell: Tell) -> routing.Plan:
        return routing.solve_in_child(
            problem,
            settings.planning_seconds,
            engine=settings.planning_engine,
            threads=settings.planning_threads,
            warm=warm,
            on_progress=tell,
            cancelled=work.stopping.is_set,
        )

    return len(plan_stale_zones(work.database, work.settings, work.now(), solve=solve))
