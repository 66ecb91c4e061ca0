"""The composition root: puts the parts together and lists the rooms."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

import service.live.api
from config.regions import load_region_config
from config.settings import Settings
from service.database.engine import Database
from service.live.feed import Feed
from service.web import errors, health
from service.web.clock import DomainClock
from service.web.deps import Parts
from service.web.security import Security

STATIC = Path(__file__).parent / "web" / "static"

# One line a room.
APIS = (service.live.api.router,)
PAGES = (health.router,)


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
    """The web application for these settings."""
    database = database or Database(settings.database)
    feed = Feed(database)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await feed.start()
        try:
            yield
        finally:
            await feed.stop()
            database.close()

    app = FastAPI(
        title="Glane",
        version=metadata.version("glane"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.parts = Parts(settings, database, DomainClock(database, settings.demo))
    app.state.feed = feed
    errors.install(app)
    app.add_middleware(Security, tiles=load_region_config(settings.region).map.tiles.origin)
    app.add_middleware(health.Measured)
    for router in APIS:
        app.include_router(router, prefix="/api/v1")
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
