"""An organisation's habilitation, beside its page among the partners."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.doors import demand_own, relation, relation_of_head, see
from service.accounts.filling import Filled, Form, answers, read
from service.accounts.guard import Guard
from service.accounts.models import OrganisationKind
from service.accounts.policy import demand
from service.accounts.queries import food_banks, organisations_by_id, the_organisation
from service.accounts.who import Who
from service.agreements import actions, papers, queries
from service.agreements.errors import HeadCannotCover, NotAReceiver
from service.agreements.forms import ABOUT, HabilitationIn
from service.agreements.models import Level
from service.clients.parts import OutsideClients
from service.kit.clock import local
from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound, Refusal
from service.web.deps import Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
router.include_router(papers.router)
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
    about_paper: Refusal | None = None,
) -> Response:
    organisation = the_organisation(session, who, organisation_id)
    head = papers.head_of(session, organisation)
    demand(who, "habilitations", "read", *relation(who, organisation), *relation_of_head(who, head))
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
        "papers": queries.papers(session, organisation_id),
        "may_read_papers": papers.may_read(session, who, organisation),
        "may_send": bool(who.relations("habilitations", "send_paper") & {"any", *relation(who, organisation)}),
        "given": Filled(given or {"level": Level.REGIONAL, "starts_on": today.isoformat()}),
        "refusal": refusal,
        "about_paper": about_paper,
        "wrong": Filled({ABOUT.get(text, name) if name == "form" else name: text for name, text in wrong.items()}),
    }
    refused = refusal or about_paper
    return render(request, "agreements/habilitation.html", context, status=refused.status if refused else 200)


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


@router.post("/partners/{organisation_id}/habilitation/papers")
def send_paper(
    request: Request,
    who: papers.Sender,
    read_session: ReadSession,
    session: WriteSession,
    clients: OutsideClients,
    now: Now,
    organisation_id: int,
    paper: papers.Upload,
) -> Response:
    """The prefect's order, for whoever approves."""
    demand_own(who, "habilitations", "send_paper", the_organisation(read_session, who, organisation_id))
    try:
        file_key = papers.kept(clients.files, paper)
        actions.send_paper(session, the_organisation(session, who, organisation_id), file_key, who=who, now=now)
    except Refusal as refusal:
        session.rollback()
        return _page(request, read_session, who, now, organisation_id, about_paper=refusal)
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
