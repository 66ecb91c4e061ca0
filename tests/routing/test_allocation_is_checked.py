"""An offering that makes no sense is refused when it is built, and the error says where."""

import json
from collections.abc import Callable

import pytest

from routing import FormatError, Offering, ProblemError, Temperature
from routing.allocation import Answer, Bringing, Claim, Lot, Rules, Taker
from routing.formats.allocation_json import read_offering

AMBIENT = Temperature.AMBIENT
LOT = Lot("l", "bread", AMBIENT, 1000, 3600)
TAKER = Taker("t", "e")


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda: Lot("", "bread", AMBIENT, 1, 0), "id"),
        (lambda: Lot("l", "bread", AMBIENT, -5, 0), "grams"),
        (lambda: Lot("l", "bread", AMBIENT, 0, 0), "grams"),
        (lambda: Lot("l", "bread", AMBIENT, 10, -1), "deadline_s"),
        (lambda: Lot("l", "bread", "warm", 10, 0), "temperature"),
        (lambda: Lot("l", "bread", AMBIENT, 10, 0, 3), "unit_g"),
        (lambda: Lot("l", "bread", AMBIENT, 10, 0, 1, 11), "least_g"),
        (lambda: Lot("l", "bread", AMBIENT, 10, 0, parts=0), "parts"),
        (lambda: Taker("t", "e", 0), "people"),
        (lambda: Taker("t", "e", priority=10), "priority"),
        (lambda: Taker("t", "e", received={"bread": -1}), "received.bread"),
        (lambda: Taker("t", "e", room={AMBIENT: -1}), "room.ambient"),
        (lambda: Taker("t", "e", room={"warm": 1}), "room"),
        (lambda: Claim("l", "t", Answer.PART), "grams"),
        (lambda: Claim("l", "t", Answer.NO, 5), "grams"),
        (lambda: Claim("l", "t", Answer.PART, 5, 6), "least_g"),
        (lambda: Claim("l", "t", Answer.PART, -5), "grams"),
        (lambda: Bringing("l", "t", -1), "cents"),
        (lambda: Bringing("l", "t", 1, -1), "arrives_s"),
        (lambda: Rules(steps=(0, 50, 50)), "steps[2]"),
        (lambda: Rules(steps=(10, 50)), "steps"),
        (lambda: Rules(steps=()), "steps"),
        (lambda: Rules(urgent_s=7200, calm_s=7200), "calm_s"),
        (lambda: Rules(scarce_percent=0), "scarce_percent"),
        (lambda: Rules(nodes=-1), "nodes"),
        (lambda: Rules(version=" "), "version"),
        (lambda: Offering((LOT, LOT)), "lots[1].id"),
        (lambda: Offering((), (TAKER, TAKER)), "takers[1].id"),
        (lambda: Offering((LOT,), (TAKER,), (Claim("x", "t"),)), "claims[0].lot"),
        (lambda: Offering((LOT,), (TAKER,), (Claim("l", "x"),)), "claims[0].taker"),
        (lambda: Offering((LOT,), (TAKER,), (Claim("l", "t"), Claim("l", "t", Answer.NO))), "claims[1]"),
        (lambda: Offering((LOT,), (TAKER,), (), (Bringing("l", "t", 1), Bringing("l", "t", 2))), "bringings[1]"),
        (lambda: Offering((LOT,), (TAKER,), (), (Bringing("l", "x", 1),)), "bringings[0].taker"),
        (lambda: Offering((TAKER,)), "lots[0]"),
    ],
)
def test_refused(build: Callable[[], object], field: str) -> None:
    """The field is named as in the class."""
    with pytest.raises(ProblemError) as caught:
        build()
    assert caught.value.field == field


def test_refused_in_a_file() -> None:
    """From JSON the whole path is told."""
    rules = {"steps": [0, 10, 5]}
    with pytest.raises(FormatError) as caught:
        read_offering(json.dumps({"rules": rules}))
    assert caught.value.where == "$.rules.steps[2]"
