"""The policy table and the routes say the same: every route has its row, and every row has its route."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import Mount, Route

from service.accounts import policy
from service.accounts.guard import Guard
from service.web.health import Open

# Rows no route asks for by itself, and who asks instead.
ASKED_IN_CODE = {
    ("callers", "speak_for"),  # queries.speaking, wherever somebody speaks for a caller
}


def calls(dependant: Dependant) -> Iterator[object]:
    """Everything a route depends on, at any depth."""
    for part in dependant.dependencies:
        yield part.call
        yield from calls(part)


def routes(app: FastAPI) -> Iterator[APIRoute | APIWebSocketRoute]:
    """Every route of pages, API and socket."""
    for route in flattened(app.routes):
        if isinstance(route, APIRoute | APIWebSocketRoute):
            yield route


def flattened(found: list[object]) -> Iterator[object]:
    for route in found:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from flattened(inner.routes)
        else:
            yield route


def guards(route: APIRoute | APIWebSocketRoute) -> list[Guard | Open]:
    return [call for call in calls(route.dependant) if isinstance(call, Guard | Open)]


def test_every_route_has_one_guard(app: FastAPI) -> None:
    """A route somebody forgot to guard fails here, and so does one with two different answers."""
    found = list(routes(app))
    assert len(found) > 80, "the routes are found"
    for route in found:
        asked = {(guard.resource, guard.verb) for guard in guards(route)}
        assert len(asked) == 1, f"{route.path}: {sorted(asked) or 'no guard'}"


def test_every_guard_has_its_row(app: FastAPI) -> None:
    """What a guard asks the policy stands in policy.toml, for one role at least."""
    rows = {(resource, verb) for _role, resource, verb, _relation in policy.table()}
    for route in routes(app):
        for guard in guards(route):
            assert (guard.resource, guard.verb) in rows, f"{route.path}: [{guard.resource}] {guard.verb} has no row"


def test_open_routes_are_open_to_anyone_in_the_policy(app: FastAPI) -> None:
    """A route that asks nobody who they are must be one the policy opens to anyone."""
    for route in routes(app):
        for guard in guards(route):
            if isinstance(guard, Open):
                assert policy.relations({"anyone"}, guard.resource, guard.verb), route.path


def test_every_row_is_asked_by_a_route(app: FastAPI) -> None:
    """A right nobody can use is a mistake in the table or a page that is missing."""
    asked = {(guard.resource, guard.verb) for route in routes(app) for guard in guards(route)} | ASKED_IN_CODE
    rows = {(resource, verb) for _role, resource, verb, _relation in policy.table()}
    assert sorted(rows - asked) == []


def test_nothing_is_served_outside_the_routes(app: FastAPI) -> None:
    """What is no guarded route is known by name: the static files and the description of the API."""
    others = [route for route in flattened(app.routes) if not isinstance(route, APIRoute | APIWebSocketRoute)]
    assert {getattr(route, "path", "") for route in others if isinstance(route, Mount | Route)} == {
        "/static",
        "/api/v1/openapi.json",
    }
