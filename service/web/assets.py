"""The browser's files: asked again each time, sent again only when they changed, so that no page mixes two versions."""

import os

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope


class Assets(StaticFiles):
    """Static files that a browser keeps, and checks before it uses them."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.setdefault("cache-control", "no-cache")
        return response
