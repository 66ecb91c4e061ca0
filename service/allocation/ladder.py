"""A lot nobody takes does not wait for its end: who is told widens, the dispatcher hears, other uses are named.

Each step is done once, by itself, and written to the journal with what it did, so that it can be counted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from config.allocation import Does, Step, policies
from config.catalogue import catalogue
from service.accounts import queries as accounts
from service.accounts.models import Role, Site
from service.allocation import queries
from service.allocation.actions.announcing import Announcing
from service.allocation.models import AnswerWindow
from service.allocation.words import ADVICE
from service.lots import queries as lots_read
from service.lots.models import Lot, LotLine
from service.lots.telling import lot_audience, tell_lot
from service.lots.words import lot_title
from service.notices import actions as notices


def climb(session: Session, region: str, *, now: datetime) -> int:
    """Do the steps whose time has come for every lot of a region that waits for a taker; how many were done."""
    due = waiting(session, region, now)
    sites = queries.receiving_sites(session, region) if due else []
    announcing = Announcing(session, region, [lot for _, lot, _, _ in due], sites, now)
    for window, lot, lines, steps in due:
        for step in steps:
            _do(session, step, window, lot, lines, announcing, now)
    return sum(len(steps) for _, _, _, steps in due)


def waiting(session: Session, region: str, now: datetime) -> list[tuple[AnswerWindow, Lot, list[LotLine], list[Step]]]:
    """Lots for which something is due now, with what is free of them."""
    found = queries.unclaimed(session, region, now)
    lines = lots_read.lines_of_lots(session, [lot.key for _, lot in found])
    free = {key: [line for line in rows if line.free_grams] for key, rows in lines.items()}
    return [
        (window, lot, free[lot.key], steps)
        for window, lot in found
        if (steps := steps_due(window, lot, free[lot.key], now))
    ]


def steps_due(window: AnswerWindow, lot: Lot, free: Sequence[LotLine], now: datetime) -> list[Step]:
    """The steps beyond the one a lot is at whose time has come, in order. A clock that jumped skips none."""
    ladder = policies().ladder
    names = [step.name for step in ladder]
    ahead = ladder[names.index(window.step) + 1 :] if window.step in names else ladder
    families = {catalogue().category(line.category).family for line in free}
    since = now - (window.decided_at or window.opens_at)
    return [
        step
        for step in ahead
        if step.is_due(since, lot.deadline - now) and (not step.families or families & step.families)
    ]


def next_step(window: AnswerWindow, lot: Lot, free: Sequence[LotLine], now: datetime) -> tuple[Step, datetime] | None:
    """What is done next if nobody takes it, and when."""
    ladder = policies().ladder
    names = [step.name for step in ladder]
    ahead = ladder[names.index(window.step) + 1 :] if window.step in names else ladder
    families = {catalogue().category(line.category).family for line in free}
    begins = window.decided_at or window.opens_at
    for step in ahead:
        if step.families and not families & step.families:
            continue
        at = lot.deadline - timedelta(minutes=step.left_minutes or 0)
        if step.after_minutes is not None:
            at = begins + timedelta(minutes=step.after_minutes)
        if at < lot.deadline:
            return step, max(at, now)
    return None


def _do(
    session: Session,
    step: Step,
    window: AnswerWindow,
    lot: Lot,
    lines: Sequence[LotLine],
    announcing: Announcing,
    now: datetime,
) -> None:
    told = 0
    if step.does is Does.TELL:
        assert step.radius_km is not None
        assert step.sites is not None
        told = announcing.tell(lot, within_metres=step.radius_km * 1000, most=step.sites)
    else:
        people = [person.key for person in accounts.people_with_role(session, lot.region, Role.DISPATCHER)]
        if step.does is Does.ADVISE:
            people += [person.key for person in accounts.members(session, lot.organisation_id, Role.DONOR)]
        told = len(
            notices.tell(
                session,
                region=lot.region,
                person_ids=people,
                kind="lot_unclaimed",
                params={
                    "lot_id": lot.key,
                    "label": lot_title(lines, "fr"),
                    "donor": session.get_one(Site, lot.site_id).name,
                    "grams": sum(line.free_grams for line in lines),
                    "until": lot.deadline,
                    "advice": ADVICE[step.name],
                },
                subject=("lot", lot.key),
                dedupe=f"lot:{lot.key}:{step.name}",
                now=now,
            )
        )
    before, window.step, window.stepped_at = window.step, step.name, now
    session.add(window)
    free = {str(line.key): line.free_grams for line in lines}
    data = {"step": step.name, "before": before, "told": told, "lines": free, "free_grams": sum(free.values())}
    audience = lot_audience(lot) - {"role:charity"}
    tell_lot(session, lot, "lot.step", who=None, now=now, data=data, audience=audience)
