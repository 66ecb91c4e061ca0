"""Telling those who may approve that an organisation waits: it registered in a room that sends no messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from service.accounts.models import AccountState, Organisation, Role
from service.accounts.queries import members, organisations_by_id, people_with_role, waiting_organisations
from service.agreements.queries import told_to_approve, waiting_to_be_told
from service.notices import actions as notices

KIND = "charity_to_approve"


@dataclass(frozen=True)
class Due:
    """Who is to be told of which organisation of a region, and which wait no more though somebody is still to hear."""

    region: str
    messages: tuple[notices.Told, ...] = ()
    over: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.messages or self.over)


def due(session: Session, region: str) -> Due:
    """What is to be told, and taken back, of the organisations of a region; reads only."""
    waiting = waiting_organisations(session, region)
    asked = waiting_to_be_told(session, KIND, region)
    states = organisations_by_id(session, asked) if asked else {}
    over = tuple(sorted(key for key, one in states.items() if one.state != AccountState.PENDING))
    told = told_to_approve(session, KIND, {one.key for one in waiting})
    approvers = _approvers(session, region, waiting) if waiting else {}
    messages = [
        notices.Told(
            person_ids=sorted(approvers[one.key] - told.get(one.key, set())),
            params={"organisation_id": one.key, "organisation": one.name},
            subject=("organisation", one.key),
            dedupe=f"organisation:{one.key}",
        )
        for one in waiting
    ]
    return Due(region, tuple(message for message in messages if message.person_ids), over)


def tell_approvers(session: Session, what: Due, now: datetime) -> int:
    """Write the messages, and keep back those that somebody's yes or no has overtaken (a job; twice is harmless)."""
    for key in what.over:
        notices.take_back(session, kind=KIND, subject=("organisation", key))
    return len(notices.tell_each(session, region=what.region, kind=KIND, messages=what.messages, now=now))


def _approvers(session: Session, region: str, waiting: Sequence[Organisation]) -> dict[int, set[int]]:
    """The Region and administrators, and the people of a network head to which the Region delegates its members."""
    staff = {
        person.key for role in (Role.REGION, Role.ADMINISTRATOR) for person in people_with_role(session, region, role)
    }
    heads = organisations_by_id(session, {one.parent_id for one in waiting if one.parent_id is not None})
    trusted = {key for key, head in heads.items() if head.approves_members and head.state == AccountState.ACTIVE}
    theirs = {key: {person.key for person in members(session, key, Role.CHARITY)} for key in sorted(trusted)}
    return {one.key: staff | theirs.get(one.parent_id or 0, set()) for one in waiting}
