"""What maps stand on, and whom a browser asks for it."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from config.regions import list_regions, load_region_config
from config.settings import Settings
from service.web.maps import ground_of, tiles_of
from service.web.security import policy
from tests.conftest import settings_in
from tests.web.conftest import HEAD, Show

MAP = HEAD + '<details><summary>Carte</summary>{{ ui.map("m", "Carte", data) }}</details>{% endblock %}'
OUTLINES = {
    "/api/v1/departements/outlines": '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
    '"geometry":{"type":"Polygon","coordinates":[[[-2,47],[-1,47],[-1,48],[-2,47]]]}}]}',
    "/api/v1/communes/points": '{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
    '{"radius":4,"label":"Nantes"},"geometry":{"type":"Point","coordinates":[-1.55,47.2]}}]}',
}


def settings(folder: Path, **given: Any) -> Settings:
    return settings_in(folder, "sqlite://").model_copy(update=given)


@pytest.mark.parametrize("slug", list_regions())
def test_the_national_map_is_the_default_and_the_only_one_let_in(slug: str, tmp_path: Path) -> None:
    """By default maps stand on the geoportal's plan, named; browsers are let to ask that host and no other."""
    region = load_region_config(slug)
    assert Settings.model_fields["tiles"].default == "region"
    source = tiles_of(settings(tmp_path, tiles="region"), region)
    assert source.origin == "https://data.geopf.fr"
    assert all(part in source.url for part in ("PLANIGNV2", "{z}", "{x}", "{y}"))
    ground = ground_of(settings(tmp_path, tiles="region"), region)
    assert "IGN" in ground["tiles"]["attribution"]
    assert "img-src 'self' data: blob: https://data.geopf.fr;" in policy(source.origin)


def test_without_tiles_nobody_else_is_let_in(tmp_path: Path) -> None:
    """`none` leaves outlines, their sources, and a policy that names no other host."""
    region = load_region_config("pays-de-la-loire")
    chosen = settings(tmp_path, tiles="none")
    ground = ground_of(chosen, region)
    assert "tiles" not in ground
    assert "GeoNames" in ground["credit"]
    assert "https:" not in policy(tiles_of(chosen, region).origin)


@pytest.mark.browser
def test_a_map_without_tiles_asks_nobody_else_and_nothing_before_it_is_opened(show: Show, tmp_path: Path) -> None:
    """A folded map fetches nothing; opened, the page's own host alone is asked, and the outlines lie beneath."""
    ground = ground_of(settings(tmp_path, tiles="none"), load_region_config("pays-de-la-loire"))
    data = {"points": [{"lat": 47.2, "lon": -1.5, "text": "Halles"}]}
    page = show(MAP, data=data, ground=ground, answers=OUTLINES)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(300)
    assert not any("leaflet" in url for url in asked)
    page.get_by_text("Carte").first.click()
    expect(page.locator("path.map-outline")).to_have_count(1)
    expect(page.get_by_text("Nantes")).to_be_visible()
    expect(page.locator(".map-credit")).to_contain_text("GeoNames")
    assert asked
    assert [url for url in asked if not url.startswith("http://glane.test/")] == []
    assert page.locator(".leaflet-ground-pane").evaluate("pane => getComputedStyle(pane).zIndex") == "150"


@pytest.mark.browser
def test_a_mark_is_opened_and_left_by_keyboard(show: Show) -> None:
    """Enter on a mark goes to what it says, Escape comes back to the mark; targets are as large as a finger needs."""
    data = {"points": [{"lat": 47.2, "lon": -1.5, "text": "Halles", "href": "#m"}]}
    page = show(HEAD + '{{ ui.map("m", "Carte", data) }}{% endblock %}', data=data)
    mark = page.get_by_role("button", name="Halles")
    expect(mark).to_be_visible()
    box = mark.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    page.keyboard.press("Tab")
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Halles")).to_be_focused()
    expect(page.get_by_role("button", name="Fermer")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()


@pytest.mark.browser
def test_a_map_keeps_its_place(show: Show) -> None:
    """Nothing moves when the map arrives: its height is reserved before any script has run."""
    data = {"points": [{"lat": 47.2, "lon": -1.5, "text": "Halles"}]}
    page = show(HEAD + '{{ ui.map("m", "Carte", data) }}<p id="after">Après</p>{% endblock %}', data=data)
    expect(page.locator(".leaflet-marker-icon")).to_be_visible()
    # A font that arrives may move a line by some pixels, or wrap the page's foot otherwise; a map that grows would move
    # what follows in the page by hundreds.
    moved = page.evaluate(
        """() => new Promise((resolve) => {
             const far = (one) => Math.abs(one.currentRect.y - one.previousRect.y);
             const here = (one) => document.querySelector("main").contains(one.node);
             const moves = (shift) => shift.sources.filter(here).map(far);
             const said = (list) => resolve(Math.max(0, ...list.getEntries().flatMap(moves)));
             new PerformanceObserver(said).observe({ type: "layout-shift", buffered: true });
             setTimeout(() => resolve(0), 500);
           })"""
    )
    assert moved <= 24
