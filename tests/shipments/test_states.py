"""Shipments only move forward, and their grams are those of their items, whatever happens to them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.kit.refusals import Refusal
from service.shipments.errors import ShipmentEnded, ShipmentUnderWay
from service.shipments.models import Shipment, ShipmentState

RANK = {"wanted": 0, "planned": 0, "loaded": 1, "delivered": 2, "cancelled": 2, "failed": 2}


def shipment(state: ShipmentState = ShipmentState.WANTED) -> Shipment:
    return Shipment(
        region="r",
        subject="claim",
        subject_id=1,
        pickup_site_id=1,
        delivery_site_id=2,
        grams=1,
        state=state,
        wanted_at=datetime(2026, 11, 20, tzinfo=UTC),
    )


@given(st.lists(st.sampled_from(list(ShipmentState)), max_size=12))
def test_states_only_move_forward(wishes: list[ShipmentState]) -> None:
    """Whatever is asked, a state never has a lower rank than the one before, and an end is the end."""
    one = shipment()
    for wish in wishes:
        before = ShipmentState(one.state)
        try:
            one.move(wish)
        except Refusal:
            assert one.state == before
        else:
            assert one.state == wish
            assert RANK[one.state] >= RANK[before]
            assert RANK[before] < 2 or one.state == before


def test_nothing_is_delivered_that_was_not_loaded() -> None:
    """From planned straight to delivered is refused."""
    with pytest.raises(ShipmentUnderWay):
        shipment(ShipmentState.PLANNED).move(ShipmentState.DELIVERED)


def test_what_is_aboard_cannot_be_cancelled() -> None:
    """Once loaded it is delivered, refused or failed, never simply cancelled."""
    with pytest.raises(ShipmentUnderWay):
        shipment(ShipmentState.LOADED).move(ShipmentState.CANCELLED)
    with pytest.raises(ShipmentEnded):
        shipment(ShipmentState.FAILED).move(ShipmentState.WANTED)
