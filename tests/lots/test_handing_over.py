"""From the donor's hands to the charity's shelf, with every way it can go wrong."""

from datetime import timedelta

import pytest

from service.lots import actions
from service.lots.errors import (
    AgainstFoodLaw,
    LotAlreadyTaken,
    LotNotChangeable,
    LotNotOpen,
    LotTooLate,
    ReasonUnknown,
    ShareNotOpen,
    ShareTooSmall,
    TooManyCrates,
    WeightImplausible,
)
from tests.lots.conftest import Shop, line_in

COLD = {"category": "yoghurt", "grams": 8000, "date_kind": "dlc", "date": "2026-11-25", "prepacked": True}


def test_from_granted_to_delivered(shop: Shop) -> None:
    """The charity's weight is the reference; the lot follows its shares to the end."""
    lot = shop.post()
    (share,) = shop.reserve(lot.key, 10_000)
    assert shop.lot(lot.key).state == "allocated"
    shop.act(actions.mark_planned, lot, planned=True)
    assert shop.lot(lot.key).state == "planned"
    shop.act(actions.collect_share, share, grams=9800, temperature_c=None)
    assert shop.lot(lot.key).state == "collected"
    shop.act(actions.deliver_share, share, received_grams=9600)
    done = shop.shares(lot.key)[0]
    assert (done.state, done.collected_grams, done.received_grams) == ("delivered", 9800, 9600)
    assert shop.lot(lot.key).state == "delivered"
    delivered = shop.told("share.delivered")[0]
    told = [delivered.data[name] for name in ("grams", "category", "donor_kind")]
    assert told == [9600, "bread", "bakery"]
    assert f"org:{shop.charities[0].id}" in delivered.audience
    shop.balance(lot.key)
    actions_at = shop.now + timedelta(hours=60)
    with shop.database.transaction() as session:
        assert actions.expire_due(session, actions_at) == 1
    assert shop.lot(lot.key).state == "closed"


def test_what_was_refused_at_the_donors_is_not_missed_at_the_charitys(shop: Shop) -> None:
    """Two kilograms of ten stay with the baker; eight leave, and eight arrive when nobody weighs again."""
    lot = shop.post()
    (share,) = shop.reserve(lot.key, 10_000)
    shop.act(actions.refuse_share, share, grams=2000, reason="damaged_packaging", at="pickup")
    shop.act(actions.collect_share, share)
    shop.act(actions.deliver_share, share)
    done = shop.shares(lot.key)[0]
    assert (done.refused_grams, done.collected_grams, done.received_grams) == (2000, 8000, 8000)
    shop.balance(lot.key)


def test_a_released_part_is_offered_again_at_once(shop: Shop) -> None:
    """And told to everybody who may take it."""
    lot = shop.post()
    shares = shop.reserve(lot.key, 10_000)
    shop.act(actions.release_shares, shares, reason="no_room")
    assert (shop.lot(lot.key).state, shop.lines(lot.key)[0].free_grams) == ("published", 10_000)
    last = shop.told("lot.availability")[-1]
    assert last.data["free_grams"] == 10_000
    assert "role:charity" in last.audience
    with pytest.raises(ShareNotOpen):
        shop.act(actions.release_shares, shares, reason="again")


def test_a_no_show_is_recorded_and_the_lot_offered_again(shop: Shop) -> None:
    """Nobody came: the share says so, the food is free again."""
    lot = shop.post()
    shares = shop.reserve(lot.key, 6000)
    shop.act(actions.no_show, shares)
    assert (shop.shares(lot.key)[0].state, shop.lines(lot.key)[0].free_grams) == ("no_show", 10_000)
    assert shop.told("share.no_show")[0].data["grams"] == 6000


def test_food_that_is_too_warm_is_not_taken(shop: Shop) -> None:
    """Twelve degrees for yoghurt is refused with the rule; nine is tolerated and kept."""
    lot = shop.post(COLD)
    (share,) = shop.reserve(lot.key, 8000)
    with pytest.raises(AgainstFoodLaw) as refusal:
        shop.act(actions.collect_share, share, temperature_c=12.0)
    assert "temperature.FRAIS_8.max" in refusal.value.rules
    assert shop.shares(lot.key)[0].state == "reserved"
    shop.act(actions.collect_share, share, temperature_c=9.0)
    assert shop.told("share.collected")[0].data["rules"][0]["severity"] == "warning"


