"""What a decision looks like on offerings worked out by hand: who gets what, and what is said about it."""

from dataclasses import replace
from typing import Any

import pytest

from routing import Offering, Policy, Temperature, allocate
from routing.allocation import Answer, Bringing, Claim, Lot, Rules, Taker
from routing.decision import Code
from routing.formats.allocation_json import read_decision, read_offering, write_decision, write_offering

H = 3600
ROOM = {Temperature.AMBIENT: 500_000, Temperature.CHILLED: 50_000}


def bread(name: str = "l1", grams: int = 10_000, **more: Any) -> Lot:
    return Lot(name, "bread", Temperature.AMBIENT, grams, 12 * H, **more)


def table(name: str, people: int | None = 100, received: int = 0, **more: Any) -> Taker:
    return Taker(name, "epci", people, received={"bread": received}, room=ROOM, **more)


def evening(lots: list[Lot], takers: list[Taker], *claims: Claim, cents: int = 500, **more: Any) -> Offering:
    """Everything can be brought to everybody, at one price."""
    ways = tuple(Bringing(lot.id, taker.id, cents) for lot in lots for taker in takers)
    said = claims or tuple(Claim(lot.id, taker.id) for lot in lots for taker in takers)
    return Offering(tuple(lots), tuple(takers), said, ways, **more)


def given(offering: Offering, policy: Policy = Policy.SEALED) -> dict[tuple[str, str], int]:
    return {(share.lot, share.taker): share.grams for share in allocate(offering, policy).shares}


def codes(offering: Offering, lot: str, taker: str | None, policy: Policy = Policy.SEALED) -> list[Code]:
    told = next(item for item in allocate(offering, policy).explained if (item.lot, item.taker) == (lot, taker))
    return [reason.code for reason in told.reasons]


def test_nothing_to_decide() -> None:
    """No lots, or nobody at all: an empty decision, or every lot left."""
    assert allocate(Offering()).shares == ()
    decision = allocate(Offering(lots=(bread(),)))
    assert [(item.lot, item.grams, item.because.code) for item in decision.left] == [("l1", 10_000, Code.NO_CLAIM)]
    assert decision.gap == 0


def test_the_less_served_gets_it() -> None:
    """Of two alike, who received less over 28 days; both are told so with the same figures."""
    offering = evening([bread()], [table("a", received=90_000), table("b", received=30_000)])
    assert given(offering) == {("l1", "b"): 10_000}
    told = {item.taker: item.reasons[0] for item in allocate(offering).explained}
    # 130 kg for 200 people: 65 kg are the fair share of each.
    assert (told["b"].code, told["b"].facts) == (Code.LESS_SERVED, {"had_percent": 46, "others_percent": 138})
    assert (told["a"].code, told["a"].facts) == (Code.MORE_SERVED, {"had_percent": 138, "winners_percent": 46})


def test_need_counts() -> None:
    """The same weight received is less for twice the people; unknown people are the EPCI's median."""
    larger = evening([bread()], [table("a", 100, 40_000), table("b", 200, 40_000)])
    assert given(larger) == {("l1", "b"): 10_000}
    unknown = evening([bread()], [table("a", 100, 40_000), table("b", None, 40_000), table("c", 400, 200_000)])
    known = replace(unknown, takers=(unknown.takers[0], table("b", 100, 40_000), unknown.takers[2]))
    assert given(unknown) == given(known)
    preferred = evening([bread()], [table("a", 100, 40_000), table("b", 100, 40_000, priority=9)])
    assert given(preferred) == {("l1", "b"): 10_000}


def test_families_are_served_each_for_itself() -> None:
    """Who had much bread and no fruit is first for fruit."""
    fruit = Lot("f", "fruit", Temperature.AMBIENT, 5_000, 12 * H)
    much = Taker("a", "e", 100, received={"bread": 90_000}, room=ROOM)
    other = Taker("b", "e", 100, received={"fruit": 30_000}, room=ROOM)
    assert given(evening([bread(), fruit], [much, other])) == {("f", "a"): 5_000, ("l1", "b"): 10_000}


def test_weight_comes_before_fairness() -> None:
    """Better served, but the only one with room for all of it."""
    small = replace(table("b"), room={Temperature.AMBIENT: 4_000})
    offering = evening([bread()], [table("a", received=90_000), small])
    assert given(offering) == {("l1", "a"): 10_000}


