"""Wanting, cancelling and reducing a transport, and who may read it."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.journal.queries import of_subject
from service.shipments import actions, queries
from service.shipments.errors import NothingToCarry, SamePlace, WindowUpsideDown
from service.shipments.models import Shipment, ShipmentState
from tests.people import REGION, Make


def want(make: Make, **given_: Any) -> Shipment:
    values: dict[str, Any] = {
        "subject": ("claim", 7),
        "pickup_windows": [(make.now, make.now + timedelta(hours=2))],
        "delivery_windows": [],
        "temperature": "ambient",
        "items": [("share", 1, 6_000), ("share", 2, 4_000)],
        **given_,
    }
    if "pickup_site_id" not in values:
        values["pickup_site_id"] = make.donor().site.key
        values["delivery_site_id"] = make.charity().site.key
    with make.database.transaction() as session:
        return actions.want(session, REGION, who=None, now=make.now, **values)


def test_a_wanted_shipment_is_journaled_for_both_ends(make: Make) -> None:
    """Weight, crates and worth come from its items; donor, charity and staff hear of it."""
    made = want(make)
    assert (made.grams, made.crates, made.value, made.state) == (10_000, 1, 10_000, ShipmentState.WANTED)
    with make.database.read() as session:
        [entry] = of_subject(session, "shipment", made.key)
    assert entry.kind == "shipment.wanted"
    assert sum(scope.startswith("org:") for scope in entry.audience) == 2


def test_nonsense_is_refused(make: Make) -> None:
    """Nothing to carry, the same place twice, a window that ends before it begins."""
    with pytest.raises(NothingToCarry):
        want(make, items=[])
    with pytest.raises(WindowUpsideDown):
        want(make, pickup_windows=[(make.now, make.now - timedelta(hours=1))])
    site = make.donor().site.key
    with pytest.raises(SamePlace):
        want(make, pickup_site_id=site, delivery_site_id=site)


def test_cancelling_twice_is_harmless(make: Make) -> None:
    """The second cancellation changes nothing and writes nothing."""
    made = want(make)
    for _ in range(2):
        with make.database.transaction() as session:
            actions.cancel(session, session.get_one(Shipment, made.key), who=None, now=make.now, reason="released")
    with make.database.read() as session:
        assert [entry.kind for entry in of_subject(session, "shipment", made.key)] == [
            "shipment.wanted",
            "shipment.cancelled",
        ]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9_000)), max_size=6))
def test_grams_always_are_the_sum_of_the_items(make: Make, cuts: list[tuple[int, int]]) -> None:
    """However often items shrink, the shipment weighs what they weigh; at nothing it is cancelled."""
    made = want(make, items=[("share", n, 9_000) for n in range(3)])
    for number, grams in cuts:
        with make.database.transaction() as session:
            row = session.get_one(Shipment, made.key)
            if not row.is_open:
                break
            item = queries.items_of(session, [made.key])[made.key][number]
            actions.reduce(session, row, item, grams=min(grams, item.grams), who=None, now=make.now)
    with make.database.read() as session:
        row = session.get_one(Shipment, made.key)
        assert row.grams == sum(item.grams for item in queries.items_of(session, [made.key])[made.key])
        assert (row.grams == 0) == (row.state == ShipmentState.CANCELLED)


def test_only_the_two_ends_and_staff_read_a_shipment(make: Make, client: TestClient) -> None:
    """The donor and the charity see it, another charity is told it does not exist, staff see all."""
    donor, charity, other = make.donor(), make.charity(), make.charity("Autre")
    made = want(make, pickup_site_id=donor.site.key, delivery_site_id=charity.site.key)
    for party, status in ((donor, 200), (charity, 200), (other, 404), (make.dispatcher(), 200)):
        headers = {"Authorization": f"Bearer {make.token(party.person.key)}"}
        assert client.get(f"/api/v1/shipments/{made.key}", headers=headers).status_code == status
        listed = client.get("/api/v1/shipments", headers=headers).json()["items"]
        assert (made.key in [row["id"] for row in listed]) == (status == 200)
