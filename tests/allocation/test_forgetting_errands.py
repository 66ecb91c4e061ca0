"""Who was asked to bring what is kept as long as it may be, and no longer."""

from datetime import timedelta

import pytest
from sqlmodel import select

from config.food_law import law_at
from service.allocation.errands.forgetting import forget_errands
from service.allocation.tables import Errand
from tests.allocation.conftest import Stall
from tests.allocation.helped import accept, asks, claim_of, declines, put
from tests.people import REGION, Make

pytestmark = pytest.mark.sealed


def forget(stall: Stall, after: timedelta) -> int:
    with stall.database.transaction() as session:
        return forget_errands(session, REGION, now=stall.now + after)


def test_it_is_forgotten_with_who_was_asked(stall: Stall, make: Make) -> None:
    """Once it is over, and only after its days; what was carried stays with its claim. Twice is harmless."""
    kept = law_at(stall.now, "Europe/Paris").retention("errands")
    assert kept == timedelta(days=90)
    _, (first, second) = put(stall, make, "Vélos A", "Vélos B")
    assert forget(stall, kept + timedelta(days=1)) == 0, "somebody may still say yes"
    declines(stall, second.who)
    claim = accept(stall, first.who).claim_id
    assert forget(stall, kept) == 0
    assert forget(stall, kept + timedelta(days=1)) == 1
    assert forget(stall, kept + timedelta(days=1)) == 0
    assert asks(stall) == []
    with stall.database.read() as session:
        assert session.exec(select(Errand)).all() == []
    assert str(claim_of(stall, claim).state) == "granted"
