"""Where a partner stands: approved or refused, suspended, seen for the first time, under which network head."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from service.accounts.actions import organisations as acts
from service.accounts.doors import relation_of_head, see
from service.accounts.filling import Form, text_of
from service.accounts.guard import Guard
from service.accounts.models import Organisation
from service.accounts.policy import demand
from service.accounts.queries import the_organisation
from service.accounts.who import Who
from service.web.deps import Now, WriteSession

router = APIRouter()


@router.post("/partners/{organisation_id}/approval")
def approve(
    who: Annotated[Who, Depends(Guard("organisations", "approve"))],
    session: WriteSession,
    form: Form,
    now: Now,
    organisation_id: int,
) -> Response:
    """Approve or refuse somebody who registered."""
    organisation = the_organisation(session, who, organisation_id)
    head = session.get(Organisation, organisation.parent_id) if organisation.parent_id else None
    demand(who, "organisations", "approve", *relation_of_head(who, head))
    if text_of(form, "decision") == "refuse":
        acts.refuse(session, organisation, who=who, now=now, reason=text_of(form, "reason"))
    else:
        acts.approve(session, organisation, who=who, now=now)
    return see(f"/partners/{organisation_id}")


@router.post("/partners/{organisation_id}/suspension")
def suspend(
    who: Annotated[Who, Depends(Guard("organisations", "suspend"))],
    session: WriteSession,
    form: Form,
    now: Now,
    organisation_id: int,
) -> Response:
    """Nobody acts for it any more."""
    organisation = the_organisation(session, who, organisation_id)
    acts.suspend(session, organisation, who=who, now=now, reason=text_of(form, "reason"))
    return see(f"/partners/{organisation_id}")


@router.post("/partners/{organisation_id}/reactivation")
def reactivate(
    who: Annotated[Who, Depends(Guard("organisations", "suspend"))],
    session: WriteSession,
    now: Now,
    organisation_id: int,
) -> Response:
    """Its people may act again."""
    acts.reactivate(session, the_organisation(session, who, organisation_id), who=who, now=now)
    return see(f"/partners/{organisation_id}")


@router.post("/partners/{organisation_id}/first-lot")
def see_first_lot(
    who: Annotated[Who, Depends(Guard("organisations", "see_first_lot"))],
    session: WriteSession,
    now: Now,
    organisation_id: int,
) -> Response:
    """I have looked at this new donor's first lot."""
    acts.see_first_lot(session, the_organisation(session, who, organisation_id), who=who, now=now)
    return see(f"/partners/{organisation_id}")


@router.post("/partners/{organisation_id}/delegation")
def delegate(
    who: Annotated[Who, Depends(Guard("organisations", "delegate"))],
    session: WriteSession,
    form: Form,
    now: Now,
    organisation_id: int,
) -> Response:
    """The Region lets a food bank approve its own members."""
    organisation = the_organisation(session, who, organisation_id)
    acts.delegate_approval(session, organisation, bool(text_of(form, "delegated")), who=who, now=now)
    return see(f"/partners/{organisation_id}")


@router.post("/partners/{organisation_id}/head")
def put_under(
    who: Annotated[Who, Depends(Guard("organisations", "put_under"))],
    session: WriteSession,
    form: Form,
    now: Now,
    organisation_id: int,
) -> Response:
    """Which network head it belongs to."""
    organisation = the_organisation(session, who, organisation_id)
    chosen = text_of(form, "parent_id")
    parent = the_organisation(session, who, int(chosen)) if chosen.isdigit() else None
    acts.put_under(session, organisation, parent, who=who, now=now)
    return see(f"/partners/{organisation_id}")
