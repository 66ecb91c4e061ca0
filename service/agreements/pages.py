"""An organisation's habilitation, beside its page among the partners."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.doors import demand_own, see
from service.accounts.filling import Filled, Form, answers, read
from service.accounts.guard import Guard
from service.accounts.models import OrganisationKind
from service.accounts.queries import food_banks, organisations_by_id, the_organisation
from service.accounts.who import Who
from service.agreements import actions, queries
from service.agreements.errors import HeadCannotCover, NotAReceiver
from service.agreements.forms import ABOUT, HabilitationIn
from service.agreements.models import Level
from service.kit.clock import local
from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound, Refusal
from service.web.deps import Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
LEVELS = {
    Level.REGIONAL: N_("Régionale (préfet de région)"),
    Level.NATIONAL: N_("Nationale (ministère)"),
    Level.PUBLIC_EXEMPT: N_("Organisme public : aucune nécessaire"),
}


@router.get("/partners/{organisation_id}/habilitation")
def show(
    request: Request,
    who: Annotated[Who, Depends(Guard("habilitations", "read"))],
    session: ReadSession,
    now: Now,
    organisation_id: int,
) -> Response:
    """Whether it may receive food today, and by what right."""
    return _page(request, session, who, now, organisation_id)


def _page(
    request: Request,
    session: ReadSession,
    who: Who,
    now: Now,
    organisation_id: int,
    refusal: Refusal | None = None,
    given: dict[str, object] | None = None,
) -> Response:
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "habilitations", "read", organisation)
    today = local(now, request.state.zone).date()
    rows = queries.habilitations(session, organisation_id)
    wrong = dict(refusal.fields) if refusal else {}
    if refusal is not None and not wrong:
        wrong = {"covered_by_id": refusal.message}
    context = {
        "organisation": organisation,
        "today": today,
        "rows": rows,
        "in_force": queries.habilitation_of(session, organisation, today),
        "may_receive": queries.may_receive(session, organisation, today),
        "needs_none": organisation.kind == OrganisationKind.PUBLIC_BODY,
        "heads": [head for head in food_banks(session, who.region) if head.key != organisation_id],
        "of_heads": organisations_by_id(session, {row.covered_by_id for row in rows if row.covered_by_id}),
        "levels": LEVELS,
        "may_record": who.may("habilitations", "record"),
        "given": Filled(given or {"level": Level.REGIONAL, "starts_on": today.isoformat()}),
        "refusal": refusal,
        "wrong": Filled({ABOUT.get(text, name) if name == "form" else name: text for name, text in wrong.items()}),
    }
    return render(request, "agreements/habilitation.html", context, status=refusal.status if refusal else 200)


@router.post("/partners/{organisation_id}/habilitation")
def record(
    request: Request,
    who: Annotated[Who, Depends(Guard("habilitations", "record"))],
    read_session: ReadSession,
    session: WriteSession,
    form: Form,
    now: Now,
    organisation_id: int,
) -> Response:
    """Record what the prefect's order says."""
    organisation = the_organisation(session, who, organisation_id)
    try:
        asked = read(HabilitationIn, form)
        head = the_organisation(session, who, asked.covered_by_id) if asked.covered_by_id else None
        actions.record(session, organisation, asked, who=who, now=now, head=head)
    except (Invalid, HeadCannotCover, NotAReceiver) as refusal:
        session.rollback()
        return _page(request, read_session, who, now, organisation_id, refusal, answers(form))
    return see(f"/partners/{organisation_id}/habilitation")


@router.post("/partners/{organisation_id}/habilitation/{habilitation_id}/end")
def end(
    who: Annotated[Who, Depends(Guard("habilitations", "end"))],
    session: WriteSession,
    now: Now,
    organisation_id: int,
    habilitation_id: int,
) -> Response:
    """Take it back."""
    row = queries.habilitation_by_id(session, who.region, habilitation_id)
    if row is None or row.organisation_id != organisation_id:
        raise NotFound()
    actions.end(session, row, who=who, now=now)
    return see(f"/partners/{organisation_id}/habilitation")
