"""The style guide and every error: readable, reachable, nothing cut off."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.web.conftest import ROOT, Show

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
