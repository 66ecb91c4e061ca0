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
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from routing.check import check
from routing.engine.solving import Progress, Report, grace_s, make_ready, solve
from routing.errors import Cancelled, EngineError
from routing.plan import Plan
from routing.problem import Problem

COMPILE_S = 600.0  # compiling the search on a slow machine, before it is thought to be stuck
LOADING_S = 3.0  # what takes longer than loading compiled code was compiling it
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
    engine: str = "search",
    threads: int = 1,
    warm: Plan | None = None,
) -> Plan:
    """As `solve`, in a child process; the plan is checked by the rules before it is returned.

    Raises Cancelled within 0.2 s once `cancelled()` is true, EngineError when the child does not answer in time, dies,
    or answers with a breach of a rule. Compiling the search, once on a machine, is not part of `seconds`.
    """
    # For starting up, a first plan, reading back and explaining, before it is killed.
    limit = (seconds if iterations is None else max(seconds, 3600.0)) + grace_s(problem)
    options = {
        "seconds": seconds,
        "seed": seed,
        "iterations": iterations,
        "engine": engine,
        "threads": threads,
        "warm": warm,
        "began": time.time(),
    }
    child = _Child(problem, options)
    try:
        best = _wait(child, limit, on_progress, cancelled or (lambda: False))
    finally:
        child.kill()
    broken = check(problem, best)
    if broken:
        raise EngineError(f"the engine's plan breaks {len(broken)} rules, the first: {broken[0]}")
    return best


class _Child:
    """One process and the pipe to it."""

    def __init__(self, problem: Problem, options: dict[str, Any]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.unsent: Exception | None = None
        self.process: BaseProcess = context.Process(target=_work, args=(theirs, os.getpid()), daemon=True)
        self.process.start()
        theirs.close()
        # A large problem fits no pipe before the child reads it: sent beside, so that the wait can be cancelled.
        self.sender = threading.Thread(target=self._send, args=(problem, options), daemon=True)
        self.sender.start()

    def _send(self, problem: Problem, options: dict[str, Any]) -> None:
        try:
            self.pipe.send((problem, options))
        except OSError:
            return  # Whoever reads the pipe hears of a child that is gone.
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            self.unsent = error

    def kill(self) -> None:
        """End the process whatever it does, and leave no zombie."""
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.sender.join()
        self.pipe.close()


def _wait(child: _Child, limit_s: float, on_progress: Report | None, cancelled: Callable[[], bool]) -> Plan:
    """The child's plan, its progress told on the way; `limit_s` counts once it is ready."""
    limit = time.monotonic() + limit_s + COMPILE_S
    while True:
        if cancelled():
            raise Cancelled("stopped on request")
        if time.monotonic() > limit:
            raise EngineError("the engine did not answer in time and was ended")
        if child.unsent is not None:
            raise EngineError(f"the problem cannot be sent to another process: {child.unsent}")
        if not child.pipe.poll(TICK_S):
            continue
        try:
            kind, content = child.pipe.recv()
        except (EOFError, OSError) as error:
            child.process.join(1)
            raise EngineError(f"the engine's process ended with code {child.process.exitcode}") from error
        if kind == "ready":
            limit = time.monotonic() + limit_s
            continue
        if kind == "plan":
            assert isinstance(content, Plan)
            return content
        if kind == "error":
            raise EngineError(content)
        if on_progress is not None:
            on_progress(content)


def _work(pipe: Connection, parent: int) -> None:
    """The child's life: take a problem, tell of progress, answer with a plan or with what went wrong."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends us
    problem, options = pipe.recv()
    compiling = make_ready() if options["engine"] == "search" else 0.0
    pipe.send(("ready", compiling))
    # Starting up, and sending and checking the answer, is part of the time asked for; compiling is not.
    began = options.pop("began") + (compiling if compiling > LOADING_S else 0.0)
    options["seconds"] -= min(0.5 * options["seconds"], time.time() - began + 0.05)
    last = [0.0]

    def tell(progress: Progress) -> None:
        if progress.phase != "ruin and recreate" or progress.seconds - last[0] >= 0.1:
            last[0] = progress.seconds
            pipe.send(("progress", progress))

    try:
        pipe.send(("plan", solve(problem, **options, on_progress=tell)))
    except Exception as error:  # noqa: BLE001 - the process ends here; the parent must hear why, whatever it is
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
