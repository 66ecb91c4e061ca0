"""The chart over time: what each vehicle does, with its stops named, and under it how full its compartments are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from routing.picture.axis import NO_BREAK, Axis
from routing.picture.colours import round_role
from routing.picture.sheet import Call, Fill, Kind, Lane, Span
from routing.picture.svg import around, document, group, hint, said, shortened, tag, text, wide
from routing.picture.words import Words

# From the top of a lane: two rows of names, the bar, then a graph for each compartment in use.
_NAMES = (15.0, 33.0)
_BAR, _TALL = 40.0, 26.0
_GRAPH, _GRAPHS_FROM, _BETWEEN = 18.0, 74.0, 6.0
HEAD = 30.0


def lane_height(lane: Lane) -> float:
    """How tall the lane is."""
    return _GRAPHS_FROM + len(lane.fills) * (_GRAPH + _BETWEEN) + 2


def lane(one: Lane, axis: Axis, words: Words, now_s: int | None = None) -> str:
    """One vehicle's row, from 0 to `axis.width` and down to `lane_height`."""
    tall = lane_height(one)
    parts = [tag("line", x1=axis.x(s), x2=axis.x(s), y1=0.0, y2=tall, line="hair") for s, _ in axis.ticks]
    if one.shift is not None:
        parts.append(_box(axis, *one.shift, _BAR - 4, _TALL + 8, 4, fill="sunken", line="hair", about=words.shift))
    parts += [span_mark(span.kind, one.number, axis.x(span.start_s), _wide(axis, span), _BAR) for span in one.spans]
    for at, fill in enumerate(one.fills):
        parts.append(_graph(fill, one.end_s, axis, words, _GRAPHS_FROM + at * (_GRAPH + _BETWEEN)))
    if now_s is not None and axis.start_s <= now_s <= axis.end_s:
        x = axis.x(now_s)
        parts.append(tag("line", x1=x, x2=x, y1=0.0, y2=tall, line="brick", stroke_width=2))
    # Names come last, so that no line runs through them.
    return "".join([*parts, *_names(one.calls, axis, round_role(one.number))])


def lane_drawing(one: Lane, axis: Axis, words: Words, label: str, now_s: int | None = None) -> str:
    """The row as a drawing of its own, for a page that puts the vehicle's name beside it."""
    return document(axis.width + 1, lane_height(one), label, lane(one, axis, words, now_s), alone=False)


def head(axis: Axis, words: Words, now_s: int | None = None) -> str:
    """The hours above the lanes."""
    parts = []
    for second, label in axis.ticks:
        x, half = axis.x(second), wide(label) / 2
        # The first and the last hour stay within the drawing.
        anchor = "start" if x < half else "end" if x > axis.width - half else "middle"
        parts.append(text(x, 16, label, fill="soft", text_anchor=anchor))
        parts.append(tag("line", x1=x, x2=x, y1=21.0, y2=HEAD, line="edge"))
    if now_s is not None and axis.start_s <= now_s <= axis.end_s:
        x = axis.x(now_s)
        parts.append(tag("path", d=f"M{x - 6:.1f} {HEAD - 9:.1f}h12l-6 9z", fill="brick"))
    return "".join(parts)


def head_drawing(axis: Axis, words: Words, label: str, now_s: int | None = None) -> str:
    """The hours as a drawing of their own."""
    return document(axis.width + 1, HEAD, label, head(axis, words, now_s), alone=False)


def _wide(axis: Axis, span: Span) -> float:
    return axis.x(span.end_s) - axis.x(span.start_s)


def _box(
    axis: Axis, start_s: int, end_s: int, y: float, tall: float, radius: int, *, fill: str, line: str, about: str
) -> str:
    x = axis.x(start_s)
    return tag(
        "rect", hint(about), x=x, y=y, width=max(0.0, axis.x(end_s) - x), height=tall, rx=radius, fill=fill, line=line
    )


