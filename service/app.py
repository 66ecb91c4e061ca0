"""The composition root: puts the parts together and lists the rooms."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata

from anyio import to_thread
from fastapi import FastAPI
from starlette.types import ASGIApp

import service.accounts.api
import service.accounts.pages
import service.agreements.api
import service.agreements.pages
import service.allocation.answers.api
import service.allocation.api
import service.allocation.errands.api
import service.allocation.ledger.api
import service.allocation.pages
import service.allocation.ramasses.api
import service.documents.api
import service.documents.pages
import service.interop.api
import service.interop.pages
import service.live.api
import service.lots.api
import service.lots.pages
import service.lots.usual.api
import service.notices.api
import service.notices.pages
import service.observatory.api
import service.observatory.comparing
import service.observatory.pages
import service.observatory.visit
import service.practice.pages
import service.rounds.api
import service.rounds.pages
import service.shipments.api
import service.territory.api
import service.trace.api
from config.regions import load_region_config
from config.settings import Settings
from service.accounts.attempts import Attempts
from service.accounts.guard import Guard
from service.clients.parts import clients_from
from service.database.engine import Database
from service.live.feed import Feed
from service.notices.callers import CallersTold
from service.territory.gazetteer import geocoder_for
from service.web import demo, errors, health, worker
from service.web.assets import STATIC, Assets
from service.web.clock import DomainClock
from service.web.deps import Parts
from service.web.maps import tiles_of
from service.web.phone import QueueAnswers
from service.web.security import Security

# One line a room.
APIS = (
    service.live.api.router,
    service.accounts.api.router,
    service.agreements.api.router,
    service.documents.api.router,
    service.notices.api.router,
    service.territory.api.routes(Guard("communes", "search")),
    service.lots.api.router,
    service.lots.usual.api.router,
    service.allocation.api.router,
    service.allocation.ledger.api.router,
    service.allocation.answers.api.router,
    service.allocation.errands.api.router,
    service.allocation.ramasses.api.router,
    service.shipments.api.router,
    service.rounds.api.router,
    service.trace.api.router,
    service.observatory.api.router,
    service.interop.api.router,
)
PAGES = (
    health.router,
    service.accounts.pages.router,
    service.agreements.pages.router,
    service.allocation.pages.router,
    service.lots.pages.router,
    service.documents.pages.router,
    service.notices.pages.router,
    service.rounds.pages.router,
    service.observatory.pages.router,
    service.practice.pages.router,
    service.observatory.comparing.router,
    service.observatory.visit.router,
    service.interop.pages.router,
    demo.router,
    worker.router,
)


class Locked(FastAPI):
    """An application whose every answer carries the security headers: they stand outside even of what answers a failure
    of ours, which Starlette keeps outermost otherwise."""

    def build_middleware_stack(self) -> ASGIApp:
        """The usual stack, behind the lock."""
        return Security(super().build_middleware_stack(), tiles=self.state.tiles)


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[None]:
    """While the application runs: its threads, and its reader of the journal."""
    parts: Parts = app.state.parts
    feed: Feed = app.state.feed
    to_thread.current_default_thread_limiter().total_tokens = parts.settings.threads
    await feed.start()
    try:
        yield
    finally:
        await feed.stop()
        parts.database.close()


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
    """The web application for these settings."""
    app = Locked(
        title="Glane",
        version=metadata.version("glane"),
        lifespan=running,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    furnish(app, settings, database or Database(settings.database, settings.connections))
    errors.install(app)
    app.add_middleware(QueueAnswers)
    app.add_middleware(health.Measured)
    for router in APIS:
        app.include_router(router, prefix="/api/v1", dependencies=[CallersTold], responses=errors.REFUSALS)
    for router in PAGES:
        app.include_router(router, include_in_schema=False, dependencies=[CallersTold])
    app.mount("/static", Assets(directory=STATIC), name="static")
    return app


def furnish(app: FastAPI, settings: Settings, database: Database) -> None:
    """Put the parts for these settings into the application's state, where its routes look for them at each request."""
    app.state.parts = Parts(settings, database, DomainClock(database, settings.demo))
    app.state.feed = Feed(database)
    app.state.clients = clients_from(settings)
    app.state.geocoder = geocoder_for(settings, database, settings.region)
    app.state.attempts = Attempts()
    app.state.tiles = tiles_of(settings, load_region_config(settings.region)).origin
