"""The browser's files, under an address that names the release they belong to: kept for good, and never mixed.

Templates write `/static/css/base.css`; what they say when compiled is `/static/<release>/css/base.css`. A page so asks
for the files of its own release alone: another release's are refused (404), never given in their place.
"""

import gzip
import hashlib
import os
from functools import lru_cache
from pathlib import Path

from fastapi.staticfiles import StaticFiles
from jinja2 import Environment
from jinja2.ext import Extension
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
SERVICE = Path(__file__).resolve().parents[1]
ADDRESS = "/static/"
FOR_GOOD = "public, max-age=31536000, immutable"
TEXT = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".webmanifest": "application/json"}
# Licences are read by people, stamps by the build; pictures of the icon are asked for when it is installed.
NOT_KEPT = {".txt", ".png", ".webmanifest"}
_RELEASED = "glane.released"


@lru_cache
def release() -> str:
    """Twelve letters that change with any file a browser is given: scripts, styles, pages and their words."""
    told = [path for path in STATIC.rglob("*") if path.is_file()]
    told += [path for folder in ("templates", "locale") for path in SERVICE.glob(f"*/{folder}/**/*.*")]
    told += list(SERVICE.glob("*/*/locale/*.po"))
    digest = hashlib.sha256()
    for path in sorted(told):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def address(path: str) -> str:
    """Where this release's file is: "css/base.css" -> "/static/1a2b3c4d5e6f/css/base.css"."""
    return f"{ADDRESS}{release()}/{path}"


def shell() -> list[str]:
    """The addresses of all that pages of this release are made of, for a phone to keep."""
    files = (path for path in sorted(STATIC.rglob("*")) if path.is_file() and path.suffix not in NOT_KEPT)
    return [address(path.relative_to(STATIC).as_posix()) for path in files]


class Released(Extension):
    """Puts the release into each address of a file that a template names, once, when the template is compiled."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._named = f"{ADDRESS}{release()}/"

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template's text with addresses of this release."""
        return source.replace(ADDRESS, self._named)


class Assets(StaticFiles):
    """Static files: those of this release are kept for good by browsers; asked for without one, looked at each time."""

    def get_path(self, scope: Scope) -> str:
        path = super().get_path(scope)
        head, _, rest = path.replace(os.sep, "/").partition("/")
        if head == release():
            scope[_RELEASED] = True
            return rest
        return path

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        kept = scope.get(_RELEASED, False)
        path = Path(full_path)
        if kept and path.suffix in TEXT and "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            headers = {"content-encoding": "gzip", "vary": "accept-encoding", "cache-control": FOR_GOOD}
            return Response(squeezed(path), status_code, headers, TEXT[path.suffix])
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.setdefault("cache-control", FOR_GOOD if kept else "no-cache")
        return response


@lru_cache(maxsize=256)
def squeezed(path: Path) -> bytes:
    """A file's bytes compressed, once for this process: a release's files do not change while it runs."""
    return gzip.compress(path.read_bytes(), 9, mtime=0)
