"""What tests of errands ask for: volunteers who bring small lots, a lot they may bring, its ladder, their answers."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from config.settings import Settings
from service.accounts.models import OrganisationKind, Role
from service.accounts.who import Who
from service.allocation.errands import accepting, declining, helping
from service.allocation.errands.forms import HelperIn
from service.allocation.errands.tending import tend
from service.allocation.ladder import climb
from service.allocation.models import Claim, ClaimState, Way
from service.allocation.tables import Errand, ErrandAsk, Helper
from service.lots.models import Lot
from service.notices.models import OutgoingNotice
from service.rounds.models import Round, Shift
from tests.allocation.conftest import BREAD, Stall
from tests.allocation.windowed import decide
from tests.people import REGION, Make, Party
from tests.rounds.conftest import Fleet

SMALL = {**BREAD, "grams": 8_000}
DECIDED, ASKED = timedelta(minutes=11), timedelta(minutes=13)


def helps(stall: Stall, make: Make, name: str = "Vélos du quartier", town: str = "Nantes", **given: Any) -> Party:
    """A volunteer who said from where, with what, how much and how long."""
    party = make.party(OrganisationKind.CARRIER, Role.DRIVER, name, town)
    said = {"site_id": party.site.key, "means": "bike", "most_grams": 10_000, "most_minutes": 30, **given}
    with stall.database.transaction() as session:
        helping.help_out(session, HelperIn(**said), who=party.who, now=stall.now)
    return party


def wanted(stall: Stall, *lines: dict[str, Any], **given: Any) -> Lot:
    """A lot that the stall's charity would have had if a round could bring it."""
    lot = stall.post(*(lines or (SMALL,)))
    claim = stall.claim(lot, way=Way.BRING, **given)
    decide(stall, DECIDED)
    with stall.database.read() as session:
        after = session.get_one(Claim, claim.key)
    assert (after.state, after.reason) == (ClaimState.REFUSED, "not_brought")
    return lot


def ladder(stall: Stall, after: timedelta = ASKED) -> None:
    with stall.database.transaction() as session:
        climb(session, REGION, now=stall.now + after)


def asks(stall: Stall) -> list[ErrandAsk]:
    with stall.database.read() as session:
        return list(session.exec(select(ErrandAsk).order_by(col(ErrandAsk.id))).all())


def told(stall: Stall, kind: str) -> list[OutgoingNotice]:
    with stall.database.read() as session:
        rows = session.exec(select(OutgoingNotice).where(OutgoingNotice.kind == kind)).all()
        return [row for row in rows if row.channel == "screen"]


def accept(stall: Stall, who: Who, after: timedelta = ASKED) -> Errand:
    with stall.database.transaction() as session:
        key = session.exec(select(Errand.id)).one()
        return accepting.accept(session, who=who, errand_id=key or 0, now=stall.now + after)


def drives(stall: Stall, party: Party) -> None:
    """They are on the road for two hours."""
    vehicle = vehicle_of(stall, party)
    with stall.database.transaction() as session:
        span = {"starts_at": stall.now, "ends_at": stall.now + timedelta(hours=2)}
        session.add(Shift(region=REGION, vehicle_id=vehicle, driver_id=party.person.key, **span))


def the_errand(stall: Stall) -> Errand:
    with stall.database.read() as session:
        return session.exec(select(Errand)).one()


def declines(stall: Stall, who: Who, after: timedelta = ASKED) -> Errand:
    with stall.database.transaction() as session:
        key = session.exec(select(Errand.id)).one()
        return declining.decline(session, who=who, errand_id=key or 0, now=stall.now + after)


def gives_back(stall: Stall, who: Who, after: timedelta = ASKED) -> Errand:
    with stall.database.transaction() as session:
        key = session.exec(select(Errand.id)).one()
        return declining.give_back(session, who=who, errand_id=key or 0, now=stall.now + after)


def tends(stall: Stall, after: timedelta = ASKED) -> int:
    """A worker's turn."""
    with stall.database.transaction() as session:
        return tend(session, REGION, now=stall.now + after)


def vehicle_of(stall: Stall, party: Party) -> int:
    """What a volunteer rides."""
    with stall.database.read() as session:
        return session.exec(select(Helper.vehicle_id).where(Helper.person_id == party.person.key)).one()


def claim_of(stall: Stall, key: int | None) -> Claim:
    with stall.database.read() as session:
        return session.get_one(Claim, key)


def shift_of(stall: Stall, key: int | None) -> Shift:
    with stall.database.read() as session:
        return session.get_one(Shift, key)


def put(stall: Stall, make: Make, *names: str) -> tuple[Lot, list[Party]]:
    """A lot before so many volunteers."""
    parties = [helps(stall, make, name) for name in names or ("Vélos A",)]
    lot = wanted(stall)
    ladder(stall)
    return lot, parties


def planned(stall: Stall, make: Make, settings: Settings) -> tuple[Fleet, Round]:
    """The planner's turn: what somebody said yes to is their round."""
    fleet = Fleet(make, settings, stall.now + ASKED)
    fleet.plan()
    (round_,) = [one for one in fleet.rounds() if fleet.stops(one)]
    return fleet, round_
