"""Partners: the list, an organisation's page, approving and suspending, speaking for a caller."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.accounts import labels
from service.accounts.actions import organisations as acts
from service.accounts.doors import demand_own, relation, relation_of_head, see
from service.accounts.errors import OrganisationKnown
from service.accounts.filling import Filled, Form, answers, read
from service.accounts.forms import OrganisationIn
from service.accounts.guard import Guard
from service.accounts.models import AccountState, Organisation, OrganisationKind
from service.accounts.policy import demand
from service.accounts.queries import (
    ROLE_OF_KIND,
    PartnersAsked,
    all_sites,
    closures_to_come,
    counts_by_state,
    food_banks,
    open_invitations,
    partners,
    people_of,
    the_organisation,
)
from service.accounts.rules import roles_to_give
from service.accounts.who import Who
from service.kit.clock import local, real_now
from service.kit.pagination import AskedPage
from service.kit.refusals import Invalid, Refusal
from service.web.deps import Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()


def _one_of(enum: type[OrganisationKind] | type[AccountState], text: str) -> str | None:
    return text if text in {member.value for member in enum} else None


@router.get("/partners")
def index(
    request: Request,
    who: Annotated[Who, Depends(Guard("organisations", "list"))],
    session: ReadSession,
    asked: AskedPage,
    q: str = "",
    kind: str = "",
    state: str = "",
    new: bool = False,
) -> Response:
    """Every partner, by name; those who wait first in sight."""
    wanted = PartnersAsked(
        text=q[:100],
        kind=OrganisationKind(kind) if _one_of(OrganisationKind, kind) else None,
        state=AccountState(state) if _one_of(AccountState, state) else None,
        first_lot_unseen=new,
    )
    page = partners(session, who.region, wanted, asked)
    context = {
        "page": page,
        "q": q,
        "kind": wanted.kind,
        "state": wanted.state,
        "new": new,
        "counts": counts_by_state(session, who.region),
        "labels": labels,
        "kinds": list(OrganisationKind),
    }
    return render(request, "accounts/partners.html", context)


@router.get("/partners/new")
def ask_new(request: Request, who: Annotated[Who, Depends(Guard("organisations", "add"))]) -> Response:
    """The form of a new partner."""
    return _form(request, who, None, {"kind": "donor"})


@router.post("/partners/new")
def add(
    request: Request,
    who: Annotated[Who, Depends(Guard("organisations", "add"))],
    session: WriteSession,
    form: Form,
    now: Now,
) -> Response:
    """Staff enter a partner by hand."""
    try:
        made = acts.add_organisation(session, read(OrganisationIn, form), who=who, now=now)
    except (Invalid, OrganisationKnown) as refusal:
        session.rollback()
        return _form(request, who, None, answers(form), refusal)
    return see(f"/partners/{made.key}")


def _form(
    request: Request,
    who: Who,
    organisation: Organisation | None,
    given: dict[str, object],
    refusal: Refusal | None = None,
) -> Response:
    context = {
        "organisation": organisation,
        "given": Filled(given),
        "refusal": refusal,
        "wrong": Filled(refusal.fields if refusal else {}),
        "labels": labels,
    }
    return render(request, "accounts/organisation_form.html", context, status=refusal.status if refusal else 200)


@router.get("/partners/{organisation_id}")
def show(
    request: Request,
    who: Annotated[Who, Depends(Guard("organisations", "read"))],
    session: ReadSession,
    now: Now,
    organisation_id: int,
) -> Response:
    """An organisation: what it is, its sites, its people, and what may be done about it."""
    organisation = the_organisation(session, who, organisation_id)
    head = session.get(Organisation, organisation.parent_id) if organisation.parent_id else None
    demand(who, "organisations", "read", *relation(who, organisation), *relation_of_head(who, head))
    sites = all_sites(session, organisation_id)
    own = {"any", *relation(who, organisation)}
    today = local(now, request.state.zone).date()
    may_approve = bool(who.relations("organisations", "approve") & {"any", *relation_of_head(who, head)})
    context = {
        "organisation": organisation,
        "head": head,
        "heads": food_banks(session, who.region) if who.may("organisations", "put_under") else [],
        "sites": sites,
        "closures": closures_to_come(session, [site.key for site in sites], today),
        "members": people_of(session, organisation_id),
        "invitations": open_invitations(session, organisation_id, real_now()),
        "roles_to_give": roles_to_give(who.roles, organisation.kind),
        "may_change": bool(who.relations("organisations", "change") & own),
        "may_invite": bool(who.relations("invitations", "send") & own),
        "may_approve": may_approve,
        "may_suspend": who.may("organisations", "suspend"),
        "may_delegate": who.may("organisations", "delegate"),
        "may_see_first": who.may("organisations", "see_first_lot"),
        "may_speak": who.may("callers", "speak_for")
        and organisation.kind in ROLE_OF_KIND
        and organisation.state == AccountState.ACTIVE,
        "labels": labels,
    }
    return render(request, "accounts/organisation.html", context)


@router.get("/partners/{organisation_id}/edit")
def ask_change(
    request: Request,
    who: Annotated[Who, Depends(Guard("organisations", "change"))],
    session: ReadSession,
    organisation_id: int,
) -> Response:
    """The form of an organisation."""
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "organisations", "change", organisation)
    return _form(request, who, organisation, organisation.model_dump())


@router.post("/partners/{organisation_id}/edit")
def change(
    request: Request,
    who: Annotated[Who, Depends(Guard("organisations", "change"))],
    session: WriteSession,
    form: Form,
    now: Now,
    organisation_id: int,
) -> Response:
    """Correct what is said of an organisation."""
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "organisations", "change", organisation)
    try:
        asked = read(OrganisationIn, form, kind=organisation.kind)
        acts.change_organisation(session, organisation, asked, who=who, now=now)
    except (Invalid, OrganisationKnown) as refusal:
        session.rollback()
        return _form(request, who, organisation, {**answers(form), "kind": organisation.kind}, refusal)
    return see(f"/partners/{organisation_id}")
