"""SVG as text: elements with everything escaped, and no style, script or address of anything elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from routing.picture.colours import ROLES

# A control character has no place in XML, and one that was typed somewhere must not break a whole picture.
_UNDRAWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# A letter is about so wide, in parts of its size: enough to know whether a name fits.
LETTER = 0.56
SMALL = 14


def _clean(text: str) -> str:
    return _UNDRAWABLE.sub("�", text)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return _clean(str(value))


Attributes = dict[str, object]
_HALO: Attributes = {"stroke_width": 4, "paint_order": "stroke", "stroke_linejoin": "round"}


def tag(name: str, *inside: str, fill: str = "", line: str = "", **attributes: object) -> str:
    """An element. `fill` and `line` are roles of `colours`; `_` in an attribute's name is read as `-`.

    What stands inside is markup already: texts come through `text` or `said`.
    """
    return _written(name, inside, fill, line, attributes)


def _written(name: str, inside: Sequence[str], fill: str, line: str, attributes: Attributes) -> str:
    given = {key.replace("_", "-"): value for key, value in attributes.items() if value not in (None, "")}
    classes = []
    if fill:
        given["fill"] = "none" if fill == "none" else ROLES[fill]
        classes += [] if fill == "none" else [f"fill-{fill}"]
    if line:
        given["stroke"] = ROLES[line]
        classes.append(f"line-{line}")
    if classes:
        given["class"] = " ".join(classes)
    written = "".join(f" {key}={quoteattr(_shown(value))}" for key, value in given.items())
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def said(text: str) -> str:
    """A text as it may stand inside an element."""
    return escape(_clean(text))


def text(
    x: float, y: float, words: str, *, size: int = SMALL, fill: str = "ink", halo: bool = False, **attributes: object
) -> str:
    """Words at a place, their baseline at `y`; a halo keeps them readable over a drawing."""
    placed: Attributes = {"x": float(x), "y": float(y), "font_size": size, **attributes}
    if halo:
        placed |= _HALO
    return _written("text", [said(words)], fill, "card" if halo else "", placed)


def around(x: float, y: float, *inside: str, fill: str) -> str:
    """Words made of parts, with a halo that keeps them readable over lines."""
    placed: Attributes = {"x": float(x), "y": float(y), "font_size": SMALL, **_HALO}
    return _written("text", inside, fill, "card", placed)


def group(*inside: str, x: float = 0, y: float = 0) -> str:
    """Things moved together."""
    return tag("g", *inside, transform=f"translate({_shown(float(x))} {_shown(float(y))})" if x or y else "")


def hint(words: str) -> str:
    """What a pointer that rests on the element is told."""
    return tag("title", said(words))


def shortened(words: str, width: float, size: int = SMALL) -> str:
    """The words, cut so that they fit a width; empty when not even a few letters do."""
    most = int(width / (size * LETTER))
    if len(words) <= most:
        return words
    return words[: most - 1].rstrip() + "…" if most >= 4 else ""


def wide(words: str, size: int = SMALL) -> float:
    """About how wide the words are."""
    return len(words) * size * LETTER


def document(width: float, height: float, label: str, *inside: str, alone: bool = True) -> str:
    """A whole drawing: `alone` for a file, else as a part of a page whose style sheet gives font and colours."""
    return tag(
        "svg",
        *([hint(label)] if alone else []),
        *inside,
        xmlns="http://www.w3.org/2000/svg",
        width=round(width),
        height=round(height),
        viewBox=f"0 0 {round(width)} {round(height)}",
        role="img",
        aria_label=label,
        font_family="'Atkinson Hyperlegible Next', 'Libertinus Serif', 'DejaVu Sans', Arial, sans-serif"
        if alone
        else "",
    ).replace("<svg ", '<svg class="picture" ', 1)
