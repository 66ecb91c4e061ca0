"""Who is calling, and whether the policy lets them use this route at all."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request

from config.regions import load_region_config
from service.accounts.errors import AnotherPerson, CannotSpeakFor, NotOnTablet
from service.accounts.queries import speaking, who_of_session, who_of_token
from service.accounts.who import Who
from service.journal.queries import newest_number
from service.kit.clock import real_now
from service.kit.refusals import NotAllowed, SignInNeeded
from service.web import csrf
from service.web.deps import parts_of
from service.web.navigation import places_of

SESSION_COOKIE = "glane_session"
# "Saisi pour …": which organisation a dispatcher speaks for, on this request or until they say they have finished.
BEHALF_COOKIE = "glane_behalf"
BEHALF_FIELD = "on_behalf_of"
BEHALF_HEADER = "x-on-behalf-of"
# Whose a write is that waited on a phone (`Who.scope`): nobody who signed in there since sends it as theirs.
PERSON_HEADER = "x-person"
# What is never done on a device that others pick up after: everything here but what SHARED lists.
PERSONAL = frozenset(
    {"account", "cards", "tablets", "tokens", "people", "invitations", "organisations", "sites", "protected_addresses",
     "posters"}
)  # fmt: skip
SHARED = frozenset(
    {
        ("account", "read"),
        ("organisations", "read"),
        ("sites", "read"),
        ("sites", "close"),
        ("tokens", "create"),
        ("posters", "open"),
    }
)


class Guard:
    """The one guard of a route: `Depends(Guard("lots", "post"))` gives the `Who`, or refuses.

    It asks the policy table for the resource and verb; which lot exactly is for the room to check with `policy.demand`.
    A write with a cookie must carry the page's CSRF token; an API token needs none, since no browser adds it by itself.

    Somebody who speaks for an organisation says so in `X-On-Behalf-Of`, in a field or parameter `on_behalf_of`, or by
    the cookie the partners' page sets: the `Who` then is theirs for that organisation (`queries.speaking`).
    """

    def __init__(self, resource: str, verb: str) -> None:
        self.resource = resource
        self.verb = verb

    async def __call__(self, connection: HTTPConnection) -> Who:
        bearer = bearer_of(connection)
        who = await run_in_threadpool(_identify, connection, bearer)
        if isinstance(connection, Request) and bearer is None:
            await csrf.check(connection)
        if asked := await _behalf_of(connection, bearer is not None):
            who = await run_in_threadpool(_speak_for, connection, who, asked)
        asked_as = connection.headers.get(PERSON_HEADER)
        if asked_as is not None and asked_as != who.scope and who.person_id is not None:
            raise AnotherPerson()
        if who.tablet_site is not None and (self.resource, self.verb) not in SHARED and self.resource in PERSONAL:
            raise NotOnTablet()
        if not who.may(self.resource, self.verb):
            raise NotAllowed() if who.person_id is not None else SignInNeeded()
        return who


def bearer_of(connection: HTTPConnection) -> str | None:
    """The API token of a request, if it carries one."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def _behalf_of(connection: HTTPConnection, by_token: bool) -> str:
    """The organisation spoken for, as it was asked; empty for nobody but oneself."""
    asked = connection.headers.get(BEHALF_HEADER) or connection.query_params.get(BEHALF_FIELD, "")
    if not asked and isinstance(connection, Request) and "form" in connection.headers.get("content-type", ""):
        value = (await connection.form()).get(BEHALF_FIELD)
        asked = value if isinstance(value, str) else ""
    return asked or ("" if by_token else connection.cookies.get(BEHALF_COOKIE, ""))


def _speak_for(connection: HTTPConnection, who: Who, asked: str) -> Who:
    by_cookie_alone = connection.cookies.get(BEHALF_COOKIE) == asked
    try:
        if not asked.isascii() or not asked.isdigit() or len(asked) > 9:
            raise CannotSpeakFor()
        with parts_of(connection).database.read() as session:
            spoken = speaking(session, who, int(asked))
    except CannotSpeakFor:
        # A cookie left from before (signed out since, organisation suspended) must not lock anybody out.
        if by_cookie_alone:
            return who
        raise
    connection.state.who = spoken
    connection.state.nav = places_of(spoken.roles, connection.url.path)
    return spoken


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
