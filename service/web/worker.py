"""The service worker: a script that stays when all pages are closed."""

from fastapi import APIRouter
from starlette.responses import Response

from service.web.health import Anybody

router = APIRouter()
SCRIPTS = ("/static/js/push-worker.js",)


@router.get("/sw.js")
def worker(_: Anybody) -> Response:
    """Served from the root, since it answers for every page."""
    text = "".join(f'importScripts("{path}");\n' for path in SCRIPTS)
    return Response(text, media_type="text/javascript", headers={"Cache-Control": "no-cache"})