def test_part_refused_at_delivery_the_rest_delivered(shop: Shop) -> None:
    """Two of eight kilograms are damaged: six are received, two counted as refused."""
    lot = shop.post(COLD)
    (share,) = shop.reserve(lot.key, 8000)
    shop.act(actions.collect_share, share)
    shop.act(actions.refuse_share, share, grams=2000, reason="damaged_packaging", at="delivery")
    shop.act(actions.deliver_share, share, received_grams=6000)
    done = shop.shares(lot.key)[0]
    assert (done.state, done.received_grams, done.refused_grams) == ("delivered", 6000, 2000)
    assert shop.told("share.refused")[0].data["at"] == "delivery"
    shop.balance(lot.key)


def test_all_refused_at_pickup(shop: Shop) -> None:
    """The lot ends with nothing given; the reason is one of the known ones."""
    lot = shop.post()
    (share,) = shop.reserve(lot.key, 10_000)
    with pytest.raises(ReasonUnknown):
        shop.act(actions.refuse_share, share, reason="because")
    shop.act(actions.refuse_share, share, reason="unfit_appearance")
    assert (shop.shares(lot.key)[0].state, shop.lot(lot.key).state) == ("refused", "delivered")


def test_what_does_not_fit_the_van_is_a_lot_again(shop: Shop) -> None:
    """Thirty of fifty crates fit: the other twenty are offered to everybody, and nothing is counted twice."""
    lot = shop.post(line_in(grams=50_000))
    (share,) = shop.reserve(lot.key, 50_000)
    shop.act(actions.collect_share, share, grams=30_000)
    rest = shop.act(actions.rest_as_new_lot, share, grams=20_000)
    assert (rest.parent_id, rest.state, shop.lines(rest.key)[0].free_grams) == (lot.id, "published", 20_000)
    assert shop.shares(lot.key)[0].grams == 30_000
    assert [entry.subject_id for entry in shop.told("lot.posted")] == [lot.id]
    assert [entry.subject_id for entry in shop.told("lot.opened")] == [rest.id]
    shop.balance(lot.key)
    shop.balance(rest.key)
    with pytest.raises(ShareTooSmall):
        shop.act(actions.rest_as_new_lot, share, grams=30_000)


def test_refused_food_may_be_offered_on(shop: Shop) -> None:
    """A charity without room refuses all of it: the refused grams move to a new lot."""
    lot = shop.post()
    (share,) = shop.reserve(lot.key, 10_000)
    shop.act(actions.refuse_share, share, reason="overstock")
    rest = shop.act(actions.rest_as_new_lot, share, grams=10_000)
    assert shop.lines(rest.key)[0].free_grams == 10_000
    assert shop.shares(lot.key)[0].grams == 0
    shop.balance(lot.key)


def test_each_step_is_done_once(shop: Shop) -> None:
    """A share cannot be collected or delivered twice, nor weigh nothing or a lorry more than it can."""
    lot = shop.post()
    (share,) = shop.reserve(lot.key, 10_000)
    shop.act(actions.collect_share, share)
    with pytest.raises(ShareNotOpen):
        shop.act(actions.collect_share, share)
    for grams in (0, -5, 30_000_001):
        with pytest.raises(WeightImplausible):
            shop.act(actions.deliver_share, share, received_grams=grams)
    shop.act(actions.deliver_share, share)
    with pytest.raises(ShareNotOpen):
        shop.act(actions.deliver_share, share)


def test_handed_over_directly(shop: Shop) -> None:
    """A charity that fetches it itself: both steps are written at once."""
    lot = shop.post()
    (share,) = shop.reserve(lot.key, 10_000)
    shop.act(actions.deliver_share, share, received_grams=9000, late=True)
    assert [entry.data["late"] for entry in shop.told("share.collected", "share.delivered")] == [True, True]


