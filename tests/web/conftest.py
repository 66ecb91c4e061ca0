"""Pages drawn as the product draws them and shown in a real browser, every answer made by the test."""

import mimetypes
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute

from service.accounts.who import Who
from service.web.assets import release
from service.web.security import policy
from service.web.templating import environment

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]

STATIC = ROOT / "service/web/static"

HOME = "http://glane.test"

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)

HEAD = '{% extends "web/layout.html" %}{% import "web/parts.html" as ui with context %}{% block content %}<h1>Page</h1>'

Show = Callable[..., Page]


def drawn(source: str, **given: object) -> str:
    """A page from a template's name or its text, as `render` would give it to a signed-in donor."""
    context = {
        "request": SimpleNamespace(method="GET", url=SimpleNamespace(path="/page", query="")),
        "path": "/page",
        "locale": "fr",
        "zone": "Europe/Paris",
        "now": NOW,
        "clock_speed": 1,
        "who": Who(region="pays-de-la-loire", person_id=1, name="Maëlle Guillou-Kerouédan", roles=frozenset({"donor"})),
        "nav": [
            {"href": "/give", "label": "Donner", "icon": "hand-heart", "current": True},
            {"href": "/lots", "label": "Mes lots", "icon": "package", "current": False},
        ],
        "live_cursor": 12,
        "csrf_token": "c" * 64,
        "demo": True,
        "settings": None,
        "release": release(),
        "region": SimpleNamespace(name="Pays de la Loire", help=SimpleNamespace(phone="+33261910001")),
        **given,
    }
    jinja = environment()
    template = jinja.get_template(source) if source.endswith(".html") else jinja.from_string(source)
    return template.render(context)


@pytest.fixture
def show(browser: Browser) -> Iterator[Show]:
    """`show(source, answers={"/part": html}, …)`: that page in a browser; every word on its console is a failure."""
    contexts, said = [], []

    def open_page(
        source: str,
        answers: dict[str, str] | None = None,
        size: tuple[int, int] = (390, 844),
        theme: str = "light",
        sockets: list[WebSocketRoute] | None = None,
        **given: object,
    ) -> Page:
        opened_sockets = sockets if sockets is not None else []
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if theme == "dark" else "light"
        )
        contexts.append(context)
        page = context.new_page()
        headers = {"content-security-policy": policy("")}

        def answer(route: Route) -> None:
            path = route.request.url.removeprefix(HOME).split("?")[0]
            file = STATIC / path.removeprefix(f"/static/{release()}/")
            if path.startswith("/static/") and file.is_file():
                kind = mimetypes.guess_type(path)[0] or "font/woff2"
                route.fulfill(body=file.read_bytes(), content_type=kind, headers=headers)
            elif path in (answers or {}):
                route.fulfill(body=(answers or {})[path], content_type="text/html; charset=utf-8", headers=headers)
            else:
                body = drawn(source, **given)
                route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)

        page.route("**/*", answer)
        page.route_web_socket("**/api/v1/live*", lambda opened: opened_sockets.append(opened))
        page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{HOME}/page")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
