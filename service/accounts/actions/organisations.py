"""Organisations: registered by themselves or by staff, approved, suspended, delegated to."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from config.settings import Settings
from service.accounts.actions.placing import put_in_place
from service.accounts.errors import AlreadyRegistered, OrganisationKnown, WrongState
from service.accounts.forms import OrganisationIn, RegistrationIn
from service.accounts.models import AccountState, Membership, Organisation, OrganisationKind, Person, Site
from service.accounts.queries import ROLE_OF_KIND, organisation_by_number, person_by_email, person_by_phone
from service.accounts.who import Who
from service.journal.actions import append


@dataclass(frozen=True)
class Registered:
    """What a registration made."""

    organisation: Organisation
    site: Site
    person: Person


def register(
    session: Session,
    settings: Settings,
    asked: RegistrationIn,
    *,
    region: str,
    password_hash: str | None,
    now: datetime,
) -> Registered:
    """Somebody registers their organisation, its first site and themselves.

    A donor with a valid SIRET may post at once; a charity or a public body waits for approval. The password is hashed
    before the transaction.
    """
    if (asked.person_email and person_by_email(session, asked.person_email)) or (
        asked.person_phone and person_by_phone(session, asked.person_phone)
    ):
        raise AlreadyRegistered()
    at_once = asked.kind == OrganisationKind.DONOR
    organisation = _new(session, asked, region=region, now=now)
    organisation.state = AccountState.ACTIVE if at_once else AccountState.PENDING
    site = Site(
        region=region,
        organisation_id=organisation.key,
        name=asked.name,
        commune="",
        departement="",
        opening_hours=asked.opening_hours,
        contact_name=asked.person_name,
        contact_phone=asked.person_phone,
        collects_itself=not at_once,
    )
    put_in_place(session, settings, site, asked)
    person = Person(
        region=region,
        name=asked.person_name,
        email=asked.person_email,
        phone=asked.person_phone,
        locale=asked.locale,
        password_hash=password_hash,
        created_at=now,
    )
    session.add(person)
    session.flush()
    session.add(
        Membership(
            person_id=person.key, organisation_id=organisation.key, role=ROLE_OF_KIND[OrganisationKind(asked.kind)]
        )
    )
    who = Who(region=region, person_id=person.key)
    tell(session, organisation, "organisation.registered", who=who, now=now, kind=str(organisation.kind))
    return Registered(organisation, site, person)


def add_organisation(
    session: Session, asked: OrganisationIn, *, who: Who, now: datetime, parent_id: int | None = None
) -> Organisation:
    """Staff enter a partner; it is active at once, since they know it."""
    organisation = _new(session, asked, region=who.region, now=now)
    organisation.state = AccountState.ACTIVE
    organisation.first_lot_seen_at = now
    organisation.parent_id = parent_id
    session.flush()
    tell(session, organisation, "organisation.added", who=who, now=now, kind=str(organisation.kind))
    return organisation


def _new(session: Session, asked: OrganisationIn, *, region: str, now: datetime) -> Organisation:
    if organisation_by_number(session, region, asked.siret, asked.rna) is not None:
        raise OrganisationKnown()
    organisation = Organisation(
        region=region,
        kind=asked.kind,
        activity=asked.activity,
        name=asked.name,
        siret=asked.siret,
        rna=asked.rna,
        phone=asked.phone,
        email=asked.email,
        created_at=now,
    )
    session.add(organisation)
    session.flush()
    return organisation


def change_organisation(
    session: Session, organisation: Organisation, asked: OrganisationIn, *, who: Who, now: datetime
) -> None:
    """Correct what is said of an organisation. Its kind decides its rights, so that stays as it is."""
    known = organisation_by_number(session, organisation.region, asked.siret, asked.rna)
    if known is not None and known.key != organisation.key:
        raise OrganisationKnown()
    changed = []
    for name in ("activity", "name", "siret", "rna", "phone", "email"):
        if getattr(organisation, name) != getattr(asked, name):
            setattr(organisation, name, getattr(asked, name))
            changed.append(name)
    if changed:
        session.add(organisation)
        tell(session, organisation, "organisation.changed", who=who, now=now, fields=changed)


def approve(session: Session, organisation: Organisation, *, who: Who, now: datetime) -> None:
    """A charity or public body that waited may now take part."""
    _step(session, organisation, AccountState.PENDING, AccountState.ACTIVE, "organisation.approved", who, now)


def refuse(session: Session, organisation: Organisation, *, who: Who, now: datetime, reason: str) -> None:
    """Somebody who registered does not belong here."""
    _step(session, organisation, AccountState.PENDING, AccountState.SUSPENDED, "organisation.refused", who, now, reason)


def suspend(session: Session, organisation: Organisation, *, who: Who, now: datetime, reason: str) -> None:
    """Nobody acts for it any more, from their next request on."""
    _step(
        session,
        organisation,
        AccountState.ACTIVE,
        AccountState.SUSPENDED,
        "organisation.suspended",
        who,
        now,
        reason,
    )


def reactivate(session: Session, organisation: Organisation, *, who: Who, now: datetime) -> None:
    """Its people may act again."""
    _step(session, organisation, AccountState.SUSPENDED, AccountState.ACTIVE, "organisation.reactivated", who, now)


def _step(
    session: Session,
    organisation: Organisation,
    source: AccountState,
    target: AccountState,
    kind: str,
    who: Who,
    now: datetime,
    reason: str = "",
) -> None:
    if organisation.state != source:
        raise WrongState()
    organisation.state = target
    session.add(organisation)
    data = {"reason": reason[:200]} if reason else {}
    append(
        session, region=organisation.region, kind=kind, at=now, subject=("organisation", organisation.key), actor=who,
        from_state=str(source), to_state=str(target), data=data, audience=audience(organisation),
    )  # fmt: skip


def see_first_lot(session: Session, organisation: Organisation, *, who: Who, now: datetime) -> None:
    """A dispatcher has looked at a new donor's first lot."""
    if organisation.first_lot_seen_at is None:
        organisation.first_lot_seen_at = now
        session.add(organisation)
        tell(session, organisation, "organisation.first_lot_seen", who=who, now=now)


