"""What the scripts of every page do: what is live, the time, messages, maps, paper."""

from datetime import UTC, datetime

from playwright.sync_api import WebSocketRoute, expect

from tests.web.conftest import HEAD, HOME, Show, drawn

LIVE = HEAD + (
    '<div id="lots" data-live-refresh="lot, claim" hx-get="/part" hx-trigger="refresh">'
    '<p data-item="lot-1">Pain</p></div>{% endblock %}'
)


def test_an_entry_refreshes_what_it_concerns(show: Show) -> None:
    """A kind that begins as the page asked fetches the part again; what is new is marked and said once, by name."""
    sockets: list[WebSocketRoute] = []
    answers = {"/part": '<p data-item="lot-1">Pain</p><p data-item="lot-2">Lait</p>'}
    page = show(LIVE, answers, sockets=sockets)
    expect(page.locator("[data-live-state]")).to_have_text("À jour en direct")
    assert sockets[0].url.endswith("/api/v1/live?cursor=12")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/part") else None)
    sockets[0].send('{"number": 13, "kind": "round.adopted", "subject": "round", "subject_id": 1}')
    page.wait_for_timeout(600)
    assert asked == []
    sockets[0].send('{"number": 14, "kind": "lot.posted", "subject": "lot", "subject_id": 2}')
    expect(page.locator("[data-item=lot-2]")).to_have_class("is-new")
    assert "is-new" not in (page.locator("[data-item=lot-1]").get_attribute("class") or "")
    expect(page.locator("#live")).to_have_text("Nouveau\u00a0: Lait")
    assert asked == [f"{HOME}/part"]


def test_a_cut_socket_comes_back_where_it_was(show: Show) -> None:
    """After a cut the page asks for what came after the last number it saw, heartbeats included."""
    sockets: list[WebSocketRoute] = []
    page = show(LIVE, {"/part": ""}, sockets=sockets)
    expect(page.locator("[data-live-state]")).to_have_text("À jour en direct")
    sockets[0].send('{"heartbeat": 40}')
    page.wait_for_timeout(200)
    sockets[0].close(code=1013)
    for _ in range(100):
        if len(sockets) > 1:
            break
        page.wait_for_timeout(200)
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


def test_time_goes_on(show: Show) -> None:
    """The words and the bar of the time left follow the shown clock, which may run sixty times as fast."""
    source = HEAD + "{{ ui.time_left(deadline, now) }}{% endblock %}"
    page = show(source, deadline=datetime(2026, 11, 20, 17, 2, tzinfo=UTC), clock_speed=60)
    words = page.locator(".time-left-words")
    assert "time-left is-soon" in drawn(source, deadline=datetime(2026, 11, 20, 17, 2, tzinfo=UTC))
    expect(page.locator(".time-left")).to_have_class("time-left is-urgent")
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
