"""Who is calling, and whether the policy lets them use this route at all."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request

from config.regions import load_region_config
from service.accounts.queries import who_of_session, who_of_token
from service.accounts.who import Who
from service.journal.queries import newest_number
from service.kit.clock import real_now
from service.kit.refusals import NotAllowed, SignInNeeded
from service.web import csrf
from service.web.deps import parts_of
from service.web.navigation import places_of

SESSION_COOKIE = "glane_session"


class Guard:
    """The one guard of a route: `Depends(Guard("lots", "post"))` gives the `Who`, or refuses.

    It asks the policy table for the resource and verb; which lot exactly is for the room to check with `policy.demand`.
    A write with a cookie must carry the page's CSRF token; an API token needs none, since no browser adds it by itself.
    """

    def __init__(self, resource: str, verb: str) -> None:
        self.resource = resource
        self.verb = verb

    async def __call__(self, connection: HTTPConnection) -> Who:
        bearer = bearer_of(connection)
        who = await run_in_threadpool(_identify, connection, bearer)
        if isinstance(connection, Request) and bearer is None:
            await csrf.check(connection)
        if not who.may(self.resource, self.verb):
            raise NotAllowed() if who.person_id is not None else SignInNeeded()
        return who


def bearer_of(connection: HTTPConnection) -> str | None:
    """The API token of a request, if it carries one."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _identify(connection: HTTPConnection, bearer: str | None) -> Who:
    parts = parts_of(connection)
    cookie = connection.cookies.get(SESSION_COOKIE)
    who: Who | None = None
    with parts.database.read() as session:
        # Read before the page is: what happens in between is then told again, never missed.
        connection.state.live_cursor = newest_number(session)
        if bearer is not None:
            who = who_of_token(session, bearer, real_now())
            if who is None:
                raise SignInNeeded()
        elif cookie:
            who = who_of_session(session, cookie, real_now())
    who = who or Who(region=parts.settings.region)
    region = load_region_config(who.region)
    connection.state.who = who
    connection.state.region = region
    connection.state.zone = region.time_zone
    connection.state.locale = who.locale if who.person_id is not None else None
    connection.state.nav = places_of(who.roles, connection.url.path)
    return who
