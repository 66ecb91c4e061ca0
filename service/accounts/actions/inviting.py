"""Inviting colleagues and partners: a link by e-mail or SMS, or a QR code on paper."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts.actions.people import join
from service.accounts.errors import AlreadyRegistered, InvitationSpent, LinkSpent
from service.accounts.forms import InvitationIn
from service.accounts.keys import Invitation
from service.accounts.models import AccountState, Membership, Organisation, Person
from service.accounts.queries import invitation_by_token, memberships_of, person_by_email, person_by_phone
from service.accounts.rules import INVITATION_DAYS, may_give
from service.accounts.tokens import new_token, token_hash
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound


@dataclass(frozen=True)
class Invited:
    """An invitation and the secret of its link, told this once."""

    invitation: Invitation
    secret: str


def invite(
    session: Session,
    organisation: Organisation,
    asked: InvitationIn,
    *,
    who: Who,
    real_now: datetime,
    site_ids: set[int],
) -> Invited:
    """Ask somebody to act for an organisation, in a role the one who asks may give.

    `site_ids` are the organisation's sites: the invitation may be for one of them alone.
    """
    if not may_give(who.roles, asked.role, organisation.kind):
        raise Invalid(fields={"role": N_("Vous ne pouvez pas donner ce rôle dans cette organisation.")})
    if asked.site_id is not None and asked.site_id not in site_ids:
        raise Invalid(fields={"site_id": N_("Ce site n'est pas de cette organisation.")})
    assert who.person_id is not None
    secret = new_token()
    invitation = Invitation(
        token_hash=token_hash(secret),
        region=organisation.region,
        organisation_id=organisation.key,
        role=asked.role,
        site_id=asked.site_id,
        name=asked.name,
        email=asked.email,
        phone=asked.phone,
        invited_by=who.person_id,
        created_at=real_now,
        expires_at=real_now + timedelta(days=INVITATION_DAYS),
    )
    session.add(invitation)
    session.flush()
    append(
        session, region=organisation.region, kind="invitation.sent", at=real_now,
        subject=("organisation", organisation.key), actor=who,
        data={"invitation": invitation.key, "role": str(asked.role)}, audience=[f"org:{organisation.key}"],
    )  # fmt: skip
    return Invited(invitation, secret)


def the_invitation(session: Session, token: str, *, real_now: datetime) -> tuple[Invitation, Organisation]:
    """An invitation that can still be accepted, and where to; InvitationSpent otherwise."""
    invitation = invitation_by_token(session, token)
    organisation = session.get(Organisation, invitation.organisation_id) if invitation is not None else None
    if (
        invitation is None
        or organisation is None
        or not invitation.opens(real_now)
        or organisation.state == AccountState.SUSPENDED
    ):
        raise InvitationSpent()
    return invitation, organisation


@dataclass(frozen=True)
class NewPerson:
    """What somebody without an account says of themselves when they accept."""

    name: str
    email: str | None
    phone: str | None
    password_hash: str | None
    locale: str


def accept(
    session: Session, token: str, *, me: Person | None, new: NewPerson | None, now: datetime, real_now: datetime
) -> Person:
    """Join the organisation, with the account one is signed in to or with a new one.

    The link came to the invitation's e-mail address, so a new account that keeps it has proved it. An address or number
    that has an account already asks to sign in first: holding the link is no proof of being that person.
    """
    invitation, organisation = the_invitation(session, token, real_now=real_now)
    person = me
    if person is None:
        if new is None:
            raise InvitationSpent()
        if (new.email and person_by_email(session, new.email)) or (new.phone and person_by_phone(session, new.phone)):
            raise AlreadyRegistered()
        person = Person(
            region=invitation.region,
            name=new.name,
            email=new.email,
            phone=new.phone,
            password_hash=new.password_hash,
            locale=new.locale,
            email_verified_at=real_now if new.email and new.email == invitation.email else None,
            created_at=now,
        )
        session.add(person)
        session.flush()
    if person.region != invitation.region:
        raise InvitationSpent()
    who = Who(region=person.region, person_id=person.key)
    held = {(m.organisation_id, m.role, m.site_id) for m, _organisation in memberships_of(session, person.key)}
    if (organisation.key, invitation.role, invitation.site_id) not in held:
        membership = Membership(
            person_id=person.key, organisation_id=organisation.key, role=invitation.role, site_id=invitation.site_id
        )
        join(session, person, organisation, membership, who=who, now=now)
    invitation.accepted_by, invitation.accepted_at = person.key, real_now
    session.add(invitation)
    return person


def revoke_invitation(
    session: Session, organisation: Organisation, invitation_id: int, *, who: Who, real_now: datetime
) -> None:
    """The link no longer works."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None or invitation.organisation_id != organisation.key:
        raise NotFound()
    if invitation.accepted_at is not None:
        raise LinkSpent()
    invitation.revoked_at = invitation.revoked_at or real_now
    session.add(invitation)
    append(
        session, region=organisation.region, kind="invitation.revoked", at=real_now,
        subject=("organisation", organisation.key), actor=who, data={"invitation": invitation.key},
        audience=[f"org:{organisation.key}"],
    )  # fmt: skip
