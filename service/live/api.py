"""`/live`: the journal over a websocket.

The client says the last number it saw (`?cursor=`); it is first told what it missed, then what happens. Every message
is one JSON object with a `number`, in order, without loss or repeat; `{"heartbeat": number}` comes when nothing else
does, its number being the newest the client may resume from.
"""

import asyncio
import json
from typing import Annotated

from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from service.accounts.errors import CannotSpeakFor
from service.accounts.guard import SESSION_COOKIE, Guard, bearer_of
from service.accounts.queries import speaking, who_of_session, who_of_token
from service.accounts.who import Who
from service.kit.clock import real_now
from service.live.errors import BadCursor
from service.live.feed import Feed, Listener, Told
from service.web.deps import parts_of

router = APIRouter()
HEARTBEAT_SECONDS = 20.0
SEND_SECONDS = 10.0
TRY_LATER, POLICY_VIOLATION = 1013, 1008


def read_cursor(text: str | None, newest: int) -> int:
    """A cursor as the client sent it; absent means "from now on". Anything we never gave is refused."""
    if text is None:
        return newest
    if not text.isascii() or not text.isdigit() or len(text) > 18 or int(text) > newest:
        raise BadCursor()
    return int(text)


@router.websocket("/live")
async def live(
    socket: WebSocket, who: Annotated[Who, Depends(Guard("live", "follow"))], cursor: str | None = None
) -> None:
    """Follow the journal (see the module)."""
    origin = socket.headers.get("origin")
    if origin is not None and bearer_of(socket) is None and origin.split("://")[-1] != socket.headers.get("host"):
        # A browser sends our cookie along from anybody's page: only our own pages may follow.
        await socket.close(POLICY_VIOLATION, "origin")
        return
    feed: Feed = socket.app.state.feed
    number = read_cursor(cursor, socket.state.live_cursor)
    await socket.accept()
    async with feed.listen(who) as listener:
        reader = asyncio.create_task(_read_until_gone(socket))
        try:
            number = await _catch_up(socket, feed, who, number)
            await _follow(socket, feed, listener, number, reader)
        except (WebSocketDisconnect, TimeoutError):
            pass  # The phone has gone, or no longer takes what is sent: it comes back with its cursor.
        finally:
            reader.cancel()


async def _catch_up(socket: WebSocket, feed: Feed, who: Who, number: int) -> int:
    while True:
        lines, read_to = await feed.since(who, number)
        for line in lines:
            await asyncio.wait_for(socket.send_text(line.text), SEND_SECONDS)
        if read_to == number:
            return number
        number = read_to


async def _follow(socket: WebSocket, feed: Feed, listener: Listener, number: int, reader: "asyncio.Task[None]") -> None:
    still_since = real_now()
    while not reader.done():
        if listener.lagging.is_set():
            await socket.close(TRY_LATER, "lagging")
            return
        line = await _next_line(listener, reader)
        if reader.done():
            return
        if line is None:
            if await _no_longer_theirs(socket, listener):
                return
            number = max(number, feed.number) if listener.queue.empty() else number
            await asyncio.wait_for(socket.send_text(json.dumps({"heartbeat": number})), SEND_SECONDS)
            continue
        if line.number > number:
            number = line.number
            await asyncio.wait_for(socket.send_text(line.text), SEND_SECONDS)
        if (real_now() - still_since).total_seconds() > HEARTBEAT_SECONDS:
            still_since = real_now()
            if await _no_longer_theirs(socket, listener):
                return


async def _next_line(listener: Listener, reader: "asyncio.Task[None]") -> Told | None:
    """What comes next; None once nothing has for a heartbeat, or at once when the client has gone."""
    getting = asyncio.create_task(listener.queue.get())
    try:
        await asyncio.wait({getting, reader}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        return getting.result() if getting.done() else None
    finally:
        getting.cancel()


async def _no_longer_theirs(socket: WebSocket, listener: Listener) -> bool:
    """A revoked session or a suspended person stops being told within a heartbeat; somebody who has joined or left an
    organisation meanwhile is cut, to come back with the cursor and what they may see now.
    """
    who = await run_in_threadpool(_caller, socket, listener.who.on_behalf_of)
    if who is None:
        await socket.close(POLICY_VIOLATION, "signed-out")
    elif who.scopes != listener.scopes:
        await socket.close(TRY_LATER, "changed")
    else:
        return False
    return True


def _caller(socket: WebSocket, on_behalf_of: int | None) -> Who | None:
    """Who it is now, speaking for the same organisation; None when they may not any more."""
    bearer, cookie = bearer_of(socket), socket.cookies.get(SESSION_COOKIE)
    with parts_of(socket).database.read() as session:
        if bearer is not None:
            who = who_of_token(session, bearer, real_now())
        else:
            who = who_of_session(session, cookie, real_now()) if cookie is not None else None
        if who is None or on_behalf_of is None:
            return who
        try:
            return speaking(session, who, on_behalf_of)
        except CannotSpeakFor:
            return None


async def _read_until_gone(socket: WebSocket) -> None:
    """Clients say nothing; reading notices that they left."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
