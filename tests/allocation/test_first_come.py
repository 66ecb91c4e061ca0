"""What the first to answer would have had, of decisions that were really made."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from service.allocation.deciding.work import decide_region
from service.allocation.ledger import first_come
from service.allocation.ledger.reading import ledger_of
from tests.allocation.conftest import BREAD, Stall
from tests.allocation.handed import bring_home
from tests.people import REGION, Make

pytestmark = pytest.mark.sealed


def test_first_come_would_have_served_the_quick(stall: Stall, make: Make, client: TestClient) -> None:
    """Who had least got the lot; told apart is what whoever answered first would have had of it."""
    needy = make.charity("Voisine", people_per_week=50)
    bring_home(stall, stall.charity, BREAD)
    stall.now += timedelta(minutes=1)
    lot = stall.post(hours=6)
    stall.claim(lot)
    stall.now += timedelta(minutes=1)
    stall.claim(lot, who=needy.who)
    stall.now += timedelta(minutes=11)
    assert decide_region(stall.database, REGION, stall.now) == 1
    with stall.database.read() as session:
        ledger = ledger_of(session, REGION, now=stall.now)
        rows = first_come.decisions_of(session, REGION, ledger)
        found = first_come.instead(rows)
    assert (found.decisions, found.unreadable) == (1, 0)
    assert found.given.get(needy.site.key, 0) > found.would.get(needy.site.key, 0)
    assert found.would[stall.charity.site.key] > found.given.get(stall.charity.site.key, 0)
    assert sum(found.given.values()) == sum(found.would.values()) == 10_000
    own = make.signed_in(client, needy.person.key).get("/fairness/first-come").text
    assert "Au premier arrivé, vous auriez eu" in own
    assert "Restos de Nantes" not in own
    assert "Restos de Nantes" in make.signed_in(client, make.dispatcher().person.key).get("/fairness/first-come").text
    rows[0].inputs = {"lots": "of another time"}
    assert first_come.instead(rows).unreadable == 1


def test_nothing_decided_is_nothing_compared(stall: Stall) -> None:
    """Without sealed decisions there is nothing to compare."""
    with stall.database.read() as session:
        rows = first_come.decisions_of(session, REGION, ledger_of(session, REGION, now=stall.now))
    assert first_come.instead(rows) == first_come.Instead(0, {}, {})
