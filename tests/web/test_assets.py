"""The browser's files: fetched without Node, readable in both themes, light enough for a poor phone."""

import gzip
import json
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from PIL import Image

from hatch_build import SERVED, sprite
from service.kit.i18n import translations
from service.web.navigation import PLACES

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "service/web"
STATIC = WEB / "static"
# Letters are read in mail programs, which want their styles inside: another test's matter.
TEMPLATES = [path for path in sorted(ROOT.glob("service/*/templates/**/*.html")) if not path.name.startswith("mail")]
ICONS = set((WEB / "icons.txt").read_text(encoding="utf-8").split())
MOST_COMPRESSED = 120_000


def test_the_lock_names_no_host_and_checks_every_package() -> None:
    """Anybody's registry serves the same files: the lock has hashes and no address."""
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert packages
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in packages.values())


def test_versions_are_exact() -> None:
    """A range would let two builds of one commit differ."""
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for kind in ("dependencies", "devDependencies"):
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package[kind].values())


def test_everything_served_was_fetched() -> None:
    """The build hook leaves each listed file, the icons and the licences in the vendor folder."""
    vendor = STATIC / "vendor"
    for name in [*SERVED.values(), "icons.svg", "LICENSES.txt"]:
        assert (vendor / name).stat().st_size > 300, name


def test_style_sheets_and_scripts_exist() -> None:
    """Every file of ours that a template, a style sheet or the manifest names is there."""
    named = set()
    for path in [*TEMPLATES, STATIC / "manifest.webmanifest", *STATIC.glob("js/*.js")]:
        found = re.findall(r"/static/([\w./-]+\.\w+)", path.read_text(encoding="utf-8"))
        named |= {STATIC / name for name in found}
    for path in STATIC.glob("css/*.css"):
        named |= {(path.parent / name).resolve() for name in re.findall(r'url\("([^"#]+)"\)', path.read_text("utf-8"))}
    assert len(named) > 12
    assert [path for path in named if not path.exists()] == []


def test_scripts_of_every_page_are_asked_for_at_once() -> None:
    """What page.js takes in, and what that takes in, is preloaded: none waits for another on a slow line."""
    layout = (WEB / "templates/layout.html").read_text(encoding="utf-8")
    found = re.search(r'for name in \(([^)]+)\) %}<link rel="modulepreload"', layout)
    assert found
    preloaded = set(re.findall(r'"(\w+)"', found.group(1)))
    taken, left = set(), ["page"]
    while left:
        text = (STATIC / f"js/{left.pop()}.js").read_text(encoding="utf-8")
        fresh = set(re.findall(r'^import [^(]*?"\./(\w+)\.js"', text, re.MULTILINE)) - taken
        taken |= fresh
        left += fresh
    assert preloaded == taken


def test_notifications_have_pictures_that_phones_draw() -> None:
    """No phone draws an SVG in a notification; the small one beside the clock is read by its transparency alone."""
    worker = (STATIC / "js/push-worker.js").read_text(encoding="utf-8")
    named = dict(re.findall(r'(icon|badge): "/static/([^"]+)"', worker))
    assert set(named) == {"icon", "badge"}
    for name in named.values():
        with Image.open(STATIC / name) as picture:
            assert picture.format == "PNG"
            assert picture.width >= 96
    with Image.open(STATIC / named["badge"]) as badge:
        opaque = badge.convert("RGBA").getchannel("A").histogram()
    assert opaque[0] > sum(opaque) / 3
    assert opaque[255] > sum(opaque) / 20


def test_every_icon_used_is_in_the_sprite() -> None:
    """An icon that nobody listed would be an empty square."""
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "vendor/icons.svg").read_text(encoding="utf-8")))
    assert drawn == ICONS
    used = {icon for places in PLACES.values() for _, _, icon in places}
    patterns = (
        r"icons\.svg#([\w-]+)",
        r'\bicon(?:_name)?\s*=\s*"([\w-]+)"',
        r'"icon"\s*:\s*"([\w-]+)"',
        r'\bicon\("([\w-]+)"',
    )
    for path in TEMPLATES:
        for pattern in patterns:
            used |= set(re.findall(pattern, path.read_text(encoding="utf-8")))
    assert used - ICONS == set()


def test_the_sprite_keeps_shapes_and_drops_styles(tmp_path: Path) -> None:
    """Stroke and colour come from our style sheet, so a symbol carries none."""
    (tmp_path / "dot.svg").write_text('<!-- x -->\n<svg stroke="red"\n width="24"><path d="M1 1" /></svg>', "utf-8")
    assert '<symbol id="dot" viewBox="0 0 24 24"><path d="M1 1" /></symbol>' in sprite(tmp_path, ["dot", "dot"])
    assert "red" not in sprite(tmp_path, ["dot"])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.parent.name}/{path.name}")
