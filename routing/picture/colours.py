"""The picture's colours by role: light ones as attributes, which a style sheet may replace by its own.

A drawing stands alone with these values; in a page, rules for the classes `fill-<role>` and `line-<role>` win over
attributes and bring the page's own tokens, dark ones included.
"""

from __future__ import annotations

# Six colours that stay apart for the three kinds of colour blindness, each readable under a white number; further
# rounds repeat them with another line. A test computes the distances.
ROUNDS = ("#1c4cce", "#98590e", "#256f6a", "#803387", "#3c4b1d", "#4e1a2b")
DASHES = ("", "10 5", "2 5")

ROLES: dict[str, str] = {
    "paper": "#fbf8f1",
    "card": "#fffefa",
    "sunken": "#f2ecdf",
    "hair": "#dfd6c3",
    "edge": "#7d7f6c",
    "ink": "#22271f",
    "soft": "#575d4f",
    "brick": "#b3432b",
    "ambient": "#d9a441",
    "chilled": "#2c6e9b",
    "frozen": "#4d88aa",
    "on-round": "#fffefa",
    **{f"round-{number}": colour for number, colour in enumerate(ROUNDS, 1)},
}


def round_role(number: int) -> str:
    """The role of a round's colour."""
    return f"round-{(number - 1) % len(ROUNDS) + 1}"


def dash(number: int) -> str:
    """The line of a round: solid for the first six, then dashed, then dotted."""
    return DASHES[(number - 1) // len(ROUNDS) % len(DASHES)]
