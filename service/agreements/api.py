"""Habilitations for other programs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request

from service.accounts.doors import demand_own
from service.accounts.guard import Guard
from service.accounts.queries import the_organisation
from service.accounts.who import Who
from service.agreements import actions, papers, queries
from service.agreements.forms import HabilitationIn, HabilitationOut, HabilitationPage, PaperOut
from service.clients.parts import OutsideClients
from service.kit.clock import local
from service.kit.refusals import NotFound
from service.web.deps import Now, ReadSession, WriteSession

router = APIRouter(tags=["agreements"])
Key = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/organisations/{organisation_id}/habilitations")
def list_habilitations(
    request: Request,
    who: Annotated[Who, Depends(Guard("habilitations", "read"))],
    session: ReadSession,
    now: Now,
    organisation_id: Key,
) -> HabilitationPage:
    """What an organisation has or had, the newest first, and whether it may receive food today."""
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "habilitations", "read", organisation)
    today = local(now, request.state.zone).date()
    return HabilitationPage(
        items=[HabilitationOut.of(row) for row in queries.habilitations(session, organisation_id)],
        may_receive=queries.may_receive(session, organisation, today),
    )


@router.post("/organisations/{organisation_id}/habilitations", status_code=201)
def record_habilitation(
    who: Annotated[Who, Depends(Guard("habilitations", "record"))],
    session: WriteSession,
    now: Now,
    organisation_id: Key,
    asked: HabilitationIn,
) -> HabilitationOut:
    """Record what the prefect's order says."""
    organisation = the_organisation(session, who, organisation_id)
    head = the_organisation(session, who, asked.covered_by_id) if asked.covered_by_id else None
    return HabilitationOut.of(actions.record(session, organisation, asked, who=who, now=now, head=head))


@router.delete("/organisations/{organisation_id}/habilitations/{habilitation_id}", status_code=204)
def end_habilitation(
    who: Annotated[Who, Depends(Guard("habilitations", "end"))],
    session: WriteSession,
    now: Now,
    organisation_id: Key,
    habilitation_id: Key,
) -> None:
    """Take it back before its end."""
    row = queries.habilitation_by_id(session, who.region, habilitation_id)
    if row is None or row.organisation_id != organisation_id:
        raise NotFound()
    actions.end(session, row, who=who, now=now)


@router.post("/organisations/{organisation_id}/habilitation-papers", status_code=201)
def send_paper(
    who: papers.Sender,
    session: WriteSession,
    clients: OutsideClients,
    now: Now,
    organisation_id: Key,
    paper: papers.Upload,
) -> PaperOut:
    """Hand in the prefect's order, as a PDF or a photo; whoever approves the organisation alone may read it."""
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "habilitations", "send_paper", organisation)
    return PaperOut.of(actions.send_paper(session, organisation, papers.kept(clients.files, paper), who=who, now=now))
