"""The demonstration's clock: pause, real time, an hour a minute. The route does not exist in production."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.kit.clock import Clock, real_now
from service.kit.refusals import Invalid, NotFound
from service.web import csrf
from service.web.deps import parts_of
from service.web.health import Open

router = APIRouter()
SPEEDS = {"0": 0.0, "1": 1.0, "60": 60.0}


@router.post("/demo/clock")
async def set_clock(request: Request, _: Annotated[None, Depends(Open("demo", "set_clock"))]) -> Response:
    """Let the shown time stand still, run, or run sixty times as fast; back to the page it was asked from."""
    parts = parts_of(request)
    if not parts.settings.demo:
        raise NotFound()
    await csrf.check(request)
    form = await request.form()
    speed = SPEEDS.get(str(form.get("speed")))
    if speed is None:
        raise Invalid()
    await run_in_threadpool(_run_at, request, speed)
    back = str(form.get("next") or "/")
    ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    return RedirectResponse(back if ours else "/", status_code=303)


def _run_at(request: Request, speed: float) -> None:
    clock = parts_of(request).clock
    now = real_now()
    clock.set((clock.current() or Clock(now, now)).with_speed(speed, now))
