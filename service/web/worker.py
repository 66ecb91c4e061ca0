"""The service worker: this release's list of files, and the script that keeps and serves them."""

import json

from fastapi import APIRouter
from starlette.responses import Response

from service.web.assets import address, release, shell
from service.web.health import Anybody

router = APIRouter()
PAGES = ["/offline", "/waiting"]


@router.get("/sw.js")
def worker(_: Anybody) -> Response:
    """The worker of this release; served from the root, since it answers for every page."""
    told = json.dumps({"release": release(), "files": shell(), "pages": PAGES})
    scripts = json.dumps([address("js/queue.js"), address("js/sw.js"), address("js/push-worker.js")])
    text = f"self.GLANE = {told};\nimportScripts(...{scripts});\n"
    return Response(text, media_type="text/javascript", headers={"Cache-Control": "no-cache"})