def delegate_approval(
    session: Session, organisation: Organisation, delegated: bool, *, who: Who, now: datetime
) -> None:
    """The Region lets a network head approve its own members, or takes that back."""
    if organisation.kind != OrganisationKind.CHARITY or organisation.state != AccountState.ACTIVE:
        raise WrongState()
    if organisation.approves_members != delegated:
        organisation.approves_members = delegated
        session.add(organisation)
        kind = "organisation.approval_delegated" if delegated else "organisation.approval_withdrawn"
        tell(session, organisation, kind, who=who, now=now)


def put_under(
    session: Session, organisation: Organisation, parent: Organisation | None, *, who: Who, now: datetime
) -> None:
    """Say which network head an organisation belongs to."""
    if parent is not None and (
        parent.key == organisation.key
        or parent.kind != OrganisationKind.CHARITY
        or parent.parent_id is not None
        or parent.region != organisation.region
    ):
        raise WrongState()
    if organisation.parent_id != (parent.key if parent else None):
        organisation.parent_id = parent.key if parent else None
        session.add(organisation)
        tell(session, organisation, "organisation.put_under", who=who, now=now, parent=organisation.parent_id)


def audience(organisation: Organisation) -> list[str]:
    """Who hears of an organisation: itself, its network head, and staff."""
    head = [f"org:{organisation.parent_id}"] if organisation.parent_id else []
    return [f"org:{organisation.key}", *head, "role:dispatcher", "role:region", "role:administrator"]


def tell(session: Session, organisation: Organisation, what: str, *, who: Who, now: datetime, **data: object) -> None:
    """One entry about an organisation."""
    append(
        session, region=organisation.region, kind=what, at=now, subject=("organisation", organisation.key), actor=who,
        to_state=str(organisation.state), data=data, audience=audience(organisation),
    )  # fmt: skip
