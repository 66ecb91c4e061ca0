"""Compiled: random numbers whose whole state lies in the search's state, so that a seed repeats itself."""

from __future__ import annotations

import numpy as np

from routing.engine.search.compiling import inner
from routing.engine.search.state import Words

_SHIFTS = (np.uint64(12), np.uint64(25), np.uint64(27), np.uint64(11))
_FACTOR = np.uint64(0x2545F4914F6CDD1D)


@inner
def chance(dice: Words) -> float:
    """A number in [0, 1): xorshift64*, whose whole state is `dice[0]`."""
    x = dice[0]
    x ^= x >> _SHIFTS[0]
    x ^= x << _SHIFTS[1]
    x ^= x >> _SHIFTS[2]
    dice[0] = x
    return float((x * _FACTOR) >> _SHIFTS[3]) / 9007199254740992.0


@inner
def below(dice: Words, bound: int) -> int:
    """A whole number in [0, bound)."""
    return int(chance(dice) * bound)
