"""Problem in, plan out, in this process: a first plan at once, then improved until told to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from routing.engine.assemble import plan_of
from routing.engine.board import Board
from routing.engine.construct import fill, fill_exactly, first_plan, total
from routing.engine.instance import Instance
from routing.engine.reasons import Explainer
from routing.engine.route import Route
from routing.engine.ruin import Search
from routing.engine.warm import routes_of
from routing.errors import EngineError
from routing.plan import Plan
from routing.problem import Problem

ENGINES = ("ortools", "search", "ortools-plain")
# Beyond this, RoutingModel spends its whole time on the first neighbourhoods; the search alone does better.
MODEL_LIMIT = 250


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the engine is: phase, cents of the best plan so far (lower is better), seconds since it began."""

    phase: str
    value: float
    seconds: float
    iterations: int = 0


Report = Callable[[Progress], None]


def solve(
    problem: Problem,
    seconds: float = 10.0,
    seed: int = 0,
    *,
    iterations: int | None = None,
    engine: str = "ortools",
    warm: Plan | None = None,
    on_progress: Report | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Plan:
    """The best plan found within `seconds`, or after `iterations` (then the same for the same seed, always).

    `engine`: "ortools" (RoutingModel from our first plan, then ruin and recreate), "search" (ruin and recreate
    alone), "ortools-plain" (RoutingModel with default parameters, for comparison). RoutingModel holds the
    interpreter while it runs: in a server use `solve_in_child`.
    """
    if engine not in ENGINES:
        raise EngineError(f"unknown engine {engine!r}; there are {', '.join(ENGINES)}")
    return _Run(problem, seconds, seed, iterations, engine, on_progress, cancelled).plan(warm)


class _Run:
    def __init__(
        self,
        problem: Problem,
        seconds: float,
        seed: int,
        iterations: int | None,
        engine: str,
        on_progress: Report | None,
        cancelled: Callable[[], bool],
    ) -> None:
        self.began = time.monotonic()
        self.seconds = seconds
        self.seed = seed
        self.iterations = iterations
        self.engine = engine
        self.on_progress = on_progress
        self.cancelled = cancelled
        self.inst = Instance(problem)
        # What reading the plan back and explaining it will take, kept aside so that the limit is kept.
        self.reserve = min(0.1 * seconds, 0.2 + 0.003 * len(problem.shipments))

    def _gone(self) -> float:
        return time.monotonic() - self.began

    def _over(self) -> bool:
        return self.cancelled() or (self.iterations is None and self._gone() >= self.seconds - self.reserve)

    def _tell(self, phase: str, value: float, iterations: int = 0) -> None:
        if self.on_progress is not None:
            self.on_progress(Progress(phase, value, self._gone(), iterations))

    def plan(self, warm: Plan | None) -> Plan:
        inst = self.inst
        done = 0
        if self.engine == "ortools-plain":
            from routing.engine.routing_model import improve

            routes, left = improve(inst, None, self.seconds - self.reserve, self.iterations, plain=True)
        else:
            routes, left = self._start(warm)
            self._tell("first plan", total(inst, routes, left))
            if self.engine == "ortools" and 0 < len(inst.pickup) <= MODEL_LIMIT and inst.crews:
                routes, left = self._model(routes, left)
            routes, left, done = self._search(routes, left)
        explainer = Explainer(inst, routes)
        out = [explainer.explain(ship, tried=not self.cancelled()) for ship in sorted(left)]
        return plan_of(inst, routes, out, self.engine, done)

    def _start(self, warm: Plan | None) -> tuple[list[Route], list[int]]:
        inst = self.inst
        fresh = first_plan(inst, self._over)
        if warm is None:
            return fresh
        routes, missing, _ = routes_of(inst, warm)
        board = Board(inst, routes)
        left = fill(board, missing, self._over)
        kept = (list(board.routes), left)
        return kept if total(inst, *kept) <= total(inst, *fresh) else fresh

    def _model(self, routes: list[Route], left: list[int]) -> tuple[list[Route], list[int]]:
        """A share of the time for RoutingModel; its answer is taken only when it is better by our own sums."""
        from routing.engine.routing_model import improve

        share = 0.25 * (self.seconds - self._gone())
        if self.cancelled() or (self.iterations is None and share < 0.5):
            return routes, left
        found = improve(self.inst, routes, share, None if self.iterations is None else 20)
        if total(self.inst, *found) < total(self.inst, routes, left):
            routes, left = found
        self._tell("routing model", total(self.inst, routes, left))
        return routes, left

    def _search(self, routes: list[Route], left: list[int]) -> tuple[list[Route], list[int], int]:
        search = Search(self.inst, (routes, left), self.seed)
        before = self._gone()
        budget = max(1e-9, self.seconds - self.reserve - before)

        def share(iterations: int) -> float:
            if self.cancelled():
                return 1.0
            if self.iterations is not None:
                return iterations / max(1, self.iterations) if self.iterations else 1.0
            return (self._gone() - before) / budget

        search.run(share, lambda n, value: self._tell("ruin and recreate", value, n))
        board = Board(self.inst, search.best[0])
        rest = fill_exactly(board, list(search.best[1]), self.cancelled)
        self._tell("done", total(self.inst, board.routes, rest), search.iterations)
        return list(board.routes), rest, search.iterations
