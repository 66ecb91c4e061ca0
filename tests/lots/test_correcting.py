"""Correcting a lot: freely what was typed, with a photo what the label says, and never behind a holder's back."""

from typing import Any

import pytest

from service.kit.refusals import Refusal
from service.lots import actions
from service.lots.errors import (
    AgainstFoodLaw,
    BelowGranted,
    LabelPhotoNeeded,
    LotChanged,
    LotFrozen,
    LotInvalid,
    LotNotChangeable,
    ShareNotOpen,
)
from service.lots.forms import Correction
from service.lots.models import Lot
from service.lots.stored import StoredPhoto
from tests.lots.conftest import Shop, line_in

LABEL = StoredPhoto("a" * 64 + ".webp", "b" * 64 + ".webp", 800, 600)
YOGHURT = {"category": "yoghurt", "grams": 8000, "date_kind": "dlc", "date": "2026-11-25", "prepacked": True}


def correction(line: int | None = None, **given: Any) -> Correction:
    """A correction of one line, or of the lot itself."""
    return Correction.model_validate({"lines": [{"id": line, **given}]} if line is not None else given)


def correct(shop: Shop, lot: Lot, given: Correction, photo: StoredPhoto | None = None) -> Lot:
    corrected: Lot = shop.act(actions.correct, lot, given=given, label_photo=photo)
    return corrected


def test_words_and_weight_change_in_place(shop: Shop) -> None:
    """No new version, nobody disturbed; more weight is more free."""
    lot = shop.post()
    line = shop.lines(lot.key)[0]
    shop.reserve(lot.key, 4000)
    correct(shop, lot, correction(line.key, grams=12_000, description="Baguettes et campagne"))
    correct(shop, lot, correction(note="Sonner à l'arrière"))
    after = shop.lines(lot.key)[0]
    assert (after.grams, after.free_grams, after.description) == (12_000, 8000, "Baguettes et campagne")
    assert (shop.lot(lot.key).version, shop.lot(lot.key).note) == (1, "Sonner à l'arrière")
    told = shop.told("lot.corrected")
    assert told[0].data["lines"][0]["values"]["grams"] == [10_000, 12_000]
    assert "Baguettes" not in str(told[0].data)
    shop.balance(lot.key)


def test_the_weight_does_not_fall_below_what_is_promised(shop: Shop) -> None:
    """Eight kilograms are promised: seven cannot be all there is."""
    lot = shop.post()
    shop.reserve(lot.key, 8000)
    with pytest.raises(BelowGranted):
        correct(shop, lot, correction(shop.lines(lot.key)[0].key, grams=7000))
    assert shop.lines(lot.key)[0].grams == 10_000


@pytest.mark.parametrize(
    "change",
    [
        {"date": "2026-11-26"},
        {"lot_number": "L42"},
        {"allergens": {"milk": "contains", "nuts": "may"}, "allergens_state": "known"},
        {"allergens_state": "unknown"},
    ],
)
def test_what_the_label_says_needs_its_photo(shop: Shop, change: dict[str, Any]) -> None:
    """Date, lot number and allergens are corrected with a photo of the label, and refused without."""
    lot = shop.post({**YOGHURT, "allergens": {"milk": "contains"}, "allergens_state": "known"})
    line = shop.lines(lot.key)[0]
    with pytest.raises(LabelPhotoNeeded) as refusal:
        correct(shop, lot, correction(line.key, **change))
    assert "photo" in refusal.value.fields["label_photo"]
    corrected = correct(shop, lot, correction(line.key, **change), LABEL)
    assert (corrected.version, corrected.frozen) == (1, False)


def test_a_lot_already_promised_is_frozen_until_each_holder_confirms(shop: Shop) -> None:
    """A corrected DLC makes version 2; nothing moves until both charities have agreed."""
    lot = shop.post(YOGHURT)
    first = shop.reserve(lot.key, 2000, charity=0)
    second = shop.reserve(lot.key, 3000, charity=1, claim_id=2)
    correct(shop, lot, correction(shop.lines(lot.key)[0].key, date="2026-11-24"), LABEL)
    frozen = shop.lot(lot.key)
    assert (frozen.version, frozen.frozen) == (2, True)
    with pytest.raises(LotFrozen):
        shop.act(actions.collect_share, first[0])
    with pytest.raises(LotFrozen):
        shop.reserve(lot.key, 1000, claim_id=3)
    shop.act(actions.confirm_version, lot, organisation_id=shop.charities[0].id, who=shop.charities[0].who)
    assert shop.lot(lot.key).frozen
    with pytest.raises(ShareNotOpen):
        shop.act(actions.confirm_version, lot, organisation_id=shop.charities[0].id, who=shop.charities[0].who)
    shop.act(actions.confirm_version, lot, organisation_id=shop.charities[1].id, who=shop.charities[1].who)
    assert not shop.lot(lot.key).frozen
    assert [entry.data["organisation"] for entry in shop.told("lot.confirmed")] == [c.id for c in shop.charities]
    shop.act(actions.collect_share, first[0])
    shop.act(actions.collect_share, second[0])
    told = shop.told("lot.corrected")[0]
    assert {f"org:{charity.id}" for charity in shop.charities} <= set(told.audience)


def test_a_holder_who_gives_back_no_longer_freezes_it(shop: Shop) -> None:
    """The only holder releases its part instead of confirming: the lot is open again with the new date."""
    lot = shop.post(YOGHURT)
    shares = shop.reserve(lot.key, 2000)
    correct(shop, lot, correction(shop.lines(lot.key)[0].key, date="2026-11-24"), LABEL)
    shop.act(actions.release_shares, shares, reason="dlc_too_short")
    thawed = shop.lot(lot.key)
    assert (thawed.frozen, thawed.state, shop.lines(lot.key)[0].free_grams) == (False, "published", 8000)


def test_a_correction_against_the_law_changes_nothing(shop: Shop) -> None:
    """A DLC in the past is refused with the rule, and the lot stays as it was."""
    lot = shop.post(YOGHURT)
    with pytest.raises(AgainstFoodLaw) as refusal:
        correct(shop, lot, correction(shop.lines(lot.key)[0].key, date="2026-11-18"), LABEL)
    assert "lines.0.date" in refusal.value.fields
    assert shop.lines(lot.key)[0].date.isoformat() == "2026-11-25"
    assert shop.told("lot.corrected") == []


def test_stale_foreign_and_late_corrections_are_refused(shop: Shop) -> None:
    """Of an old version, of another lot's line, of a withdrawn lot."""
    lot, other = shop.post(), shop.post()
    refused: list[type[Refusal]] = []
    for given in (correction(version=2, note="x"), correction(shop.lines(other.key)[0].key, grams=5)):
        with pytest.raises(Refusal) as refusal:
            correct(shop, lot, given)
        refused.append(type(refusal.value))
    shop.act(actions.withdraw, lot, reason="sold")
    with pytest.raises(LotNotChangeable):
        correct(shop, lot, correction(note="x"))
    assert refused == [LotChanged, LotInvalid]


def test_new_windows_move_the_deadline(shop: Shop) -> None:
    """Tomorrow morning instead of tonight."""
    lot = shop.post(line_in(date="2026-11-20"))
    window = {"starts_at": "2026-11-21T08:00:00Z", "ends_at": "2026-11-21T11:00:00Z"}
    correct(shop, lot, correction(windows=[window]))
    assert shop.lot(lot.key).deadline.isoformat() == "2026-11-21T11:00:00+00:00"
