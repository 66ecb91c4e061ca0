"""What played people share: chances that depend on nothing but the seed and the thing, plausible readings."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from sqlmodel import Session

from service.accounts.who import Who
from service.database.engine import Database
from service.kit.refusals import Refusal
from service.lots.models import LotLine
from workers.simulation.cast import Cast

REFUSED, PARTLY, NO_SHOW, SHUT = 0.09, 0.10, 0.03, 0.01
WhoOf = Callable[[Session, int], Who]
Act = Callable[[Session, WhoOf], object]
REASONS = ("unfit_appearance", "overstock", "dlc_too_short", "damaged_packaging", "not_enough_cold")


@dataclass
class Stage:
    """Where the play takes place, and what was played on it."""

    database: Database
    cast: Cast
    seed: int
    zone: str
    counts: Counter[str] = field(default_factory=Counter)
    # What was tried in vain, by thing: it is tried again, a few times.
    tries: Counter[str] = field(default_factory=Counter)

    def chance(self, *names: object) -> Random:
        """The same for the same seed and names, whenever it is asked: a restart changes nobody's mind."""
        return Random("/".join(map(str, (self.seed, *names))))


def reading(random: Random, temperature: str) -> float | None:
    """°C measured between two packs, always well within what the law takes; none for what needs no cold."""
    if temperature == "chilled":
        return round(random.uniform(1.0, 1.9), 1)
    return round(random.uniform(-21.0, -18.5), 1) if temperature == "frozen" else None


def coldest(lines: Sequence[LotLine]) -> str:
    """The temperature a receiver must be able to keep."""
    kept = {line.temperature for line in lines}
    return next((one for one in ("frozen", "chilled") if one in kept), "ambient")


def played(stage: Stage, what: str, act: Act, thing: str = "") -> bool:
    """Play one act in a transaction of its own; whether it was done. To be refused is part of the day, and counted."""
    try:
        with stage.database.transaction() as session:
            act(session, stage.cast.who)
    except Refusal as refusal:
        stage.counts[f"{what} refused: {refusal.code}"] += 1
        if thing:
            stage.tries[thing] += 1
        return False
    stage.counts[what] += 1
    return True
