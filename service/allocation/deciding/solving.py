"""Deciding a question without holding anything up: a small one here, a large one in a process of its own."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from threading import Thread

import routing
from routing.allocation import Offering, Policy
from routing.decision import Decision
from routing.errors import Cancelled, EngineError, RoutingError

# Up to so many answers a decision takes less time than a process takes to start.
SMALL = 60
LIMIT_S = 120.0
TICK_S = 0.05
PARENT_S = 1.0


def solve(offering: Offering, policy: Policy, cancelled: Callable[[], bool] = lambda: False) -> Decision:
    """The decision. Where the solver gives up, the less served of the two best placed, which needs none, decides.

    Raises Cancelled soon after `cancelled()` is true.
    """
    try:
        if len(offering.claims) <= SMALL:
            return routing.allocate(offering, policy)
        return in_child(offering, policy, cancelled)
    except Cancelled:
        raise
    except EngineError:
        return routing.allocate(offering, Policy.TWO_CHOICES)


def in_child(offering: Offering, policy: Policy, cancelled: Callable[[], bool], limit_s: float = LIMIT_S) -> Decision:
    """The decision, sought in a child that ends with us. Raises EngineError when it does not answer, or Cancelled."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_work, args=(theirs,), daemon=True)
    child.start()
    theirs.close()
    try:
        ours.send((offering, policy))
        limit = time.monotonic() + limit_s
        while not ours.poll(TICK_S):
            if cancelled():
                raise Cancelled("stopped on request")
            if time.monotonic() > limit:
                raise EngineError("the decision did not come in time and its process was ended")
        answer = ours.recv()
    except (EOFError, OSError) as error:
        raise EngineError("the process that decided has gone") from error
    finally:
        child.kill()
        child.join()
        ours.close()
    if isinstance(answer, Decision):
        return answer
    raise EngineError(str(answer))


def _work(pipe: Connection) -> None:
    """The child's life: take a question, answer with a decision or with what went wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends us
    parent = os.getppid()
    Thread(target=_end_with, args=(parent,), daemon=True).start()
    offering, policy = pipe.recv()
    try:
        pipe.send(routing.allocate(offering, policy))
    except (RoutingError, ArithmeticError, LookupError, TypeError, ValueError, MemoryError) as error:
        # The process ends here; the parent must hear why rather than see a closed pipe.
        pipe.send(f"{type(error).__name__}: {error}")
    pipe.close()


def _end_with(parent: int) -> None:
    """A parent that was killed cannot end its child: the child sees that it was adopted, and ends."""
    while os.getppid() == parent:
        time.sleep(PARENT_S)
    os.kill(os.getpid(), signal.SIGKILL)