def span_mark(kind: Kind, number: int, x: float, width: float, y: float) -> str:
    """What is done, told apart by its shape too: a thin line, a low box, a full block, a dashed box, two strokes."""
    role, middle = round_role(number), y + _TALL / 2
    if kind == Kind.DRIVE:
        return tag("rect", x=x, y=middle - 3, width=width, height=6, fill=role)
    if kind == Kind.HANDLE:
        return tag("rect", x=x, y=y, width=max(1.5, width), height=_TALL, rx=1, fill=role)
    if kind == Kind.PARK:
        return tag("rect", x=x, y=middle - 8, width=max(1.0, width), height=16, fill="card", line=role)
    if kind == Kind.WAIT:
        return tag("rect", x=x, y=middle - 8, width=width, height=16, fill="card", line="edge", stroke_dasharray="3 2")
    box = tag("rect", x=x, y=y, width=width, height=_TALL, rx=6, fill="card", line="ink", stroke_width=1.5)
    if width < 14:
        return box
    stroke = f"M{x + width / 2 - 3:.1f} {middle - 6:.1f}v12M{x + width / 2 + 3:.1f} {middle - 6:.1f}v12"
    return box + tag("path", d=stroke, line="ink", stroke_width=2.5, fill="none")


def _names(calls: Sequence[Call], axis: Axis, role: str) -> list[str]:
    """Stops' numbers, and their names as far as there is room, in turn on two rows.

    A stop that finds no room keeps its block: its hint and the table beside the chart say the rest.
    """
    leaders: list[str] = []
    parts: list[str] = []
    free = [0.0, 0.0]
    places = [axis.x(call.arrival_s) for call in calls]
    for at, (call, x) in enumerate(zip(calls, places, strict=True)):
        row = at % 2 if x >= free[at % 2] else 1 - at % 2
        if x < free[row]:
            continue
        number = str(call.number)
        start = min(x, axis.width - wide(number))
        follower = next((place for place in places[at + 1 :] if place > x + wide(number)), axis.width)
        further = next((place for place in places[at + 2 :] if place > follower), axis.width)
        name = shortened(call.name, further - start - wide(number) - 14)
        inside = [hint(_about(call)), tag("tspan", said(number), font_weight="bold")]
        inside += [tag("tspan", said(name), dx=5, fill="ink")] if name else []
        leaders.append(tag("line", x1=x, x2=x, y1=_NAMES[row] + 3, y2=_BAR, line="edge"))
        parts.append(around(start, _NAMES[row], *inside, fill=role))
        free[row] = start + wide(number) + (wide(name) + 5 if name else 0) + 6
    return leaders + parts


def _about(call: Call) -> str:
    return f"{call.number}. {call.name}" + (f" · {call.note}" if call.note else "")


def _graph(fill: Fill, end_s: int, axis: Axis, words: Words, y: float) -> str:
    """A compartment's load through the round: steps from the floor, a line where it is full, its name and peak."""
    floor = y + _GRAPH
    path, began = "", axis.x(fill.steps[0][0])
    moments = [*fill.steps, (end_s, fill.steps[-1][1])]
    for (start, share), (stop, _) in pairwise(moments):
        top = floor - min(1.0, share) * _GRAPH
        path += f"{'L' if path else 'M'}{axis.x(start):.1f} {top:.1f}L{axis.x(stop):.1f} {top:.1f}"
    ended = axis.x(end_s)
    peak = words.percent.format(share=round(100 * fill.most)).replace(" ", NO_BREAK)
    label = f"{words.temperatures[fill.temperature]} {peak}"
    # The name stands where nothing is drawn: before the round, or after it, or over its beginning.
    before = began > wide(label) + 8
    after = not before and axis.width - ended > wide(label) + 8
    at, anchor = (began - 6, "end") if before else (ended + 6, "start") if after else (began + 4, "start")
    return group(
        tag("line", x1=began, x2=ended, y1=y, y2=y, line="hair"),
        tag(
            "path",
            hint(label),
            d=f"{path}L{ended:.1f} {floor:.1f}L{began:.1f} {floor:.1f}Z",
            fill=fill.temperature.value,
        ),
        tag("line", x1=began, x2=ended, y1=floor, y2=floor, line="edge"),
        text(at, floor - 4, label, halo=True, text_anchor=anchor),
    )
