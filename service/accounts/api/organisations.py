"""Organisations: registered, listed, approved, suspended."""

from typing import Annotated, Literal

from fastapi import APIRouter, BackgroundTasks, Depends, Path, Query
from pydantic import Field
from starlette.requests import Request

from service.accounts import passwords
from service.accounts.actions import organisations as acts
from service.accounts.actions.placing import public_address
from service.accounts.api.shapes import (
    OrganisationOut,
    OrganisationPage,
    PersonOut,
    ReasonIn,
    RegisteredOut,
    SiteOut,
)
from service.accounts.attempts import address_of, attempts_of
from service.accounts.doors import demand_own, relation, relation_of_head
from service.accounts.forms import OrganisationIn, RegistrationIn, Shape
from service.accounts.geocoding import locate_later
from service.accounts.guard import Guard
from service.accounts.models import AccountState, Organisation, OrganisationKind
from service.accounts.policy import demand
from service.accounts.queries import PartnersAsked, partners, the_organisation
from service.accounts.who import Who
from service.kit.pagination import AskedPage
from service.web.deps import AppSettings, Now, ReadSession, WriteSession
from service.web.health import Open

router = APIRouter(tags=["accounts"])
Key = Annotated[int, Path(ge=1, le=2**53)]


@router.post("/registrations", status_code=201)
def register(
    request: Request,
    _: Annotated[None, Depends(Open("registration", "make"))],
    session: WriteSession,
    settings: AppSettings,
    now: Now,
    asked: RegistrationIn,
    background: BackgroundTasks,
) -> RegisteredOut:
    """Register an organisation, its first site and oneself. A donor is active at once; others wait for approval."""
    attempts, address = attempts_of(request), address_of(request)
    attempts.check("registration", address, address)
    attempts.count("registration", address, address)
    password_hash = passwords.hashed(asked.password) if asked.password else None
    made = acts.register(session, settings, asked, region=settings.region, password_hash=password_hash, now=now)
    public = public_address(made.site)
    if public is not None:
        background.add_task(locate_later, request.app, made.site.key, public)
    return RegisteredOut(
        organisation=OrganisationOut.of(made.organisation),
        site=SiteOut.of(made.site),
        person=PersonOut.of(made.person),
    )


@router.get("/organisations")
def list_organisations(
    who: Annotated[Who, Depends(Guard("organisations", "list"))],
    session: ReadSession,
    asked: AskedPage,
    q: Annotated[str, Query(max_length=100)] = "",
    kind: OrganisationKind | None = None,
    state: AccountState | None = None,
    first_lot_unseen: bool = False,
) -> OrganisationPage:
    """Partners by name; `q` is any part of a name, a city, a SIRET or an RNA number."""
    page = partners(session, who.region, PartnersAsked(q, kind, state, first_lot_unseen), asked)
    return OrganisationPage(items=[OrganisationOut.of(row) for row in page.items], next=page.next)


@router.post("/organisations", status_code=201)
def add_organisation(
    who: Annotated[Who, Depends(Guard("organisations", "add"))], session: WriteSession, now: Now, asked: OrganisationIn
) -> OrganisationOut:
    """Staff enter a partner."""
    return OrganisationOut.of(acts.add_organisation(session, asked, who=who, now=now))


@router.get("/organisations/{organisation_id}")
def read_organisation(
    who: Annotated[Who, Depends(Guard("organisations", "read"))], session: ReadSession, organisation_id: Key
) -> OrganisationOut:
    """One organisation."""
    organisation = the_organisation(session, who, organisation_id)
    head = _head(session, organisation)
    demand(who, "organisations", "read", *relation(who, organisation), *relation_of_head(who, head))
    return OrganisationOut.of(organisation)


