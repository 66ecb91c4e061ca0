"""A worker's turn: windows are set, those of lots that have gone are closed, those that are over are decided.

Nothing is kept between reading the question and carrying out its decision, so a worker that is killed leaves the
windows as they were, and the next turn decides them.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlmodel import Session

from config.allocation import policies
from config.regions import list_regions
from routing.allocation import Offering, Policy
from routing.decision import Decision
from routing.errors import Cancelled, RoutingError
from service.allocation import queries
from service.allocation.actions import settling
from service.allocation.deciding import solving
from service.allocation.deciding.adopting import adopt, adopt_in_order
from service.allocation.deciding.carrying import MOST_ROUNDS
from service.allocation.deciding.question import KINDS, Question
from service.allocation.deciding.reading import read_question
from service.allocation.deciding.turn import misfits
from service.allocation.models import AnswerWindow, WindowState
from service.allocation.ramasses.claiming import claim_ramasses_of
from service.allocation.windows import open_window
from service.allocation.words import LOT_GONE
from service.database.engine import Database
from service.lots.models import Lot

log = structlog.get_logger()
Solve = Callable[[Offering, Policy, Callable[[], bool]], Decision]
GONE = "lot-gone"
Due = Sequence[tuple[AnswerWindow, Lot]]


def decide_due(
    database: Database,
    now: datetime,
    *,
    solve: Solve = solving.solve,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Decide every lot whose window has closed, in every region; how many lots were decided."""
    return sum(decide_region(database, region, now, solve=solve, cancelled=cancelled) for region in list_regions())


def decide_region(
    database: Database,
    region: str,
    now: datetime,
    *,
    solve: Solve = solving.solve,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """The same for one region. What no longer fits is decided again at once, with those who are left."""
    _set_windows(database, region, now)
    decided = 0
    for _ in range(MOST_ROUNDS + 1):
        with database.read() as session:
            due = [(window, lot) for window, lot in queries.windows_due(session, region, now) if _may_be(lot, now)]
            answered = {claim.lot_id for claim in queries.pending_claims(session, [lot.key for _, lot in due])}
        if not due:
            break
        silent = [lot.key for _, lot in due if lot.key not in answered]
        if silent:
            with database.transaction() as session:
                decided += adopt_in_order(session, region, silent, now=now).decided
        for name, version in sorted({(window.policy, window.version) for window, _ in due}):
            some = [(w, lot) for w, lot in due if (w.policy, w.version) == (name, version) and lot.key in answered]
            if some:
                decided += _decide(database, region, some, now, solve, cancelled)
    return decided


def _may_be(lot: Lot, now: datetime) -> bool:
    """A frozen lot waits for its holders, one past its deadline for the job that lets it expire."""
    return lot.is_open and now < lot.deadline


def _decide(
    database: Database, region: str, due: Due, now: datetime, solve: Solve, cancelled: Callable[[], bool]
) -> int:
    """One decision about lots under the same policy; how many of them it settled."""
    policy = policies().version(due[0][0].policy, due[0][0].version)
    ids = [lot.key for _, lot in due]
    began = time.monotonic()
    try:
        with database.read() as session:
            question = read_question(session, region, policy, due, now)
        decision = solve(question.offering, KINDS[policy.kind], cancelled)
        seconds = round(time.monotonic() - began, 3)
        unfit = _misfits(database, question, decision, now)
    except Cancelled:
        # The worker is stopping: the windows stay as they are for the next one.
        return 0
    except RoutingError as error:
        # Nobody waits for a question that cannot be put: whoever answered first is served.
        log.error("decision failed, served in order", region=region, lots=ids, error=str(error))
        with database.transaction() as session:
            return adopt_in_order(session, region, ids, now=now).decided
    with database.transaction() as session:
        done = adopt(session, question, decision, unfit, seconds=seconds, now=now)
    log.info("decided", decision=done.decision_id, lots=done.decided, again=done.again, seconds=seconds)
    return done.decided


def _misfits(database: Database, question: Question, decision: Decision, now: datetime) -> set[tuple[int, int]]:
    with database.read() as session:
        return misfits(session, question, decision, now)


def _set_windows(database: Database, region: str, now: datetime) -> None:
    """Give new lots their window, and close those of lots that have gone; nothing is written when nothing is new."""
    with database.read() as session:
        idle = not queries.lots_without_window(session, region, now) and not queries.windows_of_gone_lots(
            session, region
        )
    if idle:
        return
    with database.transaction() as session:
        for lot in queries.lots_without_window(session, region, now):
            claim_ramasses_of(session, lot, now=now)
            open_window(session, lot, now=now)
        for window, lot in queries.windows_of_gone_lots(session, region):
            _void(session, window, lot, now)


def _void(session: Session, window: AnswerWindow, lot: Lot, now: datetime) -> None:
    """The lot was withdrawn, expired, given by a dispatcher or blocked before anything was decided."""
    for claim in queries.pending_claims(session, [lot.key]):
        settling.refuse(session, claim, lot, GONE, words=LOT_GONE, now=now)
    window.state, window.decided_at = WindowState.VOID, now
    session.add(window)
