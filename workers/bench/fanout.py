"""How long until everybody who listens hears of a posted lot, beside the barest websocket echo in the same run."""

import asyncio
import contextlib
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import httpx2
from websockets.asyncio.client import ClientConnection, connect

ROUNDS = 20
PATIENCE = 20.0


@dataclass(frozen=True)
class FanOut:
    """Milliseconds, over every listener and round."""

    listeners: int
    heard: int
    p50: float
    p95: float
    echo_p95: float

    @property
    def ratio(self) -> float:
        """How many times as long as the echo."""
        return self.p95 / self.echo_p95 if self.echo_p95 else 0.0


def p95(milliseconds: Sequence[float]) -> float:
    """The 95th percentile; 0 of nothing."""
    if len(milliseconds) < 2:
        return milliseconds[0] if milliseconds else 0.0
    return statistics.quantiles(milliseconds, n=20)[-1]


async def measure(base: str, echo: str, tokens: Sequence[str], donor: str, today: date) -> FanOut:
    """Listen with every token, post lots as the donor, then time the echo with as many sockets."""
    async with contextlib.AsyncExitStack() as stack:
        sockets = await _open(stack, base.replace("http", "ws", 1) + "/api/v1/live", tokens)
        heard = await _posted(base, sockets, donor, today)
    async with contextlib.AsyncExitStack() as stack:
        sockets = await _open(stack, echo.replace("http", "ws", 1) + "/echo", tokens)
        back = await _echoed(sockets)
    return FanOut(len(tokens), len(heard), statistics.median(heard) if heard else 0.0, p95(heard), p95(back))


async def _open(stack: contextlib.AsyncExitStack, address: str, tokens: Sequence[str]) -> list[ClientConnection]:
    return [
        await stack.enter_async_context(
            connect(address, additional_headers={"Authorization": f"Bearer {token}"}, compression=None)
        )
        for token in tokens
    ]


async def _posted(base: str, sockets: list[ClientConnection], donor: str, today: date) -> list[float]:
    """From sending the request to each socket's message about that lot."""
    taken: list[float] = []
    headers = {"Authorization": f"Bearer {donor}"}
    line = {"category": "bread", "grams": 4000, "date": today.isoformat(), "allergens_state": "indicative"}
    async with httpx2.AsyncClient(base_url=base, headers=headers, timeout=PATIENCE) as client:
        for number in range(ROUNDS):
            note = f"bench-{number}"
            waiting = [asyncio.create_task(_until_posted(socket)) for socket in sockets]
            began = time.perf_counter()
            answer = await client.post("/api/v1/lots", json={"lines": [line], "note": note})
            answer.raise_for_status()
            done, late = await asyncio.wait(waiting, timeout=PATIENCE)
            for task in late:
                task.cancel()
            taken += [(task.result() - began) * 1000 for task in done]
            await asyncio.sleep(0.2)
    return taken


async def _until_posted(socket: ClientConnection) -> float:
    while True:
        message = json.loads(await socket.recv())
        if message.get("kind") == "lot.posted":
            return time.perf_counter()


async def _echoed(sockets: list[ClientConnection]) -> list[float]:
    """All send at once, each waits for its own; counted from the first, as a posted lot is."""
    taken: list[float] = []

    async def once(socket: ClientConnection, began: float) -> float:
        await socket.send('{"kind":"lot.posted"}')
        await socket.recv()
        return (time.perf_counter() - began) * 1000

    for _ in range(ROUNDS):
        began = time.perf_counter()
        taken += await asyncio.gather(*(once(socket, began) for socket in sockets))
        await asyncio.sleep(0.05)
    return taken
