"""In which gaps a crew rests, so that the round is shortest (or ends soonest), and when exactly.

A pause may be taken anywhere between two handlings, on the road too. Without the rule the best timing is a bound; where
it keeps the rule it is the answer, as it is for most rounds. Otherwise pauses are added one by one, in ascending gaps:
a branch is given up when its timing with the last stretch left open (see `moments`) does not exist or is no better than
the best found, for pauses and bounds only take time. Two further cuts lose nothing: no stretch of way and handling
without a pause is longer than the rule, and no pause is tried that could be left out, that is, one whose neighbours can
only lie within the rule of each other. After `TRIES` timings the best so far is taken.
"""

from __future__ import annotations

from collections.abc import Sequence

from routing.engine.instance import OPEN, Span
from routing.engine.moments import Moments, Order, arranged, rested_s

TRIES = 400  # timings of one order; routes of some two hundred tasks with several pauses can need more


def with_pauses(order: Order, soonest: bool) -> tuple[Moments, list[int]] | None:
    """The best timing of `order` and the gaps of its pauses; None when no timing keeps all rules."""
    crew, n = order.crew, len(order.tasks)
    free = arranged(order, (), False, soonest)
    if free is None or crew.pause is None or _in_time(order, (), free):
        return None if free is None else (free, [])
    after, lasts = crew.pause
    work, soon, due = _prefixes(order)
    rested = rested_s(crew, crew.free_s)

    def value(moments: Moments) -> int:
        return moments.end_s if soonest else moments.end_s - moments.leave_s

    def reach(since: int, most: int, first: int) -> int:
        """The last gap that is left at most `most` of work after `since`, but not before `first`."""
        gap = first
        while gap < n and work[gap + 1] - since <= most:
            gap += 1
        return gap

    found: tuple[Moments, list[int]] | None = None
    best = OPEN
    # The shortest timing, or the first end of who has left already, is too late without a pause whatever is put off.
    if crew.started_s is None and (soonest or crew.rested_s is not None):
        whole = arranged(order, (), True, soonest)
        if whole is not None:
            found, best = (whole, []), value(whole)
    least, shift = value(free), crew.free_s if soonest else 0
    gaps = [reach(0, after + rested - crew.free_s, 0)]
    begins: list[int] = []  # of each pause, at the earliest
    tries = 0
    while gaps and tries < TRIES:
        count, gap = len(gaps), gaps[-1]
        del begins[count - 1 :]
        if gap < (gaps[-2] if count > 1 else 0):
            gaps.pop()
            if gaps:
                gaps[-1] -= 1
            continue
        begin = max(soon[gap], rested if crew.rested_s is not None else -OPEN)
        if count > 1:
            begin = max(begin, begins[-1] + lasts, (begins[-2] + lasts if count > 2 else rested) + after + 1)
        begins.append(begin)
        if begin + lasts > due[gap] or max(least, shift + work[-1] + count * lasts) >= best:
            gaps[-1] -= 1
            continue
        tries += 1
        open_ended = arranged(order, gaps, False, soonest)
        if open_ended is None or value(open_ended) >= best:
            gaps[-1] -= 1
        elif _in_time(order, gaps, open_ended):
            found, best = (open_ended, list(gaps)), value(open_ended)
            gaps[-1] -= 1
        else:
            tries += 1
            whole = arranged(order, gaps, True, soonest)
            if whole is not None and value(whole) < best:
                found, best = (whole, list(gaps)), value(whole)
            gaps.append(reach(work[gap] + order.legs[gap], after, gap))
    return found


def _in_time(order: Order, gaps: Sequence[int], moments: Moments) -> bool:
    """Whether the end follows the last pause in time."""
    assert order.crew.pause is not None
    return moments.end_s - _ends(order, gaps, moments)[-1] <= order.crew.pause[0]


def _ends(order: Order, gaps: Sequence[int], moments: Moments) -> list[int]:
    """Since when the crew counts as rested, and the latest ends of its pauses."""
    assert order.crew.pause is not None
    after, lasts = order.crew.pause
    ends = [rested_s(order.crew, moments.leave_s)]
    starts = [*moments.starts, moments.end_s]
    for at, gap in enumerate(gaps):
        following = sum(other == gap for other in gaps[at + 1 :])
        ends.append(min(starts[gap] - following * lasts, ends[-1] + after + lasts))
    return ends


def _prefixes(order: Order) -> tuple[list[int], list[int], list[int]]:
    """Work before each gap (and all of it), the earliest departure to it, the latest start of what follows it."""
    inst, crew, tasks = order.inst, order.crew, order.tasks
    work, soon = [0], [crew.free_s]
    for at, task in enumerate(tasks):
        work.append(work[-1] + order.legs[at] + inst.service[task])
        begin = soon[-1] + order.legs[at]
        begin = next(max(begin, opens) for opens, closes in inst.windows[task] if begin <= closes)
        soon.append(begin + inst.service[task])
    due = [crew.shift_end_s]
    for at in range(len(tasks) - 1, -1, -1):
        last = due[-1] - order.legs[at + 1] - inst.service[tasks[at]]
        due.append(
            max((min(closes, last) for opens, closes in inst.windows[tasks[at]] if opens <= last), default=-OPEN)
        )
    return [*work, work[-1] + order.legs[-1]], soon, due[::-1]


def spans_of(order: Order, gaps: Sequence[int], moments: Moments) -> list[Span]:
    """When the pauses are: after arriving where there is waiting, else before driving on, else on the road."""
    if not gaps:
        return []
    assert order.crew.pause is not None
    after, lasts = order.crew.pause
    starts = [*moments.starts, moments.end_s]
    spans: list[Span] = []
    ends = _ends(order, gaps, moments)[1:]
    for at in range(len(gaps) - 1, -1, -1):
        gap, end = gaps[at], ends[at]
        leaves = moments.leave_s
        if gap:
            leaves = starts[gap - 1] + order.inst.service[order.tasks[gap - 1]]
        # What comes next, a pause or the end, must begin in time after this one.
        upto = spans[-1][0] if spans else moments.end_s
        alone = gaps.count(gap) == 1
        before_driving = leaves if order.crew.rested_s is None else max(leaves, order.crew.rested_s)
        if alone and end - lasts <= leaves + order.legs[gap] and upto - before_driving - lasts <= after:
            end = before_driving + lasts
        spans.append((end - lasts, end))
    return spans[::-1]
