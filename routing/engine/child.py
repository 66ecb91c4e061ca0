"""The engine in processes of its own: the caller stays responsive, a stuck engine is killed, none outlives us."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from routing.check import check
from routing.engine.solving import Progress, Report, solve
from routing.errors import Cancelled, EngineError, RoutingError
from routing.objective import score
from routing.plan import Plan
from routing.problem import Problem

GRACE_S = 5.0  # beyond the time asked for, for starting up, reading back and explaining, before it is killed
PER_SHIPMENT_S = 0.02
TICK_S = 0.05
_PARENT_DEATH_SIGNAL = 1


def solve_in_child(
    problem: Problem,
    seconds: float = 10.0,
    seed: int = 0,
    on_progress: Report | None = None,
    cancelled: Callable[[], bool] | None = None,
    *,
    iterations: int | None = None,
    engine: str = "ortools",
    threads: int = 1,
    warm: Plan | None = None,
) -> Plan:
    """As `solve`, in `threads` child processes that search on their own; the best plan is checked and returned.

    The first child runs `engine`, the others search from other seeds. Raises Cancelled within 0.2 s once
    `cancelled()` is true, EngineError when no child answers in time, dies, or answers with a breach of a rule.
    """
    began = time.time()
    limit = time.monotonic() + (seconds if iterations is None else max(seconds, 3600.0))
    limit += GRACE_S + PER_SHIPMENT_S * len(problem.shipments)
    children = []
    try:
        for number in range(max(1, threads)):
            kind = engine if number == 0 or engine == "ortools-plain" else "search"
            options = {
                "seconds": seconds,
                "seed": seed + number,
                "iterations": iterations,
                "engine": kind,
                "warm": warm,
                "began": began,
            }
            children.append(_Child(problem, options))
            if engine == "ortools-plain":
                break
        plans = _wait(children, limit, on_progress, cancelled or (lambda: False))
    finally:
        for child in children:
            child.kill()
    best = min(plans, key=lambda plan: score(problem, plan).total)
    broken = check(problem, best)
    if broken:
        raise EngineError(f"the engine's plan breaks {len(broken)} rules, the first: {broken[0]}")
    return best


class _Child:
    """One process and the pipe to it."""

    def __init__(self, problem: Problem, options: dict[str, Any]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_work, args=(theirs, os.getpid()), daemon=True)
        self.process.start()
        theirs.close()
        try:
            self.pipe.send((problem, options))
        except OSError as error:
            self.kill()
            raise EngineError(f"the engine's process did not start: {error}") from error

    def kill(self) -> None:
        """End the process whatever it does, and leave no zombie."""
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.pipe.close()


def _wait(
    children: list[_Child], limit: float, on_progress: Report | None, cancelled: Callable[[], bool]
) -> list[Plan]:
    plans: list[Plan] = []
    failures: list[str] = []
    waiting = {child.pipe: child for child in children}
    best = float("inf")
    while waiting:
        if cancelled():
            raise Cancelled("stopped on request")
        if time.monotonic() > limit:
            if plans:
                return plans
            raise EngineError("the engine did not answer in time and was ended")
        for pipe in wait(list(waiting), TICK_S):
            assert isinstance(pipe, Connection)
            try:
                kind, content = pipe.recv()
            except (EOFError, OSError):
                child = waiting.pop(pipe)
                child.process.join(1)
                failures.append(f"the engine's process ended with code {child.process.exitcode}")
                continue
            if kind == "progress":
                if on_progress is not None and content.value < best:
                    best = content.value
                    on_progress(content)
            elif kind == "plan":
                plans.append(content)
                waiting.pop(pipe)
            else:
                failures.append(content)
                waiting.pop(pipe)
    if not plans:
        raise EngineError("; ".join(failures))
    return plans


def _work(pipe: Connection, parent: int) -> None:
    """The child's life: take a problem, tell of progress, answer with a plan or with what went wrong."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends us
    problem, options = pipe.recv()
    # Starting up, and sending and checking the answer, is part of the time asked for.
    options["seconds"] -= min(0.5 * options["seconds"], time.time() - options.pop("began") + 0.05)
    last = [0.0]

    def tell(progress: Progress) -> None:
        if progress.phase != "ruin and recreate" or progress.seconds - last[0] >= 0.1:
            last[0] = progress.seconds
            pipe.send(("progress", progress))

    try:
        pipe.send(("plan", solve(problem, **options, on_progress=tell)))
    except (RoutingError, ArithmeticError, LookupError, TypeError, ValueError, MemoryError) as error:
        # The process ends here; the parent must hear why rather than see a closed pipe.
        pipe.send(("error", f"{type(error).__name__}: {error}"))
    pipe.close()


def _die_with(parent: int) -> None:
    """End this process when its parent does: by the kernel on Linux, by looking now and then elsewhere."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()
