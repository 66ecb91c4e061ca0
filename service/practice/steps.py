"""The first steps of each role, on its home page until they are made or put away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from service.accounts.who import Who
from service.kit.i18n import N_
from service.practice import queries

# Steps that are made by looking at a page: where each leads.
GOING = {"visit": "/visite", "period": "/region?period=week", "partners": "/partners"}


@dataclass(frozen=True)
class Step:
    """One thing to do first; `done` as the rooms' own rows say, or once it was tried or looked at."""

    name: str
    title: str
    text: str
    href: str
    icon: str
    done: bool = False

    @property
    def by_going(self) -> bool:
        """Whether looking at its page makes it."""
        return self.name in GOING


def going(name: str, title: str, text: str, icon: str) -> Step:
    """A step made by looking at a page."""
    return Step(name, title, text, GOING[name], icon)


def try_step(href: str, *, done: bool) -> Step:
    """The first of every role's steps. Whoever has done the real thing needs no practice any more."""
    return Step("try", N_("Un essai pour rien"), N_("Deux minutes, que vous seul voyez."), href, "circle-play", done)


def first_steps(session: Session, who: Who, role: str, steps: Sequence[Step]) -> list[Step]:
    """What a role's home page shows: nothing once all are made or put away, nothing to whoever acts for another."""
    if role not in who.roles or who.person_id is None or who.on_behalf_of is not None or who.tablet_site is not None:
        return []
    row = queries.beginner_of(session, who.person_id)
    if row is not None and row.put_away_at is not None:
        return []
    ticked = set(row.done) if row is not None else set()
    shown = [replace(one, done=one.done or one.name in ticked) for one in steps]
    return [] if all(one.done for one in shown) else shown
