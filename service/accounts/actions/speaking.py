""" "Saisi pour …": somebody speaks for a caller, under both names, and the caller is told."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.queries import speaking
from service.accounts.who import Who
from service.journal.actions import append


def speaking_for(session: Session, who: Who, organisation_id: int, *, now: datetime) -> Who:
    """The `Who` for a caller's organisation, checked against the policy, and the caller told by an entry."""
    spoken = speaking(session, who, organisation_id)
    tell_caller(session, spoken, now=now)
    return spoken


def tell_caller(session: Session, who: Who, *, now: datetime, entries: int | None = None) -> None:
    """Leave `person.acted_on_behalf` for the organisation spoken for; the notices room sends it on."""
    if who.on_behalf_of is None:
        return
    append(
        session, region=who.region, kind="person.acted_on_behalf", at=now,
        subject=("organisation", who.on_behalf_of), actor=who, data={} if entries is None else {"after": entries},
        audience=[f"org:{who.on_behalf_of}", f"person:{who.person_id}", "role:dispatcher"],
    )  # fmt: skip
