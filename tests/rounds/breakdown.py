"""A van that breaks down with food aboard, and another one that may come: the scene of what becomes of it."""

from sqlmodel import select

from service.rounds.models import Cold, Round, Stop, Transfer
from service.shipments.models import Shipment
from tests.people import Make
from tests.rounds.conftest import Fleet, Road
from tests.rounds.test_incidents import incident

HERE = {"latitude": 47.2301, "longitude": -1.6012}


def transfers(fleet: Fleet) -> list[Transfer]:
    with fleet.database.read() as session:
        return list(session.exec(select(Transfer).order_by(Transfer.id)).all())


class Breakdown:
    """A van with food aboard that has just broken down near Nantes, and another one at its depot."""

    def __init__(self, road: Road, fleet: Fleet, make: Make, category: str, cold: Cold, second: Cold | None) -> None:
        self.road, self.fleet = road, fleet
        self.colleague = make.driver("Transports du Nord", town="Saint-Herblain")
        self.first = fleet.vehicle(cold=cold)
        fleet.shift(self.first, hours=6)
        self.donor, self.charity = make.donor(), make.charity(town="Rezé")
        self.shipment = fleet.carried(self.donor, self.charity, 12_000, category=category)
        fleet.plan()
        self.round, (self.pickup, self.delivery) = road.set_off()
        road.later(minutes=5)
        assert road.report(self.pickup, "loaded", temperature_c=3).status_code == 200
        road.later(minutes=10)
        if second is not None:
            other = fleet.vehicle(name="Fourgon 2", cold=second, home_site_id=self.colleague.site.key)
            fleet.shift(other, hours=6, driver_id=self.colleague.person.key)
        assert incident(road, self.round.key, "breakdown", **HERE).status_code == 200

    @property
    def transfer(self) -> Transfer:
        [found] = transfers(self.fleet)
        return found

    @property
    def relay(self) -> Shipment:
        return self.fleet.shipment(self.transfer.relay_id)

    def second_round(self) -> tuple[Round, list[Stop]]:
        [found] = [round_ for round_ in self.fleet.rounds() if round_.key != self.round.key]
        return found, self.fleet.stops(found)
