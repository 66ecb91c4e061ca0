"""What a browser says of a page that it opened, and when that page answers to a finger.

A page is interactive at the end of its last long task (50 ms or more on the main thread) before five seconds in which
there is no long task and never more than two requests under way, looked for from the first paint of content on; not
before its document and scripts are ready (`domContentLoadedEventEnd`). It is the rule of "time to interactive".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

QUIET_MS = 5000.0
UNDER_WAY = 2
LONG_MS = 50.0
# Shifts belong together when they are within a second of one another, for at most five seconds (web-vitals).
TOGETHER_MS, AT_MOST_MS = 1000.0, 5000.0
# Listens from before the page's first byte; the figures are in milliseconds since the navigation began.
LISTEN = """(() => {
  const seen = { fcp: null, lcp: null, shifts: [], long: [] };
  self.glaneSeen = seen;
  const listen = (type, take) => {
    try { new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true }); }
    catch { /* A frame of another kind has no such entries. */ }
  };
  listen("paint", (entry) => { if (entry.name === "first-contentful-paint") seen.fcp = entry.startTime; });
  listen("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
  listen("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.shifts.push([entry.startTime, entry.value]); });
  listen("longtask", (entry) => seen.long.push([entry.startTime, entry.duration]));
})();"""
TELL = """() => {
  const [page] = performance.getEntriesByType("navigation");
  return {
    ...self.glaneSeen,
    ready: page.domContentLoadedEventEnd,
    requests: [page, ...performance.getEntriesByType("resource")].map((one) => ({
      url: one.name, start: one.startTime, end: one.responseEnd, sent: one.transferSize, body: one.encodedBodySize,
    })),
  };
}"""


@dataclass(frozen=True)
class Figures:
    """One opening of a page: milliseconds, the shift of its layout, requests, compressed bytes."""

    interactive: float
    fcp: float
    lcp: float
    cls: float
    blocking: float
    requests: int
    code_bytes: int
    sent_bytes: int


def figures(said: dict[str, Any]) -> Figures:
    """The figures of what `TELL` gave. Raises ValueError for a page that painted nothing."""
    if said["fcp"] is None:
        raise ValueError("nothing was painted")
    spans = [(float(one["start"]), float(one["end"])) for one in said["requests"]]
    long = [(float(start), float(start + lasted)) for start, lasted in said["long"]]
    when = interactive(float(said["fcp"]), float(said["ready"]), long, spans)
    code = [one["body"] for one in said["requests"] if _path(one["url"]).endswith((".js", ".css"))]
    return Figures(
        interactive=when,
        fcp=float(said["fcp"]),
        lcp=float(said["lcp"] or said["fcp"]),
        cls=shift(said["shifts"]),
        blocking=sum(max(0.0, end - start - LONG_MS) for start, end in long if said["fcp"] <= start < when),
        requests=len(spans),
        code_bytes=int(sum(code)),
        sent_bytes=int(sum(one["sent"] for one in said["requests"])),
    )


def _path(url: str) -> str:
    return url.partition("?")[0]


def interactive(
    fcp: float, ready: float, long: Sequence[tuple[float, float]], requests: Sequence[tuple[float, float]]
) -> float:
    """When the page answers (see above); `long` and `requests` are spans in milliseconds."""
    ends = [end for _, end in (*long, *requests) if end > fcp]
    calm = next(at for at in sorted([fcp, *ends]) if _quiet(at, long, requests))
    return max([fcp, ready, *(end for _, end in long if fcp < end <= calm)])


def _quiet(at: float, long: Sequence[tuple[float, float]], requests: Sequence[tuple[float, float]]) -> bool:
    until = at + QUIET_MS
    if any(start < until and end > at for start, end in long):
        return False
    looks = [at, *(start for start, _ in requests if at < start < until)]
    return all(sum(start <= look < end for start, end in requests) <= UNDER_WAY for look in looks)


def shift(shifts: Sequence[tuple[float, float]]) -> float:
    """How far the layout jumped: the largest sum of shifts that belong together (no unit)."""
    worst = held = 0.0
    began = last = float("-inf")
    for at, value in sorted(shifts):
        if at - last > TOGETHER_MS or at - began > AT_MOST_MS:
            began, held = at, 0.0
        held, last = held + value, at
        worst = max(worst, held)
    return worst
