"""What the marks mean: small samples with their words, for a page to set as a list and a poster to set in lines."""

from __future__ import annotations

from routing.kinds import StopState
from routing.picture.lanes import span_mark
from routing.picture.sheet import Kind, Sheet
from routing.picture.svg import document, group, tag, text, wide
from routing.picture.words import Words

WIDTH, HEIGHT = 34.0, 28.0


def samples(sheet: Sheet, words: Words) -> list[tuple[str, str]]:
    """(markup of a sample `WIDTH` by `HEIGHT`, its words) for what the chart shows."""
    seen = {span.kind for lane in sheet.lanes for span in lane.spans}
    named = (
        (Kind.DRIVE, words.drive),
        (Kind.PARK, words.park),
        (Kind.HANDLE, words.handle),
        (Kind.WAIT, words.wait),
        (Kind.PAUSE, words.pause),
    )
    found = [(span_mark(kind, 1, 4, 26, 1), label) for kind, label in named if kind in seen]
    if any(lane.shift for lane in sheet.lanes):
        found.append((tag("rect", x=2, y=2, width=30, height=24, rx=4, fill="sunken", line="hair"), words.shift))
    kinds = {fill.temperature for lane in sheet.lanes for fill in lane.fills}
    for kind in sorted(kinds, key=list(words.temperatures).index):
        shape = tag("path", d="M2 24V16H14V8H24V20H32V24Z", fill=kind.value)
        found.append((shape, words.load.format(kind=words.temperatures[kind].lower())))
    return found


def map_samples(sheet: Sheet, words: Words) -> list[tuple[str, str]]:
    """(markup, words) for what the map shows."""
    disc = tag("circle", cx=17, cy=14, r=11, fill="round-1")
    found = [
        (disc + text(17, 19, "1", fill="on-round", text_anchor="middle", font_weight="bold"), words.stop),
        (tag("rect", x=9, y=6, width=16, height=16, rx=3, fill="ink"), words.home),
    ]
    if any(call.state == StopState.EXECUTED for lane in sheet.lanes for call in lane.calls):
        hollow = tag("circle", cx=17, cy=14, r=10, fill="card", line="round-1", stroke_width=2)
        number = text(17, 19, "1", fill="round-1", text_anchor="middle", font_weight="bold")
        found.append((hollow + number, words.done))
    if sheet.left:
        mark = text(17, 19, "A", fill="brick", text_anchor="middle", font_weight="bold")
        diamond = tag("path", d="M17 1l13 13l-13 13l-13 -13Z", fill="card", line="brick", stroke_width=2)
        circle = tag("circle", cx=17, cy=14, r=11, fill="card", line="brick", stroke_width=2, stroke_dasharray="3 3")
        found += [(diamond + mark, words.left_from), (circle + mark, words.left_to)]
    return found


def sample_drawing(markup: str, label: str) -> str:
    """A sample as a drawing of its own; the words beside it say all, so readers aloud skip it."""
    made = document(WIDTH, HEIGHT, label, markup, alone=False)
    return made.replace(' role="img"', ' aria-hidden="true"', 1)


def lines(found: list[tuple[str, str]], width: float) -> tuple[str, float]:
    """Samples set in lines of a width: (markup, height)."""
    parts, x, y = [], 0.0, 0.0
    for markup, label in found:
        takes = WIDTH + 6 + wide(label) + 22
        if x and x + takes > width:
            x, y = 0.0, y + HEIGHT + 6
        parts.append(group(markup, text(WIDTH + 6, 19, label, fill="soft"), x=x, y=y))
        x += takes
    return "".join(parts), y + HEIGHT
