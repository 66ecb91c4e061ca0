"""Sites and their closed days."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Path
from starlette.requests import Request

from service.accounts.actions import sites as acts
from service.accounts.actions.placing import public_address
from service.accounts.api.shapes import ClosureOut, ClosurePage, SiteOut, SitePage
from service.accounts.doors import demand_own
from service.accounts.forms import ClosureIn, SiteIn
from service.accounts.geocoding import locate_later
from service.accounts.guard import Guard
from service.accounts.models import Site
from service.accounts.queries import all_sites, closures_to_come, the_closure, the_organisation, the_site
from service.accounts.who import Who
from service.kit.clock import local
from service.web.deps import AppSettings, Now, ReadSession, WriteSession

router = APIRouter(tags=["accounts"])
Key = Annotated[int, Path(ge=1, le=2**53)]
Reader = Annotated[Who, Depends(Guard("sites", "read"))]
Changer = Annotated[Who, Depends(Guard("sites", "change"))]
Closer = Annotated[Who, Depends(Guard("sites", "close"))]


@router.get("/organisations/{organisation_id}/sites")
def list_sites(who: Reader, session: ReadSession, organisation_id: Key) -> SitePage:
    """The sites of an organisation."""
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "sites", "read", organisation)
    return SitePage(items=[SiteOut.of(site) for site in all_sites(session, organisation.key)])


@router.post("/organisations/{organisation_id}/sites", status_code=201)
def add_site(
    request: Request,
    who: Changer,
    session: WriteSession,
    settings: AppSettings,
    now: Now,
    background: BackgroundTasks,
    organisation_id: Key,
    asked: SiteIn,
) -> SiteOut:
    """One more place. A protected one's address is encrypted and comes back in no answer."""
    organisation = the_organisation(session, who, organisation_id)
    demand_own(who, "sites", "change", organisation)
    site = acts.add_site(session, settings, organisation, asked, who=who, now=now)
    _locate(request, background, site)
    return SiteOut.of(site)


@router.get("/sites/{site_id}")
def read_site(who: Reader, session: ReadSession, site_id: Key) -> SiteOut:
    """One site."""
    site = the_site(session, who, site_id)
    demand_own(who, "sites", "read", site)
    return SiteOut.of(site)


@router.put("/sites/{site_id}")
def change_site(
    request: Request,
    who: Changer,
    session: WriteSession,
    settings: AppSettings,
    now: Now,
    background: BackgroundTasks,
    site_id: Key,
    asked: SiteIn,
) -> SiteOut:
    """All that is known of a site, anew."""
    site = the_site(session, who, site_id)
    demand_own(who, "sites", "change", site)
    acts.change_site(session, settings, site, asked, who=who, now=now)
    _locate(request, background, site)
    return SiteOut.of(site)


@router.delete("/sites/{site_id}", status_code=204)
def give_up_site(who: Changer, session: WriteSession, now: Now, site_id: Key) -> None:
    """The site no longer gives or receives; what happened there stays."""
    site = the_site(session, who, site_id)
    demand_own(who, "sites", "change", site)
    acts.give_up_site(session, site, who=who, now=now)


@router.get("/sites/{site_id}/closures")
def list_closures(request: Request, who: Reader, session: ReadSession, now: Now, site_id: Key) -> ClosurePage:
    """Closed days that are not over."""
    site = the_site(session, who, site_id)
    demand_own(who, "sites", "read", site)
    rows = closures_to_come(session, [site.key], local(now, request.state.zone).date())
    return ClosurePage(items=[ClosureOut.of(row) for row in rows])


@router.post("/sites/{site_id}/closures", status_code=201)
def close_site(
    request: Request, who: Closer, session: WriteSession, now: Now, site_id: Key, asked: ClosureIn
) -> ClosureOut:
    """Closed from … to …, both included."""
    site = the_site(session, who, site_id)
    demand_own(who, "sites", "close", site)
    today = local(now, request.state.zone).date()
    return ClosureOut.of(acts.close_days(session, site, asked, who=who, now=now, today=today))


@router.delete("/sites/{site_id}/closures/{closure_id}", status_code=204)
def reopen_site(who: Closer, session: WriteSession, now: Now, site_id: Key, closure_id: Key) -> None:
    """Open after all."""
    site = the_site(session, who, site_id)
    demand_own(who, "sites", "close", site)
    acts.reopen_days(session, site, the_closure(session, site_id, closure_id), who=who, now=now)


def _locate(request: Request, background: BackgroundTasks, site: Site) -> None:
    public = public_address(site)
    if public is not None and site.precision == "commune":
        background.add_task(locate_later, request.app, site.key, public)
