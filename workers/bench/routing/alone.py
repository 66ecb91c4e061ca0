"""A peer in a process of its own, on the same clock as ours: starting up is part of the time, and a stuck one is ended.

Everything that can go wrong with a peer becomes `PeerFailed` with words, for a row of the table.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
import time
from multiprocessing.connection import Connection

import routing

# Beyond the time asked for, before a peer is ended: some heed their limit only between steps of their own.
PATIENCE = 1.0
PATIENCE_S = 10.0


class PeerFailed(RuntimeError):
    """A peer gave no routes; says why."""


def peer_routes(module: str, problem: routing.Problem, seconds: float, seed: int, threads: int) -> list[list[str]]:
    """What `module.routes` answers, asked in a fresh process. Raises PeerFailed."""
    until = time.time() + seconds
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    # Not a daemon: a peer without threads of its own starts processes.
    process = context.Process(target=_work, args=(theirs,))
    process.start()
    theirs.close()
    try:
        with contextlib.suppress(BrokenPipeError):
            ours.send((module, problem, until, seed, threads))
        if not ours.poll(max(0.0, until - time.time()) + PATIENCE * seconds + PATIENCE_S):
            raise PeerFailed(f"no answer after {seconds * (1 + PATIENCE) + PATIENCE_S:.0f} s")
        kind, content = ours.recv()
    except (EOFError, ConnectionResetError) as error:
        process.join(1)
        raise PeerFailed(f"its process ended with code {process.exitcode}") from error
    finally:
        _end(process.pid)
        process.join()
        ours.close()
    if kind == "failed":
        raise PeerFailed(str(content))
    found: list[list[str]] = content
    return found


def _end(pid: int | None) -> None:
    """End the process and what it started."""
    if pid is None:
        return
    for end, number in ((os.killpg, pid), (os.kill, pid)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end(number, signal.SIGKILL)


def _work(pipe: Connection) -> None:
    """The child's life: import the peer, ask it, answer with its routes or with what went wrong."""
    os.setsid()
    module, problem, until, seed, threads = pipe.recv()
    try:
        sys.stdout = sys.stderr
        pipe.send(("routes", importlib.import_module(module).routes(problem, until, seed, threads)))
    except ImportError as error:
        pipe.send(("failed", f"cannot be imported: {error}"))
    except BaseException as error:  # noqa: BLE001  a foreign library may raise anything; the process ends here
        pipe.send(("failed", f"{type(error).__name__}: {error}"))
    pipe.close()
