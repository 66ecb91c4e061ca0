"""A day on which the whole region is shut: no shift opens, nothing is proposed or carried, nobody's wait grows."""

from collections.abc import Callable
from datetime import date, time, timedelta

from fastapi.testclient import TestClient
from sqlmodel import Session, select

from service.accounts.models import ClosedDay
from service.accounts.queries import closures
from service.allocation.ledger.rules import waited
from service.allocation.served import open_days
from service.lots.actions.posting import suggested_windows
from service.rounds.actions.closing import close_day, reopen_day
from service.rounds.actions.fixed_rounds import open_fixed_shifts
from service.rounds.forms import ClosedDayForm
from service.rounds.models import FixedRound, Shift
from service.rounds.taking import shifts_to_take
from tests.people import REGION, Make
from tests.rounds.conftest import Fleet, Road

SignIn = Callable[[int], TestClient]


def close(fleet: Fleet, day: date, name: str = "Noël") -> None:
    with fleet.database.transaction() as session:
        close_day(session, ClosedDayForm(day=day, name=name), who=fleet.dispatcher.who, now=fleet.now)


def days_of_shifts(session: Session) -> list[date]:
    return [row.starts_at.date() for row in session.exec(select(Shift).order_by(Shift.starts_at)).all()]


def test_rounds_of_every_week_leave_the_day_out(fleet: Fleet, make: Make) -> None:
    """Its shift goes when the day is closed, does not come back with the job, and does when the day is open again."""
    van, today = fleet.vehicle(), fleet.now.date()
    for ahead in (1, 2):
        day = today + timedelta(days=ahead)
        make.row(
            FixedRound(
                region=REGION, name=f"J{ahead}", vehicle_id=van.key, weekday=day.weekday(), starts=time(8),
                ends=time(12), first_day=today,
            )
        )  # fmt: skip
    with fleet.database.transaction() as session:
        assert open_fixed_shifts(session, fleet.now, REGION) == 2
    shut, other = today + timedelta(days=1), today + timedelta(days=2)
    close(fleet, shut)
    with fleet.database.transaction() as session:
        assert open_fixed_shifts(session, fleet.now, REGION) == 0
        assert days_of_shifts(session) == [other]
        reopen_day(session, shut, who=fleet.dispatcher.who, now=fleet.now)
        assert days_of_shifts(session) == [shut, other]
    assert fleet.kinds().count("day.closed") == fleet.kinds().count("day.reopened") == 1


def test_nothing_is_carried_offered_or_taken_that_day(fleet: Fleet, make: Make) -> None:
    """Sites are shut as if they had said so themselves; the plan of the day is emptied; no shift is offered to take."""
    fleet.shift(fleet.vehicle(), hours=3, starts=fleet.now + timedelta(hours=1))
    donor, charity = make.donor(), make.charity(town="Rezé")
    wanted = fleet.want(donor, charity)
    fleet.plan()
    assert fleet.stops(fleet.rounds()[0]) != []
    free = fleet.shift(fleet.vehicle(name="Fourgon 2"), driver_id=None, starts=fleet.now + timedelta(days=1))
    close(fleet, fleet.now.date())
    close(fleet, fleet.now.date() + timedelta(days=1), "Pont")
    fleet.plan()
    assert fleet.stops(fleet.rounds()[0]) == []
    assert "fermé" in fleet.shipment(wanted.key).why_unserved("fr")
    with fleet.database.read() as session:
        shut = {row.first_day for row in closures(session, {donor.site.key})[donor.site.key]}
        assert shut == {fleet.now.date(), fleet.now.date() + timedelta(days=1)}
        windows = suggested_windows(session, donor.site, fleet.now)
        assert windows
        assert all(start.date() not in shut for start, _ in windows)
        assert shifts_to_take(session, make.driver("Entraide").who, fleet.now) == []
        assert session.get_one(Shift, free.key).cancelled_at is None


def test_nobody_is_owed_anything_for_the_day(fleet: Fleet, make: Make) -> None:
    """The days a place has waited, and the days its share is reckoned for, leave it out for all alike."""
    charity, today = make.charity(), fleet.now.date()
    make.row(ClosedDay(region=REGION, day=today - timedelta(days=3), name="Férié", set_at=fleet.now))
    make.row(ClosedDay(region="bretagne", day=today - timedelta(days=4), name="Ailleurs", set_at=fleet.now))
    with fleet.database.read() as session:
        shut = closures(session, {charity.site.key})[charity.site.key]
    assert open_days(shut, today) == 27
    first = today - timedelta(days=10)
    closed = [day for day in (first + timedelta(days=at) for at in range(11)) if any(one.covers(day) for one in shut)]
    assert waited(set(), closed, first, today).days == waited(set(), [], first, today).days - 1


def test_the_page_closes_renames_and_opens_again(fleet: Fleet, make: Make, sign_in: SignIn, road: Road) -> None:
    """A dispatcher or the Region may; a day gone by is refused; donors and charities read it on their first page."""
    browser = sign_in(fleet.dispatcher.person.key)
    path = "/dispatch/closed-days"
    assert browser.post(path, data={"day": "2026-11-02", "name": "Passé"}).status_code == 422
    assert browser.post(path, data={"day": "2026-11-23", "name": ""}).status_code == 422
    for name in ("Pont", "Inventaire"):
        assert browser.post(path, data={"day": "2026-11-23", "name": name}).status_code == 303
    page = browser.get(path).text
    assert "Inventaire" in page
    assert "Pont<" not in page
    fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(days=3))
    assert "Inventaire" in browser.get("/dispatch/shifts").text
    assert "Inventaire" in browser.get("/dispatch?day=2026-11-23").text
    assert "Inventaire" in sign_in(fleet.carrier.person.key).get("/shifts/mine").text
    assert "Inventaire" in sign_in(make.donor().person.key).get("/give").text
    charity = make.charity()
    assert "Inventaire" in sign_in(charity.person.key).get("/offers").text
    assert "Inventaire" in sign_in(charity.person.key).get(f"/sites/{charity.site.key}").text
    assert sign_in(charity.person.key).post(path, data={"day": "2026-11-24", "name": "Moi"}).status_code == 403
    assert road.get("/closed-days").json()["items"] == [{"day": "2026-11-23", "name": "Inventaire"}]
    browser = sign_in(fleet.dispatcher.person.key)
    assert browser.post(f"{path}/end", data={"day": "2026-11-23"}).status_code == 303
    assert browser.post(f"{path}/end", data={"day": "2026-11-23"}).status_code == 404
