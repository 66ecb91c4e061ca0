"""Making a site's poster (shown once, on the page and as a PDF to print), and revoking it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.actions.posters import make_poster, revoke_poster
from service.accounts.doors import demand_own, link, qr, see
from service.accounts.errors import PosterRevoked
from service.accounts.filling import Form, text_of
from service.accounts.guard import Guard
from service.accounts.models import Organisation, OrganisationKind, Site
from service.accounts.queries import the_site
from service.accounts.queries.posters import poster_by_token
from service.accounts.who import Who
from service.documents.papers.poster import PosterPaper
from service.kit.clock import real_now
from service.kit.ids import Id
from service.kit.refusals import NotFound
from service.web.deps import ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Maker = Annotated[Who, Depends(Guard("posters", "make"))]


@router.post("/sites/{site_id}/posters")
def make(request: Request, site_id: Id, who: Maker, session: WriteSession, form: Form) -> Response:
    """A new poster; its code is told this once."""
    site = _giving_site(session, who, site_id)
    poster, secret = make_poster(session, site, label=text_of(form, "label"), who=who, real_now=real_now())
    context = {"site": site, "poster": poster, "secret": secret, "drawing": qr(_address(request, secret), 8)}
    return render(request, "lots/poster.html", context)


@router.post("/sites/{site_id}/posters/paper")
def paper(request: Request, site_id: Id, who: Maker, session: ReadSession, form: Form) -> Response:
    """The same to print, A4: asked for by the page that was shown once, which alone knows the code."""
    site = _giving_site(session, who, site_id)
    secret = text_of(form, "secret")
    poster = poster_by_token(session, secret)
    if poster is None or poster.site_id != site.key:
        raise PosterRevoked()
    printed = PosterPaper(
        region_name=request.state.region.name,
        zone=request.state.zone,
        site=site.name,
        label=poster.label,
        number=poster.key,
        made_at=poster.created_at,
        address=_address(request, secret),
        help_phone=request.state.region.help.phone,
    ).printed()
    headers = {"Content-Disposition": f'attachment; filename="affiche-{poster.key}.pdf"', "Cache-Control": "no-store"}
    return Response(printed, media_type="application/pdf", headers=headers)


@router.post("/sites/{site_id}/posters/{poster_id}/removal")
def revoke(
    site_id: Id, poster_id: Id, who: Annotated[Who, Depends(Guard("posters", "revoke"))], session: WriteSession
) -> Response:
    """It opens nothing any more."""
    site = the_site(session, who, site_id)
    demand_own(who, "posters", "revoke", site)
    revoke_poster(session, site, poster_id, who=who, real_now=real_now())
    return see(f"/sites/{site_id}#posters")


def _giving_site(session: Session, who: Who, site_id: int) -> Site:
    """The site, if it gives and these people may speak for it."""
    site = the_site(session, who, site_id)
    demand_own(who, "posters", "make", site)
    if not site.active or session.get_one(Organisation, site.organisation_id).kind is not OrganisationKind.DONOR:
        raise NotFound()
    return site


def _address(request: Request, secret: str) -> str:
    return link(request, f"/poster/{secret}")
