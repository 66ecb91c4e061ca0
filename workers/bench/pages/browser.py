"""Which browser is driven: an installed Chromium, else the test tool's own."""

import shutil
from importlib.util import find_spec

TOOL = "playwright"
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Chromium speaks to its makers at every start unless told not to; a container without privileges needs --no-sandbox.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def installed() -> str | None:
    """The path of an installed Chromium, None if the test tool's own is to be used."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def tool_is_there() -> bool:
    """Whether the package that drives a browser is installed (the extra `test`)."""
    return find_spec(TOOL) is not None
