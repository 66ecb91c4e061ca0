"""Offerings and decisions as JSON; the same decision is the same text, byte for byte."""

from __future__ import annotations

import json

from routing.allocation import Offering
from routing.decision import Decision
from routing.formats.codec import decode, encode
from routing.formats.glane_json import VERSION, parsed


def read_offering(text: str) -> Offering:
    """The offering in a JSON text. Raises FormatError naming the path or the line."""
    offering: Offering = decode(Offering, parsed(text))
    return offering


def read_decision(text: str) -> Decision:
    """The decision in a JSON text. Raises FormatError naming the path or the line."""
    decision: Decision = decode(Decision, parsed(text))
    return decision


def write_offering(offering: Offering) -> str:
    """An offering as JSON text; reading it gives an equal offering."""
    return json.dumps({"version": VERSION, **encode(offering)}, ensure_ascii=False)


def write_decision(decision: Decision) -> str:
    """A decision as JSON text; reading it gives an equal decision."""
    return json.dumps({"version": VERSION, **encode(decision)}, ensure_ascii=False)
