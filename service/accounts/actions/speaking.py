""" "Saisi pour …": somebody speaks for a caller, under both names, and the caller is told."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.journal.actions import append


def tell_caller(session: Session, who: Who, *, now: datetime, entries: int | None = None) -> None:
    """Leave `person.acted_on_behalf` for the organisation spoken for; the notices room writes to its people."""
    if who.on_behalf_of is None:
        return
    append(
        session, region=who.region, kind="person.acted_on_behalf", at=now,
        subject=("organisation", who.on_behalf_of), actor=who, data={} if entries is None else {"after": entries},
        audience=[f"org:{who.on_behalf_of}", f"person:{who.person_id}", "role:dispatcher"],
    )  # fmt: skip
