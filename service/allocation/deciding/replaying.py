"""Stored decisions, decided again: an answer that came out of its question alone comes out of it again."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import ValidationError

import routing
from routing.allocation import Policy
from routing.errors import RoutingError
from service.allocation import queries
from service.allocation.deciding.keeping import decision_data, offering_of
from service.allocation.models import Cause, StoredDecision
from service.database.engine import Database

AT_A_TIME = 50


@dataclass
class Replayed:
    """How many came out equal, and the keys of those that did not.

    `elsewhere`: equal in all but the solver's version; `changed`: unequal under another version; `unequal`: unequal
    under the same; `unreadable`: what is kept is no question any more. A dispatcher's own decisions are not decided
    again (`by_hand`), nor those whose question was kept long enough (`erased`).
    """

    equal: int = 0
    by_hand: int = 0
    erased: int = 0
    elsewhere: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    unequal: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing differs that the same solver should have found again."""
        return not self.unequal and not self.unreadable


def replay(
    database: Database,
    region: str,
    *,
    after: int = 0,
    most: int = 10**9,
    tell: Callable[[int], object] = lambda _: None,
) -> Replayed:
    """Decide the stored decisions of a region again, the oldest first, from beyond a key; no session stays open."""
    done, count = Replayed(), 0
    while count < most:
        with database.read() as session:
            rows = list(queries.decisions_after(session, region, after, min(AT_A_TIME, most - count)))
        if not rows:
            break
        for row in rows:
            _again(row, done)
            count += 1
            tell(count)
        after = rows[-1].key
    return done


def _again(row: StoredDecision, done: Replayed) -> None:
    if row.cause == Cause.OVERRIDE:
        done.by_hand += 1
        return
    if row.inputs_erased_at is not None:
        done.erased += 1
        return
    try:
        again = decision_data(routing.allocate(offering_of(row.inputs), Policy(row.output["policy"])))
    except (ValidationError, RoutingError, KeyError, ValueError):
        done.unreadable.append(row.key)
        return
    if again == row.output:
        done.equal += 1
    elif again["solver"] == row.output["solver"]:
        done.unequal.append(row.key)
    elif again | {"solver": ""} == row.output | {"solver": ""}:
        done.elsewhere.append(row.key)
    else:
        done.changed.append(row.key)