@router.put("/organisations/{organisation_id}")
def change_organisation(
    who: Annotated[Who, Depends(Guard("organisations", "change"))],
    session: WriteSession,
    now: Now,
    organisation_id: Key,
    asked: OrganisationIn,
) -> OrganisationOut:
    """Correct what is said of an organisation; its kind stays as it is."""
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "organisations", "change", organisation)
    acts.change_organisation(session, organisation, asked, who=who, now=now)
    return OrganisationOut.of(organisation)


class DecisionIn(ReasonIn):
    decision: Literal["approve", "refuse"] = "approve"


@router.post("/organisations/{organisation_id}/approval")
def approve(
    who: Annotated[Who, Depends(Guard("organisations", "approve"))],
    session: WriteSession,
    now: Now,
    organisation_id: Key,
    asked: DecisionIn,
) -> OrganisationOut:
    """Approve or refuse an organisation that registered itself."""
    organisation = the_organisation(session, who, organisation_id)
    demand(who, "organisations", "approve", *relation_of_head(who, _head(session, organisation)))
    if asked.decision == "refuse":
        acts.refuse(session, organisation, who=who, now=now, reason=asked.reason)
    else:
        acts.approve(session, organisation, who=who, now=now)
    return OrganisationOut.of(organisation)


@router.post("/organisations/{organisation_id}/suspension")
def suspend(
    who: Annotated[Who, Depends(Guard("organisations", "suspend"))],
    session: WriteSession,
    now: Now,
    organisation_id: Key,
    asked: ReasonIn,
) -> OrganisationOut:
    """Nobody acts for it any more."""
    organisation = the_organisation(session, who, organisation_id)
    acts.suspend(session, organisation, who=who, now=now, reason=asked.reason)
    return OrganisationOut.of(organisation)


@router.delete("/organisations/{organisation_id}/suspension")
def reactivate(
    who: Annotated[Who, Depends(Guard("organisations", "suspend"))],
    session: WriteSession,
    now: Now,
    organisation_id: Key,
) -> OrganisationOut:
    """Its people may act again."""
    organisation = the_organisation(session, who, organisation_id)
    acts.reactivate(session, organisation, who=who, now=now)
    return OrganisationOut.of(organisation)


@router.post("/organisations/{organisation_id}/first-lot")
def see_first_lot(
    who: Annotated[Who, Depends(Guard("organisations", "see_first_lot"))],
    session: WriteSession,
    now: Now,
    organisation_id: Key,
) -> OrganisationOut:
    """Somebody has looked at this new donor's first lot."""
    organisation = the_organisation(session, who, organisation_id)
    acts.see_first_lot(session, organisation, who=who, now=now)
    return OrganisationOut.of(organisation)


class DelegationIn(Shape):
    delegated: bool


@router.put("/organisations/{organisation_id}/delegation")
def delegate(
    who: Annotated[Who, Depends(Guard("organisations", "delegate"))],
    session: WriteSession,
    now: Now,
    organisation_id: Key,
    asked: DelegationIn,
) -> OrganisationOut:
    """Let a network head approve its own members, or take that back."""
    organisation = the_organisation(session, who, organisation_id)
    acts.delegate_approval(session, organisation, asked.delegated, who=who, now=now)
    return OrganisationOut.of(organisation)


class HeadIn(Shape):
    parent_id: Annotated[int, Field(ge=1, le=2**53)] | None


@router.put("/organisations/{organisation_id}/head")
def put_under(
    who: Annotated[Who, Depends(Guard("organisations", "put_under"))],
    session: WriteSession,
    now: Now,
    organisation_id: Key,
    asked: HeadIn,
) -> OrganisationOut:
    """Say which network head an organisation belongs to, or to none."""
    organisation = the_organisation(session, who, organisation_id)
    parent = the_organisation(session, who, asked.parent_id) if asked.parent_id is not None else None
    acts.put_under(session, organisation, parent, who=who, now=now)
    return OrganisationOut.of(organisation)


def _head(session: ReadSession | WriteSession, organisation: Organisation) -> Organisation | None:
    return session.get(Organisation, organisation.parent_id) if organisation.parent_id else None
