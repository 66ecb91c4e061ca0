"""Lists ask the database as often for many things as for a few: a large evening's pages come as fast."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from service.accounts.models import Role
from service.allocation.actions import claiming
from service.allocation.models import Way
from service.lots import actions as lots
from service.lots.forms import LotIn
from service.lots.models import Lot
from tests.people import Make, Party
from tests.rounds.conftest import Fleet

FEW, MANY = 2, 9
PAGES = {
    "donor": ["/give", "/lots", "/documents"],
    "charity": ["/offers", "/claims", "/arrivals", "/notices", "/forecast"],
    "driver": ["/rounds/mine", "/rounds/1", "/rounds/1/stops/1"],
    "dispatcher": ["/dispatch", "/dispatch/timeline", "/dispatch/shifts", "/dispatch/vehicles", "/lots", "/calls"],
    "region": ["/region", "/partners", "/fairness"],
}


class Crowd:
    """One charity and one van, and as many lots as are asked for: on offer, claimed and carried, from many shops."""

    def __init__(self, make: Make, fleet: Fleet) -> None:
        self.make, self.fleet = make, fleet
        self.charity = make.charity(opening_hours="Mo-Su 07:00-22:00", takes_short_dlc=True)
        self.region = make.staff(Role.REGION)
        self.shop = make.donor("Fournil", opening_hours="Mo-Su 07:00-22:00")
        fleet.shift(fleet.vehicle())

    @property
    def parties(self) -> dict[str, Party]:
        fleet = self.fleet
        return {
            "donor": self.shop, "charity": self.charity, "driver": fleet.carrier, "dispatcher": fleet.dispatcher,
            "region": self.region,
        }  # fmt: skip

    def post(self, shop: Party, kg: int) -> Lot:
        now = self.fleet.now
        line = {"category": "bread", "grams": kg * 1000, "date_kind": "made_on", "date": now.date().isoformat()}
        hours = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=4)).isoformat()}
        given = LotIn.model_validate({"site_id": shop.site.key, "lines": [line], "windows": [hours]})
        with self.make.database.transaction() as session:
            return lots.post(session, given, who=shop.who, now=now)

    def more(self, count: int) -> None:
        """So many lots more, planned."""
        for number in range(count):
            self.post(self.shop, 3 + number)
            other = self.make.donor(f"Boutique {number}", opening_hours="Mo-Su 07:00-22:00")
            for shop in (self.shop, other):
                lot = self.post(shop, 4 + number)
                with self.make.database.transaction() as session:
                    claiming.claim(
                        session, who=self.charity.who, lot_id=lot.key, site_id=self.charity.site.key, wanted=None,
                        way=Way.BRING, now=self.fleet.now,
                    )  # fmt: skip
        self.fleet.plan()


@contextmanager
def counted(fleet: Fleet) -> Iterator[Counter[str]]:
    """The statements sent while the block runs, each with how often."""
    said: Counter[str] = Counter()

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said[statement] += 1

    event.listen(fleet.database.engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(fleet.database.engine, "before_cursor_execute", listen)


@pytest.fixture
def crowd(make: Make, fleet: Fleet) -> Crowd:
    return Crowd(make, fleet)


@pytest.mark.parametrize("role", PAGES)
def test_no_list_asks_once_an_item(
    role: str, crowd: Crowd, fleet: Fleet, client: TestClient, sign_in: Callable[[int], TestClient]
) -> None:
    """Four times as many lots, stops and claims: not one statement is sent more often for it."""
    browser = sign_in(crowd.parties[role].person.key)
    crowd.more(FEW)
    seen: dict[str, Counter[str]] = {}
    for page in PAGES[role]:
        assert browser.get(page).status_code == 200, page
        with counted(fleet) as seen[page]:
            browser.get(page)
    crowd.more(MANY - FEW)
    grown = []
    for page in PAGES[role]:
        browser.get(page)
        with counted(fleet) as now:
            assert browser.get(page).status_code == 200
        for statement, times in now.items():
            # What runs beside the pages, the feed of the socket, sends one of its own now and then.
            if times > seen[page][statement] + 2:
                grown.append(f"{page}: {seen[page][statement]} → {times}: {statement[statement.find('FROM') :][:200]}")
    assert not grown, "\n".join(grown)
