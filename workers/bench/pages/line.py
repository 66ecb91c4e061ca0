"""A slow line between a browser and a server: a relay of TCP connections on this machine.

A browser's own throttling holds back what a page asks for, not what its service worker asks for, and counts no
connection being made. Here every byte goes through one line each way, whoever sent it: a new connection waits two round
trips (TCP, then TLS 1.3, which a published installation always has), each piece waits its turn and half a round trip.
"""

import asyncio
import threading
import time
from dataclasses import dataclass
from types import TracebackType

# What one packet carries: two connections share the line by turns of this many bytes.
PIECE = 1460
# How much may be under way in one direction of a connection before its sender is held back.
UNDER_WAY = 64
SET_UP_TRIPS = 2


@dataclass(frozen=True)
class Speed:
    """Bits a second each way, and how long a packet takes there and back (seconds)."""

    down: float
    up: float
    round_trip: float


# What Lighthouse calls slow 4G: the slower quarter of 4G, the faster quarter of 3G.
SLOW_4G = Speed(down=1_600_000, up=750_000, round_trip=0.150)


class _Way:
    """One direction, shared by all connections: whoever comes waits until those before have gone."""

    def __init__(self, bits: float) -> None:
        self.bits, self.free_at = bits, 0.0

    async def turn(self, size: int) -> None:
        """Wait until so many bytes are on the line."""
        self.free_at = max(time.monotonic(), self.free_at) + size * 8 / self.bits
        await asyncio.sleep(self.free_at - time.monotonic())


class Line:
    """`with Line(port, SLOW_4G) as line:` `line.port` then leads to that port of this machine, slowly."""

    def __init__(self, to: int, speed: Speed) -> None:
        self.to, self.speed = to, speed
        self.port = 0
        self._down, self._up = _Way(speed.down), _Way(speed.up)
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Line":
        self._thread.start()
        self._ready.wait(10)
        if not self.port:
            raise RuntimeError("the slow line did not open")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._take, "127.0.0.1", 0))
        self.port = int(server.sockets[0].getsockname()[1])
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in self._open:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._open, return_exceptions=True))
        self._loop.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a connection is taken in a task"
        self._open.add(task)
        await asyncio.sleep(SET_UP_TRIPS * self.speed.round_trip)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.close()  # nobody is there (any more): the browser hears so
            self._open.discard(task)
            return
        try:
            await asyncio.gather(self._carry(reader, back, self._up), self._carry(there, writer, self._down))
        finally:
            writer.close()
            back.close()
            self._open.discard(task)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: _Way) -> None:
        """What is read goes out in its turn, half a round trip later, in order."""
        moving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(UNDER_WAY)
        delivery = asyncio.create_task(_deliver(moving, sink))
        try:
            while piece := await _read(source):
                await way.turn(len(piece))
                await moving.put((time.monotonic() + self.speed.round_trip / 2, piece))
            await moving.put((time.monotonic() + self.speed.round_trip / 2, b""))
            await delivery
        finally:
            delivery.cancel()


async def _read(source: asyncio.StreamReader) -> bytes:
    try:
        return await source.read(PIECE)
    except ConnectionError:
        return b""  # a browser drops what it needs no more


async def _deliver(moving: "asyncio.Queue[tuple[float, bytes]]", sink: asyncio.StreamWriter) -> None:
    """Each piece when it is due, until the empty one; whatever comes for one who has gone is thrown away."""
    gone = False
    while True:
        due, piece = await moving.get()
        await asyncio.sleep(due - time.monotonic())
        if not piece:
            sink.close()
            return
        if gone:
            continue
        try:
            sink.write(piece)
            await sink.drain()
        except ConnectionError:
            gone = True