def test_nothing_is_granted_too_late_or_of_a_withdrawn_lot(shop: Shop) -> None:
    """After the deadline, and after the donor has taken it back."""
    lot = shop.post()
    shop.now += timedelta(hours=4)
    with pytest.raises(LotTooLate):
        shop.reserve(lot.key, 1000)
    shop.now -= timedelta(hours=4)
    with pytest.raises(LotAlreadyTaken):
        shop.reserve(lot.key, 10_001)
    shop.act(actions.withdraw, lot, reason="sold")
    with pytest.raises(LotNotOpen):
        shop.reserve(lot.key, 1000)


def test_withdrawing_takes_back_what_is_promised(shop: Shop) -> None:
    """Holders are told, nothing is left to claim, and withdrawing twice is refused."""
    lot = shop.post()
    shop.reserve(lot.key, 4000)
    shop.act(actions.withdraw, lot, reason="sold")
    assert shop.lot(lot.key).state == "withdrawn"
    assert (shop.lines(lot.key)[0].left_grams, shop.shares(lot.key)[0].state) == (10_000, "released")
    entry = shop.told("lot.withdrawn")[0]
    assert f"org:{shop.charities[0].id}" in entry.audience
    assert entry.data["lines"][0]["grams"] == 10_000
    shop.balance(lot.key)
    with pytest.raises(LotNotChangeable):
        shop.act(actions.withdraw, lot, reason="sold")


def test_withdrawing_leaves_what_is_on_its_way(shop: Shop) -> None:
    """A part already in the van goes on to its charity; the rest is withdrawn."""
    lot = shop.post()
    (share,) = shop.reserve(lot.key, 4000)
    shop.act(actions.collect_share, share)
    shop.act(actions.withdraw, lot, reason="unfit")
    assert (shop.lot(lot.key).state, shop.lines(lot.key)[0].left_grams) == ("collected", 6000)
    shop.act(actions.deliver_share, share)
    assert shop.lot(lot.key).state == "delivered"
    shop.balance(lot.key)


def test_time_runs_out(shop: Shop) -> None:
    """What nobody took expires and is counted; what was promised and never reported is a no-show a day later."""
    lonely, half = shop.post(), shop.post()
    shop.reserve(half.key, 4000)
    with shop.database.transaction() as session:
        assert actions.expire_due(session, shop.now + timedelta(hours=4)) == 2
    assert (shop.lot(lonely.key).state, shop.lot(half.key).state) == ("expired", "allocated")
    assert [entry.data["lines"][0]["grams"] for entry in shop.told("lot.expired")] == [10_000, 6000]
    with shop.database.transaction() as session:
        assert actions.expire_due(session, shop.now + timedelta(hours=4)) == 0
        assert actions.expire_due(session, shop.now + timedelta(hours=28)) == 1
    assert (shop.lot(half.key).state, shop.shares(half.key)[0].state) == ("expired", "no_show")
    shop.balance(half.key)


def test_splitting_and_undoing_it(shop: Shop) -> None:
    """Part of what is free becomes a lot of its own; untouched, it can come back."""
    lot = shop.post()
    line = shop.lines(lot.key)[0]
    child = shop.act(actions.split, lot, parts=[(line.key, 3000)])
    assert (shop.lines(lot.key)[0].free_grams, shop.lines(child.key)[0].free_grams) == (7000, 3000)
    shop.act(actions.unsplit, child)
    assert (shop.lines(lot.key)[0].free_grams, shop.lot(child.key).state) == (10_000, "withdrawn")
    shop.balance(lot.key)
    shop.balance(child.key)
    other = shop.act(actions.split, lot, parts=[(line.key, 3000)])
    shop.reserve(other.key, 1000)
    with pytest.raises(LotNotChangeable):
        shop.act(actions.unsplit, other)


def test_crates_are_counted_out_and_back(shop: Shop) -> None:
    """Ten out, seven back, and never more back than went out."""
    lot = shop.post()
    shop.act(actions.count_crates, lot, lent=10)
    shop.act(actions.count_crates, lot, back=7)
    with pytest.raises(TooManyCrates):
        shop.act(actions.count_crates, lot, back=4)
    kept = shop.lot(lot.key)
    assert (kept.crates_lent, kept.crates_back) == (10, 7)
