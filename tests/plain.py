"""A page in full and in its easy-to-read version: the same things can be said and done on both."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from fastapi.testclient import TestClient

COOKIE = "glane_plain"
ROOT = Path(__file__).resolve().parents[1]
# The frame's own, and what is new at each drawing.
FRAME = {"/language", "/plain-version", "/demo/clock", "/practice/steps"}
FRESH = {"csrf", "once"}


class _Controls(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.found: set[tuple[str, str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
        if self.action in FRAME:
            return
        name = given.get("name", "")
        if tag in ("input", "select", "textarea", "button") and name and name not in FRESH:
            chosen = given.get("type") in ("radio", "checkbox", "hidden") or tag == "button"
            self.found.add((self.action, name, given.get("value", "") if chosen else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.action = ""


def controls(html: str) -> set[tuple[str, str, str]]:
    """Everything a page sends: the form's address, the field's name, and its value where it has choices."""
    read = _Controls()
    read.feed(html)
    return read.found


def both(client: TestClient, address: str, **headers: str) -> tuple[str, str]:
    """A page in full, and in its easy-to-read version."""
    client.cookies.delete(COOKIE)
    full = client.get(address, headers=headers)
    client.cookies.set(COOKIE, "yes")
    easy = client.get(address, headers=headers)
    assert (full.status_code, easy.status_code) == (200, 200)
    assert full.text != easy.text
    return full.text, easy.text


def twins() -> Iterator[Path]:
    """Every easy-to-read template."""
    yield from sorted(ROOT.glob("service/*/templates/*_plain.html"))


def sentences(template: Path) -> Iterator[str]:
    """What a template says in short sentences: the texts given to `say`."""
    source = template.read_text(encoding="utf-8")
    for line in source.splitlines():
        if "ui.say(" in line:
            for text in re.findall(r'_\("((?:[^"\\]|\\.)+)"', line):
                yield from (part.strip() for part in re.split(r"(?<=[.?!])\s", text))
