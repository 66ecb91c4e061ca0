"""How far apart colours are for normal sight and three kinds of colour blindness (Machado et al. 2009)."""

from __future__ import annotations

Triple = tuple[float, float, float]
Rows = tuple[Triple, Triple, Triple]
SIGHTS: tuple[Rows, ...] = (
    ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
)
WHITE = (0.9505, 1.0, 1.089)
TO_XYZ: Rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))


def _linear(colour: str) -> Triple:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def _times(rows: Rows, by: Triple) -> Triple:
    one, two, three = (sum(a * b for a, b in zip(row, by, strict=True)) for row in rows)
    return one, two, three


def _lab(linear: Triple) -> Triple:
    x, y, z = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (part / white for part, white in zip(_times(TO_XYZ, linear), WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def contrast(one: str, two: str) -> float:
    """The WCAG contrast of two colours."""
    low, high = sorted(_times(TO_XYZ, _linear(colour))[1] for colour in (one, two))
    return (high + 0.05) / (low + 0.05)


def least_difference(one: str, two: str) -> float:
    """The smallest distance (CIE Lab) between two colours over the kinds of sight."""
    found = []
    for sight in SIGHTS:
        seen = []
        for colour in (one, two):
            red, green, blue = _times(sight, _linear(colour))
            seen.append(_lab((min(1, max(0, red)), min(1, max(0, green)), min(1, max(0, blue)))))
        found.append(sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5)
    return min(found)
