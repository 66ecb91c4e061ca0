"""Everything the product says in French, it says in English, and in the same terms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from jinja2 import Environment

from service.kit.i18n import catalogue_files
from tests.house.sources import ROOMS, ROOT

PYTHON = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "translate": None}
TEMPLATE = {"_": None, "ngettext": (1, 2)}
PLACE = re.compile(r"%(?:\((\w+)\))?[sd]")
# What a page says without translating it: names, units and signs that are the same in both languages.
SAME = {"Glane", "CO2e", "kg", "SIRET", "SIREN", "RNA", "EPCI", "INSEE", "QR", "PIN", "CSV", "DLC", "DDM", "SMS", "API"}


@dataclass(frozen=True)
class Said:
    """A text of the source: where it stands, and its plural if it has one."""

    place: str
    text: str
    plural: str | None = None


@lru_cache
def said() -> list[Said]:
    """Every text marked for translation in templates and Python."""
    found = []
    for path in sorted([*ROOT.glob("service/**/*"), *ROOT.glob("config/*.py"), *ROOT.glob("workers/**/*.py")]):
        if path.suffix == ".py":
            method, words = "python", PYTHON
        elif path.suffix in (".html", ".typ", ".txt", ".xml") and "templates" in path.parts:
            method, words = "jinja2.ext:babel_extract", TEMPLATE
        else:
            continue
        options = {"encoding": "utf-8", "trimmed": "false"}
        for line, message, _comments, _context in extract_from_file(method, str(path), words, options=options):
            place = f"{path.relative_to(ROOT)}:{line}"
            if isinstance(message, str):
                found.append(Said(place, message))
            elif message[0]:
                found.append(Said(place, message[0], message[1]))
    return [one for one in found if one.text]


@lru_cache
def english() -> dict[str, tuple[Path, tuple[str, ...]]]:
    """Every English text by its French: the file it stands in, and its forms."""
    found: dict[str, tuple[Path, tuple[str, ...]]] = {}
    for path in catalogue_files("en"):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id and message.string:
                    one = message.id if isinstance(message.id, str) else message.id[0]
                    forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
                    if all(forms):
                        found.setdefault(one, (path, forms))
    return found


def places(text: str) -> set[str]:
    return {match.group(1) or match.group(0) for match in PLACE.finditer(text.replace("%%", ""))}


@pytest.mark.parametrize("room", [*ROOMS, "app", "config", "workers"])
def test_every_text_has_its_english(room: str) -> None:
    """No French text without an English one; the list says which and where."""
    missing = {
        one.text: one.place
        for one in said()
        if _room(one.place) == room and (one.text not in english() or (one.plural and len(english()[one.text][1]) < 2))
    }
    assert missing == {}


def _room(place: str) -> str:
    parts = place.split("/")
    return parts[1].removesuffix(".py").split(":")[0] if parts[0] == "service" and len(parts) > 1 else parts[0]


def test_every_text_belongs_to_a_room_that_is_checked() -> None:
    """A new room is not forgotten by the check above."""
    assert {_room(one.place) for one in said()} <= {*ROOMS, "app", "config", "workers", "tables"}
    assert len(said()) > 300


def test_translations_keep_the_places_to_fill() -> None:
    """`%(name)s` in one language is `%(name)s` in the other; a singular may leave its count out."""
    wrong = {}
    for one in said():
        if one.text not in english():
            continue
        for at, form in enumerate(english()[one.text][1]):
            source = one.plural if one.plural and at else one.text
            allowed = {"count"} if one.plural else set()
            if (places(form) ^ places(source)) - allowed:
                wrong[one.place] = (source, form)
    assert wrong == {}


def test_one_text_has_one_english() -> None:
    """Two rooms that say the same thing say it the same way."""
    seen: dict[str, tuple[str, ...]] = {}
    wrong = []
    for path in catalogue_files("en"):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if not message.id or not message.string:
                    continue
                one = message.id if isinstance(message.id, str) else message.id[0]
                forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
                if seen.setdefault(one, forms) != forms:
                    wrong.append((one, seen[one], forms, str(path.relative_to(ROOT))))
    assert wrong == []


def bare(template: str) -> Iterator[str]:
    """Words a template shows without translating them: between tags, and in attributes that are read aloud or shown."""
    drawn = (value for _line, kind, value in Environment(autoescape=True).lex(template) if kind == "data")
    text = " ".join(drawn)
    text = re.sub(r"<!--.*?-->|<(script|style|code|pre)\b.*?</\1>", " ", text, flags=re.S)
    for value in re.findall(r'\s(?:alt|title|placeholder|aria-label)="([^"]*)"', text):
        yield from words(value)
    # Attributes go first: their values may hold a ">", and a macro may write them outside any tag.
    text = re.sub(r'[\w:-]+="[^"]*"', " ", text)
    yield from words(re.sub(r"<[^>]*>", " ", text))


def words(text: str) -> Iterator[str]:
    for word in re.findall(r"[^\W\d_]{2,}\w*", re.sub(r"&\w+;", " ", text)):
        if word not in SAME:
            yield word


@pytest.mark.parametrize("path", sorted(ROOT.glob("service/*/templates/**/*.html")), ids=lambda path: path.name)
def test_a_template_says_nothing_untranslated(path: Path) -> None:
    """Each word of a page goes through `_()`; names of languages say themselves."""
    if path.name.startswith("styleguide"):
        return  # Shown to those who build the pages, in French only.
    assert set(bare(path.read_text(encoding="utf-8"))) - {"EN", "FR", "English", "Français"} == set()


def test_the_search_for_bare_words_finds_some() -> None:
    """The check is not blind."""
    assert list(bare('<p title="Ici">Bonjour {{ _("tout le monde") }}</p>')) == ["Ici", "Bonjour"]
