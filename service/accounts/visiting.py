"""The guard of what a poster opens. Its cookie is sent to `/poster` alone, so a visit changes nothing elsewhere:
whoever is signed in on that phone stays so, and no other page ever hears of the visit."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request

from config.regions import load_region_config
from service.accounts.errors import PosterVisitOver
from service.accounts.guard import Guard
from service.accounts.queries.posters import who_of_visit
from service.accounts.who import Who
from service.kit.clock import real_now
from service.kit.refusals import NotAllowed
from service.web import csrf
from service.web.deps import parts_of

VISIT_COOKIE = "glane_poster"
VISIT_PATH = "/poster"


class VisitGuard(Guard):
    """The one guard of a route for visitors of a poster: gives their `Who`, or PosterVisitOver (401)."""

    async def __call__(self, connection: HTTPConnection) -> Who:
        who = await run_in_threadpool(_visitor, connection)
        if isinstance(connection, Request):
            await csrf.check(connection)
        if who is None:
            raise PosterVisitOver()
        if not who.may(self.resource, self.verb):
            raise NotAllowed()
        return who


def _visitor(connection: HTTPConnection) -> Who | None:
    parts = parts_of(connection)
    cookie = connection.cookies.get(VISIT_COOKIE)
    who: Who | None = None
    if cookie:
        with parts.database.read() as session:
            who = who_of_visit(session, cookie, real_now())
    known = who or Who(region=parts.settings.region)
    region = load_region_config(known.region)
    connection.state.who = known
    connection.state.region = region
    connection.state.zone = region.time_zone
    connection.state.locale = None
    connection.state.nav = []
    return who
