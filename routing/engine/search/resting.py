"""Compiled: in which gaps a crew rests. The same search as `engine/resting.py`, which says why."""

from __future__ import annotations

from routing.engine.search.compiling import inner
from routing.engine.search.moments import NEVER, arranged, latest, rested, snap
from routing.engine.search.state import State
from routing.engine.search.tables import UNSET, Tables

TRIES = 400  # as in the plain code


@inner
def _in_time(tables: Tables, state: State, v: int, n: int, count: int, leave: int, end: int) -> bool:
    """Whether the end follows the last of the first `count` pauses in time, with the starts in `kept`."""
    crew, pause = tables.crew[v], state.pause
    since = rested(tables, v, leave)
    for i in range(count):
        gap = pause[i].gap
        start = end if gap == n else state.slot[gap].kept
        for at in range(i + 1, count):
            if pause[at].gap == gap:
                start -= crew.pause_lasts
        since = min(start, since + crew.pause_after + crew.pause_lasts)
    return end - since <= crew.pause_after


@inner
def _prefixes(tables: Tables, state: State, v: int, n: int) -> int:
    """Work before each gap, the earliest departure to it, the latest start of what follows; all the work."""
    crew, slot, pause = tables.crew[v], state.slot, state.pause
    work, soon, due = 0, crew.free_s, crew.back_s
    for k in range(n):
        pause[k].work, pause[k].soon = work, soon
        service = tables.task[state.order[k]].service
        work += slot[k].leg + service
        soon = snap(tables, state.order[k], soon + slot[k].leg) + service
    pause[n].work, pause[n].soon = work, soon
    pause[n].due = due
    for k in range(n - 1, -1, -1):
        task = state.order[k]
        due = latest(tables, task, due - slot[k + 1].leg - tables.task[task].service)
        pause[k].due = due
    return work + slot[n].leg


@inner
def _reach(state: State, n: int, since: int, most: int, first: int) -> int:
    """The last gap that is left at most `most` of work after `since`, but not before `first`."""
    gap = first
    while gap < n and state.pause[gap + 1].work - since <= most:
        gap += 1
    return gap


@inner
def _keep(state: State, n: int) -> None:
    for k in range(n):
        state.pause[k].best = state.slot[k].kept


@inner
def with_pauses(
    tables: Tables, state: State, v: int, n: int, rides: int, soonest: bool, only_whether: bool
) -> tuple[int, int]:
    """(leaves, is back) of the best timing of the order, starts in the slots' `kept`; (0, NEVER) if there is none.

    `only_whether`: the first timing found will do.
    """
    # Without pauses first, then the search. One loop for both, since all that is called is compiled again wherever it
    # is called from.
    crew, slot, pause = tables.crew[v], state.slot, state.pause
    after, lasts = crew.pause_after, crew.pause_lasts
    work, begun, shift, least = 0, 0, 0, 0
    left, back, best = 0, NEVER, NEVER
    count, tries, done = 0, 0, False
    while count == 0 or tries < TRIES:
        possible, deeper, shut = True, False, False
        if count > 0:
            gap = pause[count - 1].gap
            begin = pause[gap].soon
            if crew.rested_s != UNSET:
                begin = max(begin, begun)
            if count > 1:
                before = pause[count - 3].begin + lasts if count > 2 else begun
                begin = max(begin, pause[count - 2].begin + lasts, before + after + 1)
            pause[count - 1].begin = begin
            possible = begin + lasts <= pause[gap].due and max(least, shift + work + count * lasts) < best
        while possible:
            tries += count > 0
            leave, end = arranged(tables, state, v, n, rides, count, shut, soonest)
            value = end if soonest else end - leave
            first = count == 0 and not shut
            if end == NEVER or value >= best:
                if first:
                    return 0, NEVER
                break
            if shut or after < 0 or _in_time(tables, state, v, n, count, leave, end):
                if first:
                    return leave, end
                left, back, best = leave, end, value
                _keep(state, n)
                done = only_whether
                break
            deeper, shut = True, True
            if count == 0:
                work = _prefixes(tables, state, v, n)
                begun = rested(tables, v, crew.free_s)
                shift = crew.free_s if soonest else 0
                # No timing has less; what lasts longer than it may need not be found.
                least = value
                best = NEVER if soonest else crew.max_duration + 1
                possible = not crew.under_way and (soonest or crew.rested_s != UNSET)
        if done:
            break
        if deeper and count < len(pause):
            if count == 0:
                gap = _reach(state, n, 0, after + begun - crew.free_s, 0)
            else:
                # The way to the task after the pause without the pauses before it is what work grows by, less handling.
                gap = pause[count - 1].gap
                way = slot[gap].leg
                for i in range(count):
                    if pause[i].gap == gap:
                        way -= lasts
                gap = _reach(state, n, pause[gap].work + way, after, gap)
            pause[count].gap = gap
            slot[gap].leg += lasts
            count += 1
            continue
        # The next one to try: this pause a gap earlier, or, where that would be before the last one, that one.
        while count > 0:
            gap = pause[count - 1].gap
            slot[gap].leg -= lasts
            if gap > (pause[count - 2].gap if count > 1 else 0):
                pause[count - 1].gap = gap - 1
                slot[gap - 1].leg += lasts
                break
            count -= 1
        if count == 0:
            break
    for i in range(count):
        slot[pause[i].gap].leg -= lasts
    for k in range(n):
        slot[k].kept = pause[k].best
    return left, back
