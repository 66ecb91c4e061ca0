"""Communes for other programs and for the address fields of our own pages."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Path, Query

from service.kit.pagination import AskedPage
from service.territory import outlines, queries
from service.territory.errors import RegionNotLoaded
from service.territory.forms import CommuneOut, CommunePage, FeatureCollection
from service.web.deps import ReadSession


class Reader(Protocol):
    """Whoever asks, of whom this room needs the region alone; `accounts.who.Who` is one."""

    @property
    def region(self) -> str: ...


def routes(guard: Callable[..., Awaitable[Reader]]) -> APIRouter:
    """The routes of this room. People live in a room above: the composition root brings their guard down here."""
    router = APIRouter(tags=["territory"])
    # A name FastAPI reads when it meets the routes below, and no more than that.
    Asking = Annotated[Any, Depends(guard)]

    @router.get("/communes")
    def search_communes(
        who: Asking,
        session: ReadSession,
        asked: AskedPage,
        q: Annotated[
            str, Query(max_length=100, description="A name, the beginning of its words, a postcode, or both.")
        ] = "",
    ) -> CommunePage:
        """The communes of the region that answer to what somebody is typing, the likeliest first."""
        page = queries.search_communes(session, who.region, q, asked)
        return CommunePage(items=[CommuneOut.of(commune) for commune in page.items], next=page.next)

    @router.get("/departements/outlines")
    def departement_outlines(who: Asking) -> FeatureCollection:
        """GeoJSON of the départements' outlines, right to about a kilometre; empty where the region has none."""
        return FeatureCollection(features=outlines.departements(who.region))

    @router.get("/communes/points")
    def commune_points(who: Asking, session: ReadSession) -> FeatureCollection:
        """GeoJSON of the communes whose place is known, for a map without tiles; the largest carry their name."""
        return FeatureCollection.of(queries.communes(session, who.region))

    @router.get("/communes/nearest")
    def nearest_commune(
        who: Asking,
        session: ReadSession,
        latitude: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)],
        longitude: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
    ) -> CommuneOut:
        """The commune whose point is nearest to a place (degrees WGS84)."""
        commune = queries.nearest_commune(session, who.region, latitude, longitude)
        if commune is None:
            raise RegionNotLoaded()
        return CommuneOut.of(commune)

    @router.get("/communes/{insee}")
    def one_commune(
        who: Asking, session: ReadSession, insee: Annotated[str, Path(pattern=r"^(\d{2}|2[AB])\d{3}$")]
    ) -> CommuneOut:
        """One commune, by its INSEE code."""
        return CommuneOut.of(queries.the_commune(session, who.region, insee))

    return router
