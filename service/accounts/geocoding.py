"""After a site was written: ask the geocoder where it is, outside any transaction, then note what it said."""

from fastapi import FastAPI

from service.accounts.actions.placing import locate
from service.clients.geocoding.port import Geocoder, PublicAddress
from service.web.deps import Parts


def locate_later(app: FastAPI, site_id: int, asked: PublicAddress) -> None:
    """A background task: a few seconds of network at most, then one short transaction."""
    geocoder: Geocoder = app.state.geocoder
    parts: Parts = app.state.parts
    found = geocoder.locate(asked)
    if found is not None and found.precision != "commune":
        with parts.database.transaction() as session:
            locate(session, site_id, asked, found)
