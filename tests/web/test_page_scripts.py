"""What our scripts do in a real browser, under the real content security policy, on pages made of the real parts."""

import mimetypes
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

from service.accounts.who import Who
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
            file = STATIC / path.removeprefix("/static/")
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


MEASURE = """() => {
  const size = (e) => e.getBoundingClientRect();
  const shown = (e) => size(e).width > 1 && size(e).height > 1;
  const start = (e) => e.outerHTML.slice(0, 120);
  const says = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  const all = (what) => [...document.querySelectorAll(what)].filter(shown);
  const inside = ".tile, .photo-field, .check, .leaflet-container, .skip-link, .lot-title, p";
  const touched = all("a, button, input, select, textarea, summary").filter((e) => !e.closest(inside));
  return {
    small: touched.filter((e) => size(e).height < 43.5).map(start),
    tiny: all("body *").filter((e) => says(e) && parseFloat(getComputedStyle(e).fontSize) < 14).map(start),
    wide: document.documentElement.scrollWidth - innerWidth,
    empty: all("svg.icon").filter((e) => e.getBBox().width === 0).map(start),
  };
}"""
AXE = """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
  .then((found) => found.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 160))]))"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(390, 844), (1280, 800), (320, 640)], ids=["phone", "desk", "small"])
def test_the_style_guide_is_accessible(show: Show, size: tuple[int, int], theme: str) -> None:
    """Every component, in both themes: no axe violation, nothing tiny, nothing wider than the screen, no empty icon."""
    page = show("web/styleguide.html", size=size, theme=theme)
    page.wait_for_selector(".leaflet-marker-icon")
    assert page.evaluate(MEASURE) == {"small": [], "tiny": [], "wide": 0, "empty": []}
    # As tall as the page, so that the bar and the message at its foot cover nothing: elsewhere one scrolls.
    page.set_viewport_size({"width": size[0], "height": page.evaluate("document.documentElement.scrollHeight") + 300})
    page.evaluate((ROOT / "tests/vendor/axe.min.js").read_text(encoding="utf-8"))
    assert page.evaluate(AXE) == []


@pytest.mark.parametrize("status", [401, 403, 404, 409, 413, 422, 429, 500])
def test_an_error_says_what_to_do(show: Show, status: int) -> None:
    """Each failure has a title of its own, its words, and a way on."""
    refusal = SimpleNamespace(status=status, fields={})
    page = show("web/error.html", refusal=refusal, text="Ce lot vient d'être pris.", who=None, nav=[], live_cursor=None)
    expect(page.locator("main p").first).to_have_text("Ce lot vient d'être pris.")
    assert page.locator("main .btn").count() >= 1
    assert page.locator("main .btn-primary").get_attribute("href") == ("/sign-in" if status == 401 else "/")


LIVE = HEAD + (
    '<div id="lots" data-live-refresh="lot, claim" hx-get="/part" hx-trigger="refresh">'
    '<p data-item="lot-1">Pain</p></div>{% endblock %}'
)


def test_an_entry_refreshes_what_it_concerns(show: Show) -> None:
    """A kind that begins as the page asked fetches the part again; what was not there is marked and said once."""
    sockets: list[WebSocketRoute] = []
    answers = {"/part": '<p data-item="lot-1">Pain</p><p data-item="lot-2">Lait</p>'}
    page = show(LIVE, answers, sockets=sockets)
    expect(page.locator("[data-live-state]")).to_have_text("À jour en direct")
    assert sockets[0].url.endswith("/api/v1/live?cursor=12")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sockets[0].send('{"number": 13, "kind": "round.adopted", "subject": "round", "subject_id": 1}')
    page.wait_for_timeout(600)
    assert asked == []
    sockets[0].send('{"number": 14, "kind": "lot.posted", "subject": "lot", "subject_id": 2}')
    expect(page.locator("[data-item=lot-2]")).to_have_class("is-new")
    assert "is-new" not in (page.locator("[data-item=lot-1]").get_attribute("class") or "")
    expect(page.locator("#live")).to_have_text("La page a été mise à jour.")
    assert asked == [f"{HOME}/part"]


def test_a_cut_socket_comes_back_where_it_was(show: Show) -> None:
    """After a cut the page asks for what came after the last number it saw, heartbeats included."""
    sockets: list[WebSocketRoute] = []
    page = show(LIVE, {"/part": ""}, sockets=sockets)
    expect(page.locator("[data-live-state]")).to_have_text("À jour en direct")
    sockets[0].send('{"heartbeat": 40}')
    page.wait_for_timeout(200)
    sockets[0].close(code=1013)
    page.wait_for_timeout(2500)
    assert [socket.url.rpartition("=")[2] for socket in sockets] == ["12", "40"]


def test_nothing_is_fetched_while_somebody_types(show: Show) -> None:
    """A list does not change under the hand that writes in it; it does when the hand has gone."""
    sockets: list[WebSocketRoute] = []
    source = LIVE.replace('<p data-item="lot-1">', '<input id="box" aria-label="x"><p data-item="lot-1">')
    page = show(source, {"/part": "<p>Nouveau</p>"}, sockets=sockets)
    expect(page.locator("[data-live-state]")).to_have_text("À jour en direct")
    page.locator("#box").fill("12")
    sockets[0].send('{"number": 13, "kind": "lot.posted"}')
    page.wait_for_timeout(1200)
    expect(page.locator("#box")).to_have_value("12")
    page.locator("#box").blur()
    expect(page.locator("#lots")).to_have_text("Nouveau")


FORM = HEAD + (
    '<form method="post" action="/sent" data-keep="lot">{{ ui.csrf() }}'
    '{{ ui.quantity("crates", "Cagettes", 2, max=3) }}'
    '{{ ui.field("title", "Titre") }}{{ ui.field("secret", "Mot de passe", type="password") }}'
    '{{ ui.select("why", "Motif", [("closed", "Fermé"), ("other", "Autre")], "closed") }}'
    '{{ ui.field("reason", "Précisez", data_show_when="why=other") }}'
    '{{ ui.button("Envoyer", "primary") }}</form>{% endblock %}'
)


def test_a_half_filled_form_is_found_again(show: Show) -> None:
    """A reload loses nothing that was typed, but a password is never kept."""
    page = show(FORM)
    page.get_by_label("Titre").fill("Pains et brioches")
    page.get_by_label("Mot de passe").fill("tulipe")
    page.reload()
    expect(page.get_by_label("Titre")).to_have_value("Pains et brioches")
    expect(page.get_by_label("Mot de passe")).to_have_value("")
    assert "tulipe" not in page.evaluate("JSON.stringify({...sessionStorage})")


def test_a_condition_shows_its_field(show: Show) -> None:
    """A field that does not apply is neither seen nor sent."""
    page = show(FORM)
    expect(page.get_by_label("Précisez")).to_be_hidden()
    expect(page.get_by_label("Précisez")).to_be_disabled()
    page.get_by_label("Motif").select_option("other")
    expect(page.get_by_label("Précisez")).to_be_enabled()


def test_the_buttons_around_a_number_keep_its_limits(show: Show) -> None:
    """Plus stops at the most, minus at the least."""
    page = show(FORM)
    for _ in range(3):
        page.get_by_label("Plus : Cagettes").click()
    expect(page.get_by_label("Cagettes", exact=True)).to_have_value("3")
    for _ in range(5):
        page.get_by_label("Moins : Cagettes").click()
    expect(page.get_by_label("Cagettes", exact=True)).to_have_value("0")


def test_two_taps_send_once(show: Show) -> None:
    """The second tap on a slow network does nothing."""
    page = show(FORM)
    sent: list[str] = []

    def take(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=204)

    page.route("**/sent", take)
    for _ in range(3):
        page.locator("[data-keep] .btn-primary").click(no_wait_after=True)
        page.wait_for_timeout(150)
    assert sent == ["POST"]
    expect(page.locator("[data-keep] .btn-primary")).to_have_attribute("aria-busy", "true")


def test_time_goes_on(show: Show) -> None:
    """The words and the bar of the time left follow the shown clock, which may run sixty times as fast."""
    source = HEAD + "{{ ui.time_left(deadline, now) }}{% endblock %}"
    page = show(source, deadline=datetime(2026, 11, 20, 17, 2, tzinfo=UTC), clock_speed=60)
    words = page.locator(".time-left-words")
    expect(page.locator(".time-left")).to_have_class("time-left is-soon")
    expect(page.locator(".time-left")).to_have_class("time-left is-urgent", timeout=8000)
    assert "encore" in words.inner_text()
    assert "1" not in words.inner_text().split("min")[0][:-4]


def test_a_message_can_be_closed(show: Show) -> None:
    """The message of what was done waits to be read, then leaves at a tap, and the focus is not lost."""
    source = (
        '{% extends "web/layout.html" %}{% block toasts %}{% import "web/parts.html" as ui with context %}'
        '{{ ui.toast("Lot publié.", "/undo") }}{% endblock %}'
    )
    page = show(source)
    expect(page.locator(".toast")).to_contain_text("Lot publié.")
    page.get_by_label("Fermer ce message").click()
    expect(page.locator(".toast")).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_map_draws_routes_and_numbered_stops(show: Show) -> None:
    """Without any tile service: stops with their numbers, cold legs apart, near points under one mark, text as text."""
    data = {
        "points": [{"lat": 47.2, "lon": -1.5 + 0.0001 * n, "text": f"Lot {n}"} for n in range(5)],
        "routes": [
            {
                "legs": [{"path": [[47.2, -1.5], [47.3, -1.4]]}, {"path": [[47.3, -1.4], [47.4, -1.2]], "cold": True}],
                "stops": [{"lat": 47.3, "lon": -1.4, "number": 7, "text": "<b>Halles</b>"}],
            }
        ],
    }
    page = show(HEAD + '{{ ui.map("m", "Carte", data) }}{% endblock %}', data=data)
    expect(page.locator(".map-pin-stop", has_text="7")).to_be_visible()
    expect(page.locator("path.map-route-cold")).to_have_count(1)
    expect(page.locator(".map-pin-cluster")).to_have_text("5")
    page.locator(".map-pin-stop", has_text="7").click()
    expect(page.locator(".leaflet-popup-content")).to_have_text("<b>Halles</b>")
    assert page.get_by_label("Arrêt 7").count() == 1


def test_paper_is_white_from_a_dark_screen(show: Show) -> None:
    """Printed at night, a sheet has the light theme's colours and no buttons."""
    page = show("web/styleguide.html", theme="dark", size=(1280, 800))
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--leaf-wash')") == "#e5efdf"
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator(".btn").first).to_be_hidden()


def test_the_phones_position_fills_the_place(show: Show) -> None:
    """One tap puts the phone's own position into the two boxes; without it they can be typed."""
    source = HEAD + (
        '<form method="post" action="/x"><fieldset data-place>'
        '{{ ui.button("Ici", type="button", data_locate=true, hidden=true) }}'
        '{{ ui.field("latitude", "Latitude") }}{{ ui.field("longitude", "Longitude") }}</fieldset></form>{% endblock %}'
    )
    page = show(source)
    # The test's pages are not from a secure address, where browsers give no position: one is put in its place.
    page.evaluate(
        "() => Object.defineProperty(navigator, 'geolocation', {value: {getCurrentPosition: "
        "(found) => found({coords: {latitude: 47.2184, longitude: -1.5536}})}})"
    )
    page.get_by_role("button", name="Ici").click()
    expect(page.get_by_label("Latitude")).to_have_value("47.21840")
    expect(page.get_by_label("Longitude")).to_have_value("-1.55360")