def test_templates_carry_nothing_the_policy_forbids(path: Path) -> None:
    """No inline script, no inline style, no on… attribute, nothing from elsewhere: the browser would refuse it."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"hx-on|javascript:", text)
    for attributes in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes
    assert not re.search(r"src=[\"']https?:", text)
    # A person may be led elsewhere by a link; the page itself fetches nothing from there.
    assert not re.search(r"<(?!a\b)[a-z]+\b[^>]*href=[\"']https?:", text)


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if "ui." in path.read_text("utf-8")], ids=lambda path: path.name
)
def test_parts_are_imported_with_the_page_s_context(path: Path) -> None:
    """Without it a macro knows neither the reader's language nor the time."""
    imports = re.findall(r"\{% import \"web/parts.html\"[^%]*%\}", path.read_text(encoding="utf-8"))
    assert all("with context" in line for line in imports)


def themes() -> dict[str, dict[str, str]]:
    """The colours of tokens.css by theme."""
    text = (STATIC / "css/tokens.css").read_text(encoding="utf-8")
    light, dark = text.split("@media screen and (prefers-color-scheme: dark)")
    dark = dark.split("@media")[0]
    colours = {
        name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part))
        for name, part in (("light", light), ("dark", dark))
    }
    return {"light": colours["light"], "dark": colours["light"] | colours["dark"]}


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast ratio of two #rrggbb colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXTS = [
    *[(ink, ground) for ink in ("ink", "ink-soft") for ground in ("paper", "card", "sunken")],
    *[("ink", f"{name}-wash") for name in ("leaf", "wheat", "brick", "sky", "ice", "ambient")],
    *[(f"{name}-ink", f"{name}-wash") for name in ("leaf", "wheat", "brick", "sky", "ice", "ambient")],
    *[(f"{name}-ink", ground) for name in ("leaf", "wheat", "brick") for ground in ("paper", "card", "sunken")],
    ("on-leaf", "leaf"),
    ("on-brick", "brick"),
    ("on-leaf", "leaf-deep"),
    ("paper", "ink"),
    ("ink", "line"),
    ("ink-soft", "leaf-wash"),
]
MARKS = [
    *[(mark, ground) for mark in ("leaf", "brick", "sky", "edge", "focus") for ground in ("paper", "card")],
    ("edge", "sunken"),
    ("ice-mark", "card"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_marks_stand_out(theme: str) -> None:
    """4.5 : 1 for text, 3 : 1 for marks, in both themes."""
    colours = themes()[theme]
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in TEXTS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    faint = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in MARKS}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 3} == {}


def test_the_contrast_formula_is_the_one_of_wcag() -> None:
    """Black on white is 21, and the grey that everybody quotes is 4.54."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_colours_are_literals_in_the_tokens_alone() -> None:
    """Elsewhere a colour is a token, but for white under a code to scan, the numbers on wheat and a dialog's shade."""
    for path in STATIC.glob("css/*.css"):
        if path.name in ("tokens.css", "print.css"):
            continue
        literals = set(re.findall(r"#[0-9a-f]{3,8}\b", path.read_text(encoding="utf-8")))
        assert literals <= {"#fff", "#000", "#0000", "#22271f"}, path.name


def test_a_page_is_light() -> None:
    """All scripts and styles of a page without a map, compressed as a server would, stay under 120 kB."""
    files = [*STATIC.glob("css/*.css"), *STATIC.glob("js/*.js"), STATIC / "vendor/htmx.min.js"]
    weight = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files)
    assert weight < MOST_COMPRESSED, weight


def test_the_frame_speaks_english_completely() -> None:
    """Each French text of the frame, of the web's refusals and of the kit has its English."""
    missing, seen = [], 0
    catalogue = translations("en")
    for path in sorted([*(ROOT / "service/web").rglob("*"), *(ROOT / "service/kit").glob("*.py")]):
        if path.suffix == ".py":
            method, words = "python", {"N_": None, "ngettext": (1, 2)}
        elif path.suffix == ".html":
            method, words = "jinja2.ext:babel_extract", {"_": None, "ngettext": (1, 2)}
        else:
            continue
        for _line, message, _comments, _context in extract_from_file(method, str(path), keywords=words):
            seen += 1
            text = message if isinstance(message, str) else message[0]
            plural = not isinstance(message, str)
            said = catalogue.ngettext(text, message[1], 2) if plural else catalogue.gettext(text)
            if said in (text, message) and text not in ("Messages", "Lots"):
                missing.append(text)
            if plural and said == message[1]:
                missing.append(text)
    assert seen > 60
    assert missing == []
