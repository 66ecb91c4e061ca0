"""Colleagues: who acts for an organisation, invitations, people suspended."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Path
from starlette.requests import Request

from service.accounts.actions import inviting, people
from service.accounts.api.shapes import (
    InvitationOut,
    InvitationPage,
    MemberOut,
    MemberPage,
    MembershipOut,
    NewInvitationOut,
    PersonOut,
)
from service.accounts.doors import demand_own, demand_rank, link, relation_to_person
from service.accounts.forms import InvitationIn
from service.accounts.guard import Guard
from service.accounts.messages import send_invitation
from service.accounts.policy import demand
from service.accounts.queries import (
    all_sites,
    open_invitations,
    people_of,
    the_membership,
    the_organisation,
    the_person,
)
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.clock import real_now
from service.web.deps import Locale, Now, ReadSession, WriteSession

router = APIRouter(tags=["accounts"])
Key = Annotated[int, Path(ge=1, le=2**53)]
Reader = Annotated[Who, Depends(Guard("organisations", "read"))]
Sender = Annotated[Who, Depends(Guard("invitations", "send"))]


@router.get("/organisations/{organisation_id}/people")
def list_people(who: Reader, session: ReadSession, organisation_id: Key) -> MemberPage:
    """Who acts for an organisation."""
    demand_own(who, "organisations", "read", the_organisation(session, who, organisation_id))
    return MemberPage(
        items=[
            MemberOut(membership=MembershipOut.of(member.membership), person=PersonOut.of(member.person))
            for member in people_of(session, organisation_id)
        ]
    )


@router.delete("/organisations/{organisation_id}/memberships/{membership_id}", status_code=204)
def remove_member(
    who: Annotated[Who, Depends(Guard("people", "remove"))],
    session: WriteSession,
    now: Now,
    organisation_id: Key,
    membership_id: Key,
) -> None:
    """Somebody no longer acts for the organisation in this role."""
    demand_own(who, "people", "remove", the_organisation(session, who, organisation_id))
    people.remove_member(session, the_membership(session, organisation_id, membership_id), who=who, now=now)


@router.get("/organisations/{organisation_id}/invitations")
def list_invitations(who: Sender, session: ReadSession, organisation_id: Key) -> InvitationPage:
    """Invitations nobody has accepted yet."""
    demand_own(who, "invitations", "send", the_organisation(session, who, organisation_id))
    rows = open_invitations(session, organisation_id, real_now())
    return InvitationPage(items=[InvitationOut.of(row) for row in rows])


@router.post("/organisations/{organisation_id}/invitations", status_code=201)
def invite(
    request: Request,
    who: Sender,
    session: WriteSession,
    locale: Locale,
    background: BackgroundTasks,
    clients: OutsideClients,
    organisation_id: Key,
    asked: InvitationIn,
) -> NewInvitationOut:
    """Invite somebody by e-mail, else by SMS, else by the address that is answered, as a QR code."""
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "invitations", "send", organisation)
    site_ids = {site.key for site in all_sites(session, organisation_id)}
    invited = inviting.invite(session, organisation, asked, who=who, real_now=real_now(), site_ids=site_ids)
    url = link(request, f"/invitation/{invited.secret}")
    background.add_task(
        send_invitation,
        clients,
        email=asked.email,
        phone=asked.phone,
        url=url,
        name=asked.name,
        organisation=organisation.name,
        locale=locale,
    )
    return NewInvitationOut(**InvitationOut.of(invited.invitation).model_dump(), url=url)


@router.delete("/organisations/{organisation_id}/invitations/{invitation_id}", status_code=204)
def revoke_invitation(
    who: Annotated[Who, Depends(Guard("invitations", "revoke"))],
    session: WriteSession,
    organisation_id: Key,
    invitation_id: Key,
) -> None:
    """The link no longer works."""
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "invitations", "revoke", organisation)
    inviting.revoke_invitation(session, organisation, invitation_id, who=who, real_now=real_now())


@router.post("/people/{person_id}/suspension")
def suspend_person(
    who: Annotated[Who, Depends(Guard("people", "suspend"))], session: WriteSession, now: Now, person_id: Key
) -> PersonOut:
    """Suspend an account."""
    person = the_person(session, who, person_id)
    demand(who, "people", "suspend", *relation_to_person(session, who, person))
    demand_rank(session, who, person)
    people.suspend_person(session, person, who=who, now=now, real_now=real_now())
    return PersonOut.of(person)


@router.delete("/people/{person_id}/suspension")
def reactivate_person(
    who: Annotated[Who, Depends(Guard("people", "suspend"))], session: WriteSession, now: Now, person_id: Key
) -> PersonOut:
    """The account works again."""
    person = the_person(session, who, person_id)
    demand(who, "people", "suspend", *relation_to_person(session, who, person))
    people.reactivate_person(session, person, who=who, now=now)
    return PersonOut.of(person)
