"""A lot nobody takes does not wait for its end: volunteers nearby are asked to bring it to who wanted it, who is told
widens, the dispatcher hears, other uses are named.

Each step is done once, by itself, and written to the journal with what it did, so that it can be counted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from config.allocation import Does, Step, policies
from config.catalogue import catalogue
from service.accounts import queries as accounts
from service.accounts.models import Role
from service.allocation import queries
from service.allocation.actions.announcing import Announcing, Telling
from service.allocation.errands.asking import ask_helpers
from service.allocation.errands.queries import anybody_helps, offered_since
from service.allocation.models import AnswerWindow
from service.allocation.words import ADVICE
from service.lots import queries as lots_read
from service.lots.models import Lot, LotLine
from service.lots.telling import lot_audience, tell_lot
from service.lots.words import lot_title
from service.notices import actions as notices


@dataclass(frozen=True)
class Due:
    """A step of a lot whose time has come."""

    step: Step
    window: AnswerWindow
    lot: Lot
    lines: Sequence[LotLine]


def climb(session: Session, region: str, *, now: datetime) -> int:
    """Do the steps whose time has come for every lot of a region that waits for a taker; how many were done."""
    due = waiting(session, region, now)
    sites = queries.receiving_sites(session, region) if due else []
    announcing = Announcing(session, region, [lot for _, lot, _, _ in due], sites, now)
    # The first step of every lot together, then the second of those that have one: what a step tells counts for the
    # next, and one question to the database serves many lots.
    done, answering = 0, set[int]()
    for turn in range(max((len(steps) for _, _, _, steps in due), default=0)):
        now_due = [
            Due(steps[turn], window, lot, lines)
            for window, lot, lines, steps in due
            if turn < len(steps) and (lot.key not in answering or _pressing(steps))
        ]
        told = _do(session, region, now_due, announcing, now)
        done += len(now_due)
        # What comes next waits for the answer of those who were asked to carry.
        answering |= {one.lot.key for one in now_due if one.step.does is Does.CARRY and told[one.lot.key]}
    return done


def waiting(session: Session, region: str, now: datetime) -> list[tuple[AnswerWindow, Lot, list[LotLine], list[Step]]]:
    """Lots for which something is due now, with what is free of them."""
    found = queries.unclaimed(session, region, now)
    helped = bool(found) and anybody_helps(session, region)
    lines = lots_read.lines_of_lots(session, [lot.key for _, lot in found])
    free = {key: [line for line in rows if line.free_grams] for key, rows in lines.items()}
    asked = offered_since(session, [lot.key for _, lot in found]) if helped else {}
    return [
        (window, lot, free[lot.key], steps)
        for window, lot in found
        if (steps := steps_due(window, lot, free[lot.key], now, helped=helped, asked_at=asked.get(lot.key)))
    ]


def steps_due(
    window: AnswerWindow,
    lot: Lot,
    free: Sequence[LotLine],
    now: datetime,
    *,
    helped: bool = False,
    asked_at: datetime | None = None,
) -> list[Step]:
    """The steps beyond the one a lot is at whose time has come, in order. A clock that jumped skips none.

    `helped`: there are volunteers who may be asked; `asked_at`: since when some have it before them. While their answer
    is waited for, only what the deadline brings is done, with what comes before it.
    """
    ladder = policies().ladder
    names = [step.name for step in ladder]
    ahead = ladder[names.index(window.step) + 1 :] if window.step in names else ladder
    families = {catalogue().category(line.category).family for line in free}
    since = now - (window.decided_at or window.opens_at)
    due = [
        step
        for step in ahead
        if step.is_due(since, lot.deadline - now)
        and (not step.families or families & step.families)
        and (helped or step.does is not Does.CARRY)
        and _is_small_enough(step, free)
    ]
    return due if _pressing(due) or now >= _answered_by(window, asked_at, now) else []


def _pressing(steps: Sequence[Step]) -> bool:
    """Whether the deadline is near enough for a step that waits for nobody."""
    return any(step.left_minutes is not None for step in steps)


def _answered_by(window: AnswerWindow, asked_at: datetime | None, now: datetime) -> datetime:
    """Until when those who were asked to bring a lot are waited for; now where nobody is."""
    step = next((one for one in policies().ladder if one.name == window.step), None)
    if step is None or step.wait_minutes is None or asked_at is None:
        return now
    return asked_at + timedelta(minutes=step.wait_minutes)


def _is_small_enough(step: Step, free: Sequence[LotLine]) -> bool:
    """Whether it is something a volunteer may carry as it is; other steps are for every lot."""
    if step.does is not Does.CARRY:
        return True
    grams = sum(line.free_grams for line in free)
    return grams <= (step.most_kg or 0) * 1000 and all(line.temperature == "ambient" for line in free)


def next_step(
    window: AnswerWindow,
    lot: Lot,
    free: Sequence[LotLine],
    now: datetime,
    *,
    helped: bool = False,
    asked_at: datetime | None = None,
) -> tuple[Step, datetime] | None:
    """What is done next if nobody takes it, and when; `helped` and `asked_at` as in `steps_due`."""
    ladder = policies().ladder
    names = [step.name for step in ladder]
    ahead = ladder[names.index(window.step) + 1 :] if window.step in names else ladder
    families = {catalogue().category(line.category).family for line in free}
    begins = window.decided_at or window.opens_at
    for step in ahead:
        if (step.families and not families & step.families) or not _is_small_enough(step, free):
            continue
        if step.does is Does.CARRY and not helped:
            continue
        at = lot.deadline - timedelta(minutes=step.left_minutes or 0)
        if step.after_minutes is not None:
            at = max(begins + timedelta(minutes=step.after_minutes), _answered_by(window, asked_at, now))
        if at < lot.deadline:
            return step, max(at, now)
    return None


def _do(session: Session, region: str, steps: Sequence[Due], announcing: Announcing, now: datetime) -> Counter[int]:
    """Do one step of each of some lots; how many were told, by lot."""
    told = announcing.tell([_telling(due) for due in steps if due.step.does is Does.TELL])
    told += _tell_people(session, region, [due for due in steps if due.step.does not in (Does.TELL, Does.CARRY)], now)
    for due in steps:
        if due.step.does is Does.CARRY:
            told[due.lot.key] += ask_helpers(session, due.lot, due.lines, due.step, now)
    for due in steps:
        window, lot, step = due.window, due.lot, due.step
        before, window.step, window.stepped_at = window.step, step.name, now
        session.add(window)
        free = {str(line.key): line.free_grams for line in due.lines}
        data = {
            "step": step.name, "before": before, "told": told[lot.key], "lines": free, "free_grams": sum(free.values()),
        }  # fmt: skip
        audience = lot_audience(lot) - {"role:charity"}
        tell_lot(session, lot, "lot.step", who=None, now=now, data=data, audience=audience)
    return told


def _telling(due: Due) -> Telling:
    assert due.step.radius_km is not None
    assert due.step.sites is not None
    return Telling(due.lot, within_metres=due.step.radius_km * 1000, most=due.step.sites)


def _tell_people(session: Session, region: str, steps: Sequence[Due], now: datetime) -> Counter[int]:
    """Dispatchers hear of a lot nobody takes, and its donor where the step advises; how many messages, by lot."""
    if not steps:
        return Counter()
    dispatchers = [person.key for person in accounts.people_with_role(session, region, Role.DISPATCHER)]
    sites = accounts.sites_by_id(session, {due.lot.site_id for due in steps})
    messages = []
    for due in steps:
        lot, people = due.lot, list(dispatchers)
        if due.step.does is Does.ADVISE:
            people += [person.key for person in accounts.members(session, lot.organisation_id, Role.DONOR)]
        params = {
            "lot_id": lot.key,
            "label": lot_title(due.lines, "fr"),
            "donor": sites[lot.site_id].name,
            "grams": sum(line.free_grams for line in due.lines),
            "until": lot.deadline,
            "advice": ADVICE[due.step.name],
        }
        messages.append(notices.Told(people, params, ("lot", lot.key), f"lot:{lot.key}:{due.step.name}"))
    written = notices.tell_each(session, region=region, kind="lot_unclaimed", messages=messages, now=now)
    return Counter(notice.subject_id for notice in written if notice.subject_id is not None)
