"""What a phone kept until it had a network: when it was really done, and an answer that its queue can read.

The phone says the hour of its own clock (`X-Made-At`) and by how much that clock is ahead of the `Date` of our answers
(`X-Clock-Ahead`, seconds). What was done happened at the difference of both; the journal keeps it and both readings.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.kit.i18n import N_
from service.kit.refusals import Refusal

MADE_AT, AHEAD = "x-made-at", "x-clock-ahead"
# A clock that is wrong by more has no meaning, and would not fit in a date.
MOST_AHEAD_S = 20 * 365 * 24 * 3600


class HourUnreadable(Refusal):
    status = 400
    code = "hour-unreadable"
    message = N_("L'heure gardée par le téléphone est illisible. Recommencez depuis la page.")


@dataclass(frozen=True)
class Kept:
    """When something was done on a phone, by its own clock, and how many seconds that clock was ahead of ours."""

    phone_at: datetime
    ahead_s: int

    def at(self, now: datetime) -> datetime:
        """When it was done by our clock; never later than `now`, when it reached us."""
        return min(self.phone_at - timedelta(seconds=self.ahead_s), now)

    def as_data(self) -> dict[str, Any]:
        """Both readings, for the journal."""
        return {"at": self.phone_at.isoformat(), "ahead_s": self.ahead_s}


def kept_of(connection: HTTPConnection) -> Kept | None:
    """What the phone says of a request that waited; None for one that came at once. Raises HourUnreadable."""
    said = connection.headers.get(MADE_AT)
    if said is None:
        return None
    try:
        phone_at = datetime.fromisoformat(said)
        ahead = int(connection.headers.get(AHEAD, "0"))
        if phone_at.tzinfo is None or abs(ahead) > MOST_AHEAD_S or not 2000 < phone_at.year < 2200:
            raise HourUnreadable()
    except ValueError:
        raise HourUnreadable() from None
    return Kept(phone_at.astimezone(UTC), ahead)


class QueueAnswers:
    """ASGI middleware: a phone's queue is told where a browser would have been sent, it does not want that page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or MADE_AT not in Headers(scope=scope):
            await self.app(scope, receive, send)
            return
        told = False

        async def send_told(message: Message) -> None:
            nonlocal told
            if message["type"] == "http.response.start" and message["status"] == HTTPStatus.SEE_OTHER:
                told = True
                place = Headers(raw=message["headers"]).get("location", "/")
                body = json.dumps({"href": place}).encode()
                kept = [(k, v) for k, v in message["headers"] if k not in (b"location", b"content-length")]
                sizes = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
                await send({**message, "status": 201, "headers": [*kept, *sizes]})
                await send({"type": "http.response.body", "body": body})
            elif not told:
                await send(message)

        await self.app(scope, receive, send_told)
