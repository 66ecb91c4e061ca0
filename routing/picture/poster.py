"""The whole picture as one file: title, map, chart, what the marks mean, and what is left with its reason."""

from __future__ import annotations

from routing.picture.axis import Axis
from routing.picture.colours import round_role
from routing.picture.ground import ground, known
from routing.picture.lanes import HEAD, head, lane, lane_height
from routing.picture.legend import lines, map_samples, samples
from routing.picture.sheet import Lane, Sheet
from routing.picture.svg import document, group, shortened, tag, text, wide
from routing.picture.words import Words

_EDGE, _NAMES = 28.0, 232.0
# So many of the shipments left out are told in full; the rest are counted.
_MOST_LEFT = 60


def poster(sheet: Sheet, axis: Axis, words: Words) -> str:
    """The SVG text of a whole plan; the same sheet gives the same text."""
    width = _NAMES + axis.width
    blocks: list[tuple[str, float]] = [_title(sheet)]
    if drawn := known(sheet):
        tall = _map_height(drawn, width)
        blocks.append((ground(sheet, width, tall, words), tall + 14))
        blocks.append(_spaced(lines(map_samples(sheet, words), width)))
    else:
        blocks.append((text(0, 18, words.no_place, fill="soft"), 36))
    if sheet.lanes:
        blocks.append((group(head(axis, words, sheet.now_s), x=_NAMES), HEAD))
        blocks += [_row(one, axis, words, sheet.now_s, width) for one in sheet.lanes]
        blocks.append(_spaced(lines(samples(sheet, words), width)))
    else:
        blocks.append((text(0, 18, words.nothing, fill="soft"), 36))
    if sheet.left:
        blocks.append(_left(sheet, words, width))
    placed, y = [], _EDGE
    for markup, tall in blocks:
        placed.append(group(markup, x=_EDGE, y=y))
        y += tall
    page = (width + 2 * _EDGE, y + _EDGE)
    paper = tag("rect", x=0, y=0, width=page[0], height=page[1], fill="paper")
    return document(*page, ", ".join(filter(None, (sheet.title, sheet.note))), paper, *placed)


def _spaced(block: tuple[str, float]) -> tuple[str, float]:
    return group(block[0], y=10), block[1] + 34


def _title(sheet: Sheet) -> tuple[str, float]:
    return text(0, 24, sheet.title, size=26, font_weight="bold") + text(0, 50, sheet.note, size=16, fill="soft"), 70


def _map_height(points: list[tuple[float, float]], width: float) -> float:
    """As tall as the land asks for, within reason."""
    xs, ys = zip(*points, strict=True)
    across, up = max(xs) - min(xs), max(ys) - min(ys)
    return min(760.0, max(320.0, width * up / across if across else 320.0))


def _row(one: Lane, axis: Axis, words: Words, now_s: int | None, width: float) -> tuple[str, float]:
    tall = lane_height(one)
    label, role = f"{words.round_mark}{one.number}", round_role(one.number)
    badge = wide(label) + 12
    return (
        tag("line", x1=0, x2=width, y1=-4, y2=-4, line="hair")
        + tag("rect", x=0, y=4, width=badge, height=24, rx=5, fill=role)
        + text(badge / 2, 21, label, fill="on-round", text_anchor="middle", font_weight="bold")
        + text(badge + 8, 21, shortened(one.name, _NAMES - badge - 24, 16), size=16, font_weight="bold")
        + text(0, 48, shortened(one.note, _NAMES - 12), fill="soft")
        + group(lane(one, axis, words, now_s), x=_NAMES),
        tall + 10,
    )


def _left(sheet: Sheet, words: Words, width: float) -> tuple[str, float]:
    parts = [text(0, 22, f"{words.left} ({len(sheet.left)})", size=18, font_weight="bold")]
    told = sheet.left[:_MOST_LEFT]
    columns = 2 if len(told) > 8 else 1
    rows = -(-len(told) // columns)
    for at, one in enumerate(told):
        x, y = at // rows * width / columns, 48.0 + at % rows * 22
        parts.append(text(x, y, one.letter, fill="brick", font_weight="bold"))
        parts.append(text(x + 36, y, shortened(f"{one.name} · {one.reason}", width / columns - 44)))
    bottom = 48.0 + rows * 22
    if len(sheet.left) > _MOST_LEFT:
        parts.append(text(36, bottom, words.more.format(count=len(sheet.left) - _MOST_LEFT), fill="soft"))
        bottom += 22
    return "".join(parts), bottom
