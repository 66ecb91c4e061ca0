"""Costs of bringing do not add up: what was decided is put into the rounds in turn, to see what no longer fits."""

from datetime import datetime

from sqlmodel import Session

from routing.decision import Decision
from service.allocation.deciding.question import Question, keys_of
from service.lots.facts import pin_of
from service.rounds.reaching import Trial
from service.rounds.trips import Trip

_COLDEST = ("ambient", "hot", "chilled", "frozen")
Place = tuple[int, int]  # lot, site


def granted(decision: Decision) -> dict[Place, dict[int, int]]:
    """Grams by line for each lot and site, in the order of their keys."""
    found: dict[Place, dict[int, int]] = {}
    for share in sorted(decision.shares, key=lambda share: (share.lot, share.taker)):
        lot, line = keys_of(share.lot)
        found.setdefault((lot, int(share.taker)), {})[line] = share.grams
    return found


def first_reasons(decision: Decision) -> dict[Place, str]:
    """The weightiest reason of each lot and site, that of its first line."""
    found: dict[Place, str] = {}
    for told in decision.explained:
        if told.taker is not None and told.reasons and not told.grams:
            lot, _line = keys_of(told.lot)
            found.setdefault((lot, int(told.taker)), str(told.reasons[0].code))
    return found


def misfits(session: Session, question: Question, decision: Decision, now: datetime) -> set[Place]:
    """Where a round could bring each alone but not all together; the first to leave is put in first."""
    given = granted(decision)
    brought = [place for place in given if place in question.carried]
    if len(brought) < 2:
        return set()
    brought.sort(key=lambda place: (question.carried[place].lot.deadline, place))
    trips = {place: _trip(question, place, given[place]) for place in brought}
    trial = Trial(session, question.region, list(trips.values()), now)
    return {place for place, trip in trips.items() if not trial.take(trip).possible}


def _trip(question: Question, place: Place, grams: dict[int, int]) -> Trip:
    carried = question.carried[place]
    kinds = [seen.line.temperature for seen in carried.lines if seen.line.key in grams]
    return Trip(
        pickup_site_id=carried.lot.site_id,
        delivery_site_id=carried.site.key,
        pickup_windows=carried.windows,
        delivery_windows=carried.reception,
        grams=sum(grams.values()),
        temperature=max(kinds, key=_COLDEST.index, default="ambient"),
        pickup_pin=pin_of(carried.lot),
    )
