"""Inviting somebody, and accepting."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.accounts import labels, passwords
from service.accounts.actions import inviting as acts
from service.accounts.actions.people import remove_member
from service.accounts.attempts import address_of, attempts_of
from service.accounts.doors import demand_own, link, qr, see, sign_in
from service.accounts.errors import AlreadyRegistered
from service.accounts.filling import Filled, Form, answers, read
from service.accounts.forms import Email, InvitationIn, Name, Password, Phone, Shape
from service.accounts.guard import Guard
from service.accounts.messages import send_invitation
from service.accounts.models import Person
from service.accounts.queries import all_sites, the_membership, the_organisation
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.clock import real_now
from service.kit.refusals import Invalid, Refusal
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Visitor = Annotated[Who, Depends(Guard("invitations", "accept"))]


class AcceptanceIn(Shape):
    """What somebody without an account says of themselves."""

    name: Name
    email: Email | None = None
    phone: Phone | None = None
    password: Password | None = None


@router.post("/partners/{organisation_id}/invitations")
def invite(
    request: Request,
    who: Annotated[Who, Depends(Guard("invitations", "send"))],
    session: WriteSession,
    locale: Locale,
    form: Form,
    background: BackgroundTasks,
    clients: OutsideClients,
    organisation_id: int,
) -> Response:
    """Send the link, and show it as a QR code as well: the person may be standing here."""
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "invitations", "send", organisation)
    site_ids = {site.key for site in all_sites(session, organisation_id)}
    asked = read(InvitationIn, form)
    invited = acts.invite(session, organisation, asked, who=who, real_now=real_now(), site_ids=site_ids)
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
    sheet = [
        {"name": asked.name, "organisation": organisation.name, "drawing": qr(url), "sent": asked.email or asked.phone}
    ]
    return render(
        request, "accounts/invitation_sheet.html", {"sheet": sheet, "back": f"/partners/{organisation_id}"}, status=201
    )


@router.post("/partners/{organisation_id}/invitations/{invitation_id}/end")
def revoke(
    who: Annotated[Who, Depends(Guard("invitations", "revoke"))],
    session: WriteSession,
    organisation_id: int,
    invitation_id: int,
) -> Response:
    """The invitation no longer counts."""
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "invitations", "revoke", organisation)
    acts.revoke_invitation(session, organisation, invitation_id, who=who, real_now=real_now())
    return see(f"/partners/{organisation_id}")


@router.post("/partners/{organisation_id}/members/{membership_id}/removal")
def remove(
    who: Annotated[Who, Depends(Guard("people", "remove"))],
    session: WriteSession,
    now: Now,
    organisation_id: int,
    membership_id: int,
) -> Response:
    """Somebody no longer acts for the organisation."""
    demand_own(who, "people", "remove", the_organisation(session, who, organisation_id))
    remove_member(session, the_membership(session, organisation_id, membership_id), who=who, now=now)
    return see(f"/partners/{organisation_id}")


def _page(
    request: Request,
    session: ReadSession | WriteSession,
    who: Who,
    token: str,
    refusal: Refusal | None,
    given: dict[str, object],
) -> Response:
    invitation, organisation = acts.the_invitation(session, token, real_now=real_now())
    context = {
        "token": token,
        "invitation": invitation,
        "organisation": organisation,
        "role": labels.ROLES[invitation.role],
        "given": Filled(given or {"name": invitation.name, "email": invitation.email, "phone": invitation.phone}),
        "refusal": refusal,
        "wrong": Filled(refusal.fields if refusal else {}),
        "next": f"/invitation/{token}",
    }
    return render(request, "accounts/invitation.html", context, status=refusal.status if refusal else 200)


@router.get("/invitation/{token}")
def show(request: Request, who: Visitor, session: ReadSession, token: str) -> Response:
    """Who invites, and to do what."""
    return _page(request, session, who, token, None, {})


@router.post("/invitation/{token}")
def accept(
    request: Request,
    who: Visitor,
    read_session: ReadSession,
    session: WriteSession,
    locale: Locale,
    now: Now,
    form: Form,
    token: str,
) -> Response:
    """Join with the account one is signed in to, or with a new one."""
    attempts, address = attempts_of(request), address_of(request)
    attempts.check("registration", address, address)
    attempts.count("registration", address, address)
    new = None
    try:
        if who.person_id is None:
            asked = read(AcceptanceIn, form)
            password_hash = passwords.hashed(asked.password) if asked.password else None
            new = acts.NewPerson(asked.name, asked.email, asked.phone, password_hash, locale)
        me = session.get(Person, who.person_id) if who.person_id is not None else None
        person = acts.accept(session, token, me=me, new=new, now=now, real_now=real_now())
    except (Invalid, AlreadyRegistered) as refusal:
        session.rollback()
        return _page(request, read_session, who, token, refusal, answers(form))
    return sign_in(request, session, person, method="invitation", target=None)