def test_fairness_comes_before_cost_and_cost_before_ids() -> None:
    """Dearer, but less served; equally served, cheaper; equal in all, the smaller id."""
    lots, takers = [bread()], [table("a", received=90_000), table("b", received=30_000)]
    dear = evening(lots, takers)
    dear = replace(dear, bringings=(Bringing("l1", "a", 1), Bringing("l1", "b", 9_000)))
    assert given(dear) == {("l1", "b"): 10_000}
    even = replace(dear, takers=(table("a"), table("b")), bringings=(Bringing("l1", "a", 2), Bringing("l1", "b", 1)))
    assert given(even) == {("l1", "b"): 10_000}
    assert codes(even, "l1", "b") == [Code.CHEAPER]
    assert codes(even, "l1", "a") == [Code.DEARER]
    alike = replace(even, bringings=(Bringing("l1", "a", 1), Bringing("l1", "b", 1)))
    assert given(alike) == {("l1", "a"): 10_000}
    sooner = replace(alike, bringings=(Bringing("l1", "a", 1, 10 * H), Bringing("l1", "b", 1)))
    assert given(sooner) == {("l1", "b"): 10_000}


def test_splitting() -> None:
    """A large lot is shared where it may be, in whole crates, never below what is worth the trip."""
    lot = bread(grams=100_000, unit_g=5_000, parts=2)
    takers = [table("a"), table("b"), table("c")]
    offering = evening([lot], takers)
    assert sorted(given(offering).values()) == [50_000, 50_000]
    assert codes(offering, "l1", "c")[-1] is Code.PARTS
    whole = replace(offering, lots=(replace(lot, unit_g=100_000, parts=3),))
    assert list(given(whole).values()) == [100_000]
    picky = evening([lot], takers, Claim("l1", "a", least_g=72_000), Claim("l1", "b", Answer.PART, 20_000))
    assert given(picky) == {("l1", "a"): 80_000, ("l1", "b"): 20_000}
    nothing = evening([bread()], takers, Claim("l1", "a", least_g=10_001))
    decision = allocate(nothing)
    assert decision.shares == ()
    assert decision.left[0].because.code is Code.TOO_SMALL


@pytest.mark.parametrize(
    ("hours", "most"), [(48, 20_000), (26, 40_000), (4, 100_000), (0, 100_000)], ids=["calm", "nearer", "urgent", "now"]
)
def test_a_quota_never_makes_waste(hours: int, most: int) -> None:
    """Of a scarce product one charity has no more than its quota, until the deadline is near: then it may have all."""
    oil = Lot("o", "oil", Temperature.AMBIENT, 100_000, hours * H, 1_000, scarce=True)
    crowd = [table(f"c{at}") for at in range(10)]
    offering = evening([oil], crowd, Claim("o", "c3"))
    assert given(offering) == {("o", "c3"): most}


def test_below_its_quota_a_charity_may_have_one_least_part() -> None:
    """A quota smaller than any part would keep scarce food from everybody."""
    oil = Lot("o", "oil", Temperature.AMBIENT, 12_000, 72 * H, 12_000, scarce=True)
    crowd = [table(f"c{at}") for at in range(40)]
    assert given(evening([oil], crowd, Claim("o", "c3"))) == {("o", "c3"): 12_000}
    had = replace(crowd[3], received={"oil": 50_000})
    decision = allocate(evening([oil], [*crowd[:3], had, *crowd[4:]], Claim("o", "c3")))
    assert decision.shares == ()
    assert decision.left[0].because.code is Code.QUOTA


def test_a_lot_nobody_may_take() -> None:
    """Each cause has its word: everybody said no, no way, too late, no room; several causes are counted."""
    takers = [table("a"), table("b")]
    no = evening([bread()], takers, Claim("l1", "a", Answer.NO), Claim("l1", "b", Answer.NO))
    assert allocate(no).left[0].because.code is Code.SAID_NO
    far = replace(evening([bread()], takers), bringings=())
    assert allocate(far).left[0].because.code is Code.NOT_BROUGHT
    late = replace(far, bringings=(Bringing("l1", "a", 1, 13 * H), Bringing("l1", "b", 1, 12 * H + 1)))
    assert allocate(late).left[0].because.code is Code.NOT_BROUGHT
    in_time = replace(far, bringings=(Bringing("l1", "a", 1, 12 * H),))
    assert given(in_time) == {("l1", "a"): 10_000}
    full = evening([bread()], [replace(taker, room={}) for taker in takers])
    assert allocate(full).left[0].because.code is Code.NO_ROOM
    mixed = evening([bread()], takers, Claim("l1", "a", Answer.NO), Claim("l1", "b", least_g=20_000))
    because = allocate(mixed).left[0].because
    assert (because.code, because.facts) == (Code.NONE_CAN, {"said_no": 1, "too_small": 1})


