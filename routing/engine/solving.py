"""Problem in, plan out, in this process: a first plan at once, then improved until told to stop."""

from __future__ import annotations

import importlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from routing.engine.assemble import plan_of
from routing.engine.board import Board
from routing.engine.cheapest import Found
from routing.engine.construct import fill, first_plan, total, worth_of
from routing.engine.growing import GrowingInstance
from routing.engine.reasons import Reasons
from routing.engine.route import Route
from routing.engine.warm import routes_from, routes_of
from routing.errors import EngineError
from routing.plan import Plan, Unserved
from routing.problem import Problem

ENGINES = ("search", "ortools", "ortools-plain")
LOOKING_S = 1.0  # seconds beyond the limit for a last look at what is left out
# How much later than asked an answer may come where the time is too short for a first plan: seconds, and per shipment.
GRACE_S, GRACE_EACH_S = 5.0, 0.02
FILLING = 0.5  # share of that after which a first plan is cut short
# What an engine says it is doing.
PHASES = ("first plan", "fewer vehicles", "ruin and recreate", "recombined", "routing model", "done")


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
    engine: str = "search",
    threads: int = 1,
    warm: Plan | None = None,
    on_progress: Report | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Plan:
    """The best plan found within `seconds`, or after `iterations` (then, by "search", always the same for a seed).

    `engine`: "search" (ours, compiled, on `threads` threads; `iterations` are steps of each thread), "ortools"
    (RoutingModel with guided local search from a plan made by insertion), "ortools-plain" (RoutingModel with default
    parameters, for comparison). RoutingModel holds the interpreter while it runs: in a server use `solve_in_child`.
    Where the compiler cannot be loaded, "search" is answered by "ortools", and the plan says so.
    """
    if not math.isfinite(seconds):
        raise EngineError(f"seconds must be a number, not {seconds}")
    if engine not in ENGINES:
        raise EngineError(f"unknown engine {engine!r}; there are {', '.join(ENGINES)}")
    if engine == "search" and not _can_compile():
        engine = "ortools"
    return _Run(problem, seconds, seed, iterations, engine, threads, on_progress, cancelled).plan(warm)


def grace_s(problem: Problem) -> float:
    """Seconds after the time asked for until when an answer is waited for."""
    return GRACE_S + GRACE_EACH_S * len(problem.shipments)


def _can_compile() -> bool:
    try:
        importlib.import_module("numba")
    except (ImportError, OSError):  # not installed, or it finds no compiler or no numpy it knows
        return False
    return True


def _cut(inst: GrowingInstance, tasks: tuple[int, ...], most: int) -> list[int]:
    """A route without its last shipments, as far as there are more than `most` tasks."""
    order = list(tasks)
    while len(order) > most:
        last = inst.ship[order[-1]]
        order = [task for task in order if inst.ship[task] != last]
    return order


def make_ready() -> float:
    """Compile the search, or load what is compiled; the seconds that took (none where there is no compiler)."""
    if not _can_compile():
        return 0.0
    from routing.engine.search.ready import make_ready as compile_all  # loads the compiler

    return compile_all()


