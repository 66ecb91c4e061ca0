"""Decisions are held to every decision there is, on offerings small enough to try them all, and to every limit."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from routing import Decision, Offering, Policy, Temperature, allocate
from routing.allocation import Answer, Bringing, Claim, Lot, Rules, Taker
from routing.formats.allocation_json import write_decision
from tests.routing.allocation_judge import every, faults, possible, worth

H = 3600


def made(seed: int, lots: int, takers: int) -> Offering:
    """A few lots of few units, charities with little room, answers of every kind.

    Drawn by a generator of its own: hypothesis alone leans to ones and noughts, where there is nothing to decide.
    """
    random = Random(seed)
    offered = []
    for at in range(lots):
        unit = random.choice([1, 2, 5])
        grams = unit * random.randint(1, 3)
        offered.append(
            Lot(
                f"l{at}",
                random.choice(["bread", "bread", "oil"]),
                random.choice([Temperature.AMBIENT, Temperature.AMBIENT, Temperature.CHILLED]),
                grams,
                random.choice([0, 10 * H, 30 * H, 90 * H]),
                unit,
                random.choice([1, 1, min(grams, 3)]),
                random.randint(1, 3),
                random.random() < 0.6,
            )
        )
    tables = [
        Taker(
            f"c{at}",
            random.choice(["east", "west"]),
            random.choice([None, 1, 2, 5, 9]),
            random.choice([0, 0, 5]),
            {"bread": random.choice([0, random.randint(0, 20)]), "oil": random.choice([0, 0, 3])},
            {Temperature.AMBIENT: random.choice([4, 11, 30]), Temperature.CHILLED: random.choice([0, 7, 30])},
        )
        for at in range(takers)
    ]
    said, ways = [], []
    for lot in offered:
        for taker in tables:
            answer = random.choice([None, Answer.ALL, Answer.ALL, Answer.ALL, Answer.PART, Answer.NO])
            least = random.choice([1, 1, 1, 3, 6])
            if answer is not None:
                most = random.randint(least, 12) if answer is Answer.PART else None
                said.append(Claim(lot.id, taker.id, answer, most, least, random.randint(0, 9)))
            if random.random() < 0.9:
                ways.append(Bringing(lot.id, taker.id, random.randint(0, 9), random.choice([0, 0, 2 * H])))
    rules = Rules(scarce_percent=random.choice([40, 100, 200]))
    return Offering(tuple(offered), tuple(tables), tuple(said), tuple(ways), rules)


def offerings(lots: int, takers: int) -> st.SearchStrategy[Offering]:
    return st.integers(0, 2**32).map(lambda seed: made(seed, lots, takers))


def shares_of(decision: Decision) -> dict[tuple[str, str], int]:
    return {(share.lot, share.taker): share.grams for share in decision.shares}


@settings(max_examples=60, deadline=None)
@given(st.one_of(offerings(1, 5), offerings(2, 3), offerings(3, 2)))
def test_no_decision_is_better(offering: Offering) -> None:
    """Grams left, then fairness, then cents: no decision that keeps the limits is better, and that is proven."""
    decision = allocate(offering)
    best = min(worth(offering, given) for given in every(offering))
    assert worth(offering, shares_of(decision)) == best
    assert tuple(level.value for level in decision.levels) == best
    assert decision.gap == 0


@settings(max_examples=60, deadline=None)
@given(offerings(4, 4), st.sampled_from(Policy))
def test_every_policy_keeps_the_limits(offering: Offering, policy: Policy) -> None:
    """Never more than is offered, wanted, fits or a quota allows; nothing to who said no; every gram accounted for."""
    decision = allocate(offering, policy)
    given = shares_of(decision)
    assert len(given) == len(decision.shares)
    assert faults(offering, given) == []
    left = {item.lot: item.grams for item in decision.left}
    for lot in offering.lots:
        assert sum(grams for (name, _), grams in given.items() if name == lot.id) + left.get(lot.id, 0) == lot.grams


@settings(max_examples=60, deadline=None)
@given(offerings(4, 4), st.sampled_from(Policy))
def test_no_lot_without_a_taker_while_one_exists(offering: Offering, policy: Policy) -> None:
    """A lot that nobody gets could be added for nobody."""
    given = shares_of(allocate(offering, policy))
    for (lot, taker), parts in possible(offering).items():
        if not any(name == lot for name, _ in given):
            assert faults(offering, {**given, (lot, taker): parts[0]})


@settings(max_examples=30, deadline=None)
@given(offerings(4, 4), st.sampled_from(Policy), st.integers(0, 2**32))
def test_the_order_of_what_is_asked_means_nothing(offering: Offering, policy: Policy, seed: int) -> None:
    """Shuffled lots, charities, answers and ways give the same decision, byte for byte; so does asking again."""
    parts = {name: list(getattr(offering, name)) for name in ("lots", "takers", "claims", "bringings")}
    for items in parts.values():
        Random(seed).shuffle(items)
    first = write_decision(allocate(offering, policy))
    assert write_decision(allocate(replace(offering, **parts), policy)) == first
    assert write_decision(allocate(offering, policy)) == first


@settings(max_examples=40, deadline=None)
@given(offerings(4, 4), st.sampled_from(Policy))
def test_everybody_is_told_why(offering: Offering, policy: Policy) -> None:
    """One to three reasons: for the dispatcher once a lot, for each charity that did not say no once a claim."""
    decision = allocate(offering, policy)
    told = {(item.lot, item.taker): item for item in decision.explained}
    asked = {(claim.lot, claim.taker) for claim in offering.claims if claim.answer is not Answer.NO}
    assert set(told) == {(lot.id, None) for lot in offering.lots} | asked
    assert len(told) == len(decision.explained)
    given = shares_of(decision)
    for (lot, taker), item in told.items():
        assert 1 <= len(item.reasons) <= 3
        if taker is not None:
            assert item.grams == given.get((lot, taker), 0)
