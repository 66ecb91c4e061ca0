"""Every recurring job on one line: its name, how often (real seconds), what it does, and who does it.

EVERYWHERE: every worker may (leases keep two from doing the same). ELECTED: one worker at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from workers.jobs import (
    announce_lots,
    answer_lots,
    answer_texts,
    ask_usual_gifts,
    climb_ladder,
    decide_lots,
    deliver_notices,
    expire_lots,
    finish_rounds,
    forget_decisions,
    forget_notices,
    forget_photos,
    forget_positions,
    forget_practice,
    forget_texts,
    insert_lots,
    learn_news,
    open_shifts,
    plan_stale,
    tell_approvers,
    tell_plans,
    tend_errands,
    warn_habilitations,
    watch_rounds,
)
from workers.queue import Work


class By(Enum):
    ELECTED = "elected"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class Job:
    name: str
    every_seconds: float
    run: Callable[[Work], object]
    by: By = By.ELECTED


TIMETABLE = (
    Job("put lots into rounds", 1, insert_lots.run),
    Job("plan stale zones", 2, plan_stale.run, By.EVERYWHERE),
    Job("watch rounds", 10, watch_rounds.run),
    Job("tell what plans mean", 15, tell_plans.run),
    Job("tell who approves", 30, tell_approvers.run),
    Job("expire lots", 5, expire_lots.run),
    Job("answer for charities", 2, answer_lots.run),
    Job("decide lots", 2, decide_lots.run),
    Job("widen the search for takers", 15, climb_ladder.run),
    Job("tend errands", 5, tend_errands.run),
    Job("learn what sites leave", 3600, learn_news.run),
    Job("announce new lots", 5, announce_lots.run),
    Job("ask what is left tonight", 10, ask_usual_gifts.run),
    Job("deliver notices", 2, deliver_notices.run),
    Job("answer texts", 2, answer_texts.run),
    Job("open shifts of fixed rounds", 300, open_shifts.run),
    Job("finish forgotten rounds", 300, finish_rounds.run),
    Job("warn of habilitations that end", 3600, warn_habilitations.run),
    Job("forget old notices", 3600, forget_notices.run),
    Job("forget old texts", 3600, forget_texts.run),
    Job("forget practice lots", 3600, forget_practice.run),
    Job("forget old photos", 3600, forget_photos.run),
    Job("forget what decisions were made from", 3600, forget_decisions.run),
    Job("forget where vehicles were", 3600, forget_positions.run),
)