class _Run:
    def __init__(
        self,
        problem: Problem,
        seconds: float,
        seed: int,
        iterations: int | None,
        engine: str,
        threads: int,
        on_progress: Report | None,
        cancelled: Callable[[], bool],
    ) -> None:
        self.began = time.monotonic()
        self.seconds = seconds
        self.seed = seed
        self.iterations = iterations
        self.engine = engine
        self.threads = threads
        self.on_progress = on_progress
        self.cancelled = cancelled
        self.inst = GrowingInstance(problem)
        # What reading the plan back and explaining it will take, kept aside so that the limit is kept.
        self.reserve = min(0.1 * seconds, 0.04 + 0.0003 * len(problem.shipments))

    def _gone(self) -> float:
        return time.monotonic() - self.began

    def _over(self) -> bool:
        return self.cancelled() or (self.iterations is None and self._gone() >= self.seconds - self.reserve)

    def _left_s(self) -> float:
        return max(0.0, self.seconds - self.reserve - self._gone())

    def _tell(self, phase: str, value: float, iterations: int = 0) -> None:
        if self.on_progress is not None:
            self.on_progress(Progress(phase, value, self._gone(), iterations))

    def plan(self, warm: Plan | None) -> Plan:
        inst = self.inst
        steps = 0
        if self.engine == "search":
            routes, left, steps = self._search(warm)
        elif self.engine == "ortools":
            routes, left = self._model(*self._start(warm))
        else:
            from routing.engine.routing_model import improve

            routes, left = improve(inst, None, self._left_s(), self.iterations, plain=True)
        board = Board(inst, routes)
        out = self._last_look(board, sorted(left))
        self._tell("done", total(inst, board.routes, [inst.number[one.shipment] for one in out]), steps)
        return plan_of(inst, board.routes, out, self.engine, steps)

    def _last_look(self, board: Board, left: list[int]) -> list[Unserved]:
        """Place what still fits and is worth it, and say of the rest why it does not or is not.

        The time limit is kept here too, give or take `LOOKING_S`: what is not looked at by then is told as not tried.
        """
        until = LOOKING_S + max(self._gone(), self.seconds)

        def over() -> bool:
            return self.cancelled() or (self.iterations is None and self._gone() > until)

        rest: list[tuple[int, Found | None, int]] = []
        placed = 0
        for ship in left:
            found = None if over() else board.cheapest(ship)
            if found is None or found.added >= worth_of(self.inst, ship) or self.engine == "ortools-plain":
                rest.append((ship, found, placed))
            else:
                board.put(found.row, found.tasks)
                placed += 1
        reasons = Reasons(self.inst)
        out = []
        for ship, found, before in rest:
            tried = not over()
            # What was placed since may have taken its place, or brought a vehicle nearer.
            place = board.cheapest(ship) if tried and before < placed else found
            if place is not None and place.added < worth_of(self.inst, ship) and self.engine != "ortools-plain":
                board.put(place.row, place.tasks)
                placed += 1
            else:
                out.append(reasons.explain(ship, place, tried))
        return out

    def _start(self, warm: Plan | None) -> tuple[list[Route], list[int]]:
        """A first plan by insertion, or the given one filled up when that is better."""
        inst = self.inst
        routes, left = first_plan(inst, self._over)
        if warm is not None:
            kept, missing, _ = routes_of(inst, warm)
            board = Board(inst, kept)
            rest = fill(board, missing, self._over)
            if total(inst, board.routes, rest) <= total(inst, routes, left):
                routes, left = list(board.routes), rest
        self._tell("first plan", total(inst, routes, left))
        return routes, left

    def _model(self, routes: list[Route], left: list[int]) -> tuple[list[Route], list[int]]:
        """The time that is left for RoutingModel; its answer is taken only when it is better by our own sums."""
        from routing.engine.routing_model import improve

        if self._over() or not self.inst.pickup or not self.inst.crews:
            return routes, left
        found = improve(self.inst, routes, self._left_s(), self.iterations)
        if total(self.inst, *found) < total(self.inst, routes, left):
            routes, left = found
        self._tell("routing model", total(self.inst, routes, left))
        return routes, left

    def _search(self, warm: Plan | None) -> tuple[list[Route], list[int], int]:
        from routing.engine.search.clock import Limits
        from routing.engine.search.drive import Drive  # loads compiled code, which only this engine needs
        from routing.engine.search.lane import LONGEST_ROW

        known = None
        if warm is not None:
            known = [_cut(self.inst, route.tasks, LONGEST_ROW) for route in routes_of(self.inst, warm)[0]]
        self.began += make_ready()  # what compiling takes, the first time, is no part of the time asked for
        filling_s = self.seconds + FILLING * grace_s(self.inst.problem) - self._gone()
        limits = Limits(self._left_s(), self.iterations, self.threads, self.cancelled, filling_s)
        drive = Drive(self.inst, self.seed, limits, self._tell)
        tasks, _ = drive.run(known)
        routes = routes_from(self.inst, tasks)
        carried = {self.inst.ship[task] for route in routes for task in route.tasks}
        left = [k for k in range(len(self.inst.pickup)) if k not in carried and k not in self.inst.settled]
        return routes, left, drive.steps
