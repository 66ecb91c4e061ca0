"""The map: rounds as lines between their stops, told apart by colour, kind of line and mark; what is left, hollow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import cos, hypot, pi, sin

from routing.kinds import StopState
from routing.picture.colours import dash, round_role
from routing.picture.sheet import Call, Lane, Left, Point, Sheet
from routing.picture.svg import document, hint, tag, text, wide
from routing.picture.words import Words

Fit = Callable[[Point], Point]
# Beyond so many marks numbers and letters would cover the map: small ones then, and each round's mark on its way.
NUMBERED = 70
_DISC = 11.0
_MARGIN = 34.0


def legs(places: Sequence[Point | None]) -> list[tuple[Point, Point]]:
    """The lines of a way: a place without a point ends one and begins another, and no line leads to it."""
    return [
        (here, there) for here, there in pairwise(places) if here is not None and there is not None and here != there
    ]


def way_of(lane: Lane) -> list[Point | None]:
    """The places of a round in the order it comes to them, start and end included."""
    return [lane.start, *(call.point for call in lane.calls), lane.end]


def known(sheet: Sheet) -> list[Point]:
    """Every point that the map must hold."""
    ends = [point for left in sheet.left for point in (left.pickup, left.delivery)]
    return [point for point in [*(place for lane in sheet.lanes for place in way_of(lane)), *ends] if point is not None]


def ground_drawing(sheet: Sheet, width: float, height: float, words: Words, label: str, alone: bool = False) -> str:
    """The map as a drawing of its own; empty when no place is known."""
    inside = ground(sheet, width, height, words)
    return document(width, height, label, inside, alone=alone) if inside else ""


def ground(sheet: Sheet, width: float, height: float, words: Words) -> str:
    """The map from 0 to `width` and `height`; empty when no place is known."""
    points = known(sheet)
    if not points:
        return ""
    fit = _fitted(points, width, height)
    places = dict.fromkeys(point for lane in sheet.lanes for point in (lane.start, lane.end) if point is not None)
    taken: list[Point] = [fit(point) for point in places]
    calls = [(lane, call) for lane in sheet.lanes for call in lane.calls if call.point is not None]
    numbered = len(calls) + 2 * len(sheet.left) <= NUMBERED
    parts = [tag("rect", x=0, y=0, width=width, height=height, rx=12, fill="card", line="hair")]
    lines = [_line(lane, fit) for lane in sheet.lanes]
    homes = [_home(at, words) for at in tuple(taken)]
    stops = [_stop(call, lane.number, fit, taken, numbered) for lane, call in calls]
    lost = [mark for left in sheet.left for mark in _lost(left, fit, taken, numbered)]
    marks = [_mark(lane, fit, taken, words) for lane in sheet.lanes]
    parts += _towns(sheet, fit, taken, width, height)
    return "".join([*parts, *lines, *homes, *stops, *lost, *marks])


def _fitted(points: Iterable[Point], width: float, height: float) -> Fit:
    """From the plane to the drawing: one scale for both directions, the whole in the middle."""
    xs, ys = zip(*points, strict=True)
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)
    inner_w, inner_h = width - 2 * _MARGIN, height - 2 * _MARGIN
    scale = min(inner_w / (right - left) if right > left else 1e9, inner_h / (high - low) if high > low else 1e9)
    scale = 1.0 if scale == 1e9 else scale
    middle_x, middle_y = (left + right) / 2, (low + high) / 2

    def fit(point: Point) -> Point:
        return width / 2 + (point[0] - middle_x) * scale, height / 2 - (point[1] - middle_y) * scale

    return fit


def _beside(at: Point, taken: list[Point], near: float) -> Point:
    """`at`, or a place around it where nothing stands yet; two rounds may stop at one door."""
    rings = [(at[0] + r * cos(a * pi / 4), at[1] + r * sin(a * pi / 4)) for r in (near, 2 * near) for a in range(8)]
    for place in [at, *rings]:
        if all(hypot(place[0] - x, place[1] - y) >= near - 0.5 for x, y in taken):
            taken.append(place)
            return place
    return at


def _line(lane: Lane, fit: Fit) -> str:
    role, stroke = round_role(lane.number), dash(lane.number)
    parts = []
    for here, there in legs(way_of(lane)):
        (ax, ay), (bx, by) = fit(here), fit(there)
        path = f"M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}"
        parts.append(tag("path", d=path, fill="none", line="card", stroke_width=6))
        parts.append(
            tag("path", d=path, fill="none", line=role, stroke_width=3, stroke_dasharray=stroke, stroke_linecap="round")
        )
        if (length := hypot(bx - ax, by - ay)) > 70:
            parts.append(_arrow((ax + bx) / 2, (ay + by) / 2, (bx - ax) / length, (by - ay) / length, role))
    return "".join(parts)


def _arrow(x: float, y: float, dx: float, dy: float, role: str) -> str:
    """Which way a leg is driven."""
    tip = (x + 7 * dx, y + 7 * dy)
    left = (x - 5 * dx - 5 * dy, y - 5 * dy + 5 * dx)
    right = (x - 5 * dx + 5 * dy, y - 5 * dy - 5 * dx)
    corners = "L".join(f"{a:.1f} {b:.1f}" for a, b in (tip, left, right))
    return tag("path", d=f"M{corners}Z", fill=role, line="card", stroke_width=1)


def _stop(call: Call, number: int, fit: Fit, taken: list[Point], numbered: bool) -> str:
    assert call.point is not None
    role = round_role(number)
    about = hint(f"{call.number}. {call.name}" + (f" · {call.note}" if call.note else ""))
    if not numbered:
        x, y = fit(call.point)
        return tag("circle", about, cx=x, cy=y, r=4, fill=role, line="card")
    true = fit(call.point)
    x, y = _beside(true, taken, 2 * _DISC)
    leader = "" if (x, y) == true else tag("line", x1=true[0], y1=true[1], x2=x, y2=y, line=role)
    done = call.state == StopState.EXECUTED
    disc = tag(
        "circle", cx=x, cy=y, r=_DISC, fill="card" if done else role, line=role if done else "card", stroke_width=2
    )
    colour = role if done else "on-round"
    return tag(
        "g",
        about,
        leader,
        disc,
        text(x, y + 5, str(call.number), fill=colour, text_anchor="middle", font_weight="bold"),
    )


def _home(at: Point, words: Words) -> str:
    return tag(
        "rect",
        hint(words.home),
        x=at[0] - 8,
        y=at[1] - 8,
        width=16,
        height=16,
        rx=3,
        fill="ink",
        line="card",
        stroke_width=2,
    )


def _lost(left: Left, fit: Fit, taken: list[Point], lettered: bool) -> list[str]:
    """A hollow diamond where it waits and a hollow circle where it should go, each with its letter."""
    marks = []
    for point, is_pickup in ((left.pickup, True), (left.delivery, False)):
        if point is None:
            continue
        about = hint(f"{left.letter}. {left.name} · {left.reason}")
        if not lettered:
            marks.append(_small(fit(point), is_pickup, about))
            continue
        x, y = _beside(fit(point), taken, 2 * _DISC)
        if is_pickup:
            shape = tag(
                "path", d=f"M{x:.1f} {y - 13:.1f}l13 13l-13 13l-13 -13Z", fill="card", line="brick", stroke_width=2
            )
        else:
            shape = tag(
                "circle", cx=x, cy=y, r=_DISC, fill="card", line="brick", stroke_width=2, stroke_dasharray="3 3"
            )
        word = text(x, y + 5, left.letter, fill="brick", text_anchor="middle", font_weight="bold")
        marks.append(tag("g", about, shape, word))
    return marks


def _small(at: Point, is_pickup: bool, about: str) -> str:
    x, y = at
    if is_pickup:
        return tag(
            "path", about, d=f"M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6Z", fill="card", line="brick", stroke_width=1.5
        )
    return tag("circle", about, cx=x, cy=y, r=4, fill="card", line="brick", stroke_width=1.5, stroke_dasharray="2 2")


def _mark(lane: Lane, fit: Fit, taken: list[Point], words: Words) -> str:
    """The round's mark on its first leg that has room, so that no reader needs the colours."""
    found = legs(way_of(lane))
    if not found:
        return ""
    label = f"{words.round_mark}{lane.number}"
    ends = [(fit(here), fit(there)) for here, there in found]
    on_line = [((a[0] + k * b[0]) / (k + 1), (a[1] + k * b[1]) / (k + 1)) for a, b in ends for k in (2, 1)]
    beside = [
        (x + r * cos(turn * pi / 4), y + r * sin(turn * pi / 4))
        for r in (30, 44)
        for x, y in on_line
        for turn in range(8)
    ]
    free = (s for s in [*on_line, *beside] if all(hypot(s[0] - x, s[1] - y) > 27 for x, y in taken))
    x, y = next(free, on_line[0])
    taken.append((x, y))
    wider = wide(label) + 10
    role = round_role(lane.number)
    return tag(
        "g",
        hint(f"{label} · {lane.name}"),
        tag("rect", x=x - wider / 2, y=y - 10, width=wider, height=20, rx=4, fill="card", line=role, stroke_width=2),
        text(x, y + 5, label, fill=role, text_anchor="middle", font_weight="bold"),
    )


def _towns(sheet: Sheet, fit: Fit, taken: list[Point], width: float, height: float) -> list[str]:
    """Dots for orientation, and names where they cover nothing."""
    dots: list[str] = []
    names: list[str] = []
    boxes = [(x - 14, y - 14, x + 14, y + 14) for x, y in taken]
    for town in sheet.towns:
        x, y = fit(town.point)
        if not (6 < x < width - 6 and 6 < y < height - 6):
            continue
        dots.append(tag("circle", cx=x, cy=y, r=float(town.radius), fill="edge" if town.name else "hair"))
        long = wide(town.name)
        # To the right where there is room, else to the left, above or below.
        spots = ((x + 7, y + 5), (x - 7 - long, y + 5), (x - long / 2, y - 9), (x - long / 2, y + 20))
        for left, base in spots if town.name else ():
            box = (left, base - 14, left + long, base + 4)
            inside = box[0] > 4 and box[2] < width - 4 and box[1] > 4 and box[3] < height - 4
            if inside and all(box[0] > b[2] or b[0] > box[2] or box[1] > b[3] or b[1] > box[3] for b in boxes):
                boxes.append(box)
                names.append(text(left, base, town.name, fill="soft", halo=True))
                break
    return [*dots, *names]