def test_room_is_shared_by_all_lots() -> None:
    """Two cold lots and one small fridge: one comes, the other says the room is taken."""
    lots = [Lot(name, "dairy", Temperature.CHILLED, 30_000, 12 * H, 30_000) for name in ("l1", "l2")]
    decision = allocate(evening(lots, [table("a")]))
    assert [share.grams for share in decision.shares] == [30_000]
    assert decision.left[0].because.code is Code.CROWDED


def test_first_come() -> None:
    """Who answered first gets it, whatever anybody received; the counterfactual of the same evening."""
    takers = [table("a", received=90_000), table("b"), table("c")]
    said = [Claim("l1", name, said_s=at) for at, name in enumerate("acb")]
    offering = evening([bread()], takers, *said)
    assert given(offering, Policy.FIRST_COME) == {("l1", "a"): 10_000}
    assert codes(offering, "l1", "a", Policy.FIRST_COME) == [Code.EARLIER]
    assert codes(offering, "l1", "b", Policy.FIRST_COME) == [Code.LATER]


def test_two_choices() -> None:
    """Of the two nearest the less served, though a third, farther one had less still."""
    takers = [table("a", received=90_000), table("b", received=50_000), table("c")]
    offering = evening([bread()], takers)
    offering = replace(
        offering, bringings=tuple(Bringing("l1", name, cents) for name, cents in zip("abc", (1, 2, 3), strict=True))
    )
    assert given(offering, Policy.TWO_CHOICES) == {("l1", "b"): 10_000}
    assert given(offering) == {("l1", "c"): 10_000}


def test_a_thousand_answers_to_one_lot() -> None:
    """Everybody answers in the last second: decided, and everybody is told why."""
    takers = [table(f"c{at:04d}", received=40_000 + at) for at in range(1000)]
    offering = evening([bread()], takers, *(Claim("l1", taker.id, said_s=600) for taker in takers))
    for policy in Policy:
        decision = allocate(offering, policy)
        assert len(decision.shares) == 1
        assert len(decision.explained) == 1001


def test_work_is_counted_and_the_gap_says_what_is_unproven() -> None:
    """With hardly any work allowed a decision still comes, twice the same, and never better than its bound."""
    lots = [bread(f"l{at}", 12_000 + 700 * at, unit_g=100, parts=3) for at in range(3)]
    takers = [table(f"c{at}", 20 + 13 * at, 5_000 * at % 17_000) for at in range(5)]
    offering = evening(lots, takers, rules=Rules(tries=0, nodes=0, exact_pairs=0, near_permille=500))
    hasty, proven = allocate(offering), allocate(replace(offering, rules=Rules(near_permille=0)))
    assert write_decision(allocate(offering)) == write_decision(hasty)
    for level in hasty.levels:
        assert level.bound <= level.value
        assert level.gap == (level.value - level.bound) / max(1, level.value)
    assert proven.gap == 0
    assert hasty.levels[1].bound <= proven.levels[1].value <= hasty.levels[1].value


def test_kept_as_json_and_decided_again() -> None:
    """What is written reads back equal, and the decision of what was read is the same text."""
    lots = [bread(), Lot("m", "meals", Temperature.CHILLED, 7_500, 3 * H, 500, parts=2, scarce=True)]
    offering = evening(lots, [table("a"), table("b", None, priority=2), table("c", 30)])
    text = write_offering(offering)
    assert read_offering(text) == offering
    for policy in Policy:
        decision = allocate(offering, policy)
        assert read_decision(write_decision(decision)) == decision
        assert write_decision(allocate(read_offering(text), policy)) == write_decision(decision)
        assert decision.rules == "1"
        assert (decision.solver != "") == (policy is Policy.SEALED)
