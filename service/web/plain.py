"""The easy-to-read version: some pages have a twin in short sentences (`new.html`, `new_plain.html`).

It is shown on the devices that asked for it. Same address, same fields, same rules: the words and their size change.
"""

from functools import lru_cache
from pathlib import Path

from starlette.requests import HTTPConnection

COOKIE = "glane_plain"
SERVICE = Path(__file__).resolve().parents[1]


def wanted(connection: HTTPConnection) -> bool:
    """Whether this device asked for the easy-to-read version."""
    return connection.cookies.get(COOKIE) == "yes"


@lru_cache
def twin_of(template: str) -> str | None:
    """The easy-to-read twin of a page or part ("lots/new.html" -> "lots/new_plain.html"), if it has one."""
    room, _, name = template.partition("/")
    twin = name.removesuffix(".html") + "_plain.html"
    return f"{room}/{twin}" if (SERVICE / room / "templates" / twin).is_file() else None
