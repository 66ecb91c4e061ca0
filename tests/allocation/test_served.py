"""What each site has received and how many people it serves."""

from datetime import date, timedelta
from typing import Any

import pytest

from service.accounts.models import Closure
from service.allocation import served
from service.allocation.tables import FigureState, Ground, PeopleServed, PeopleSource, SitePriority
from service.lots.actions import granting, handing_over
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.allocation.handed import collect, grant, stored, weigh
from tests.people import REGION, Make, Party


def figure(make: Make, party: Party, people: int, version: int = 1, days_ago: int = 10, **given: Any) -> PeopleServed:
    """A figure said of a site."""
    row: PeopleServed = make.row(
        PeopleServed(
            region=REGION,
            site_id=party.site.key,
            version=version,
            people=people,
            counted_on=(make.now - timedelta(days=days_ago)).date(),
            source=PeopleSource.COUNT,
            said_at=make.now,
            **given,
        )
    )
    return row


def had(stall: Stall) -> dict[str, int]:
    with stall.database.read() as session:
        everybody = served.received(
            session, REGION, since=stall.now - served.WINDOW, until=stall.now + timedelta(hours=1)
        )
    return everybody.get(stall.charity.site.key, {})


def test_what_was_weighed_counts_and_what_was_promised_does_not(stall: Stall) -> None:
    """A share counts from the moment it leaves the donor, then as weighed on arrival, each family apart."""
    bread, yoghurt = grant(stall, BREAD, YOGHURT)
    assert had(stall) == {}
    with stall.database.read() as session:
        assert served.promised(session, REGION) == {stall.charity.site.key: {"bread": 10_000, "dairy": 6_000}}
    collect(stall, bread)
    collect(stall, yoghurt)
    assert had(stall) == {"bread": 10_000, "dairy": 6_000}
    weigh(stall, bread, 9_400)
    assert had(stall) == {"bread": 9_400, "dairy": 6_000}
    with stall.database.read() as session:
        assert served.promised(session, REGION) == {}


def test_what_is_refused_given_back_or_old_is_nobodys(stall: Stall) -> None:
    """What is refused at the door counts nothing, what is released nothing, and what was before the window nothing."""
    (share,) = grant(stall, BREAD)
    collect(stall, share)
    with stall.database.transaction() as session:
        row = session.merge(stored(stall, share))
        handing_over.refuse_share(
            session, row, grams=4_000, reason="overstock", at="delivery", who=stall.charity.who, now=stall.now
        )
    assert had(stall) == {"bread": 6_000}
    (given_back,) = grant(stall, YOGHURT)
    with stall.database.transaction() as session:
        row = session.merge(given_back)
        granting.release_shares(session, [row], reason="charity", who=stall.charity.who, now=stall.now)
    with stall.database.read() as session:
        later = served.received(
            session, REGION, since=stall.now + timedelta(seconds=1), until=stall.now + served.WINDOW
        )
        assert served.promised(session, REGION) == {}
    assert had(stall) == {"bread": 6_000}
    assert later == {}


def test_the_newest_figure_of_the_day_counts(stall: Stall, make: Make) -> None:
    """A figure counts from the day it was counted, a waiting one never, and an unsaid one is None."""
    other = make.charity("Épicerie du Port", people_per_week=70)
    silent = make.charity("Entraide")
    figure(make, stall.charity, 100, days_ago=40)
    figure(make, stall.charity, 140, version=2, days_ago=5)
    figure(make, stall.charity, 900, version=3, days_ago=1, state=FigureState.WAITING)
    today = make.now.date()
    with make.database.read() as session:
        now = served.people(session, REGION)
        before = served.people(session, REGION, on=today - timedelta(days=6))
    assert now == {stall.charity.site.key: 140, other.site.key: 70, silent.site.key: None}
    assert before[stall.charity.site.key] == 100


def test_a_median_stands_in_and_closed_days_are_owed_to_nobody(make: Make) -> None:
    """Who said nothing counts as the median near it; who was closed half the time counts for half."""
    counts = [make.charity(f"Nantes {people}", people_per_week=people) for people in (40, 60, 500)]
    silent, far = make.charity("Muette"), make.charity("Laval", town="Laval")
    first_day = make.now.date() - timedelta(days=13)
    make.row(Closure(site_id=counts[2].site.key, first_day=first_day, last_day=first_day + timedelta(days=40)))
    with make.database.read() as session:
        found = served.counted(session, REGION, now=make.now)
    assert found[silent.site.key] == served.Counted(people=60, said=False, open_days=28)
    assert found[far.site.key].people == 60
    assert found[counts[2].site.key].open_days == 14
    assert found[counts[2].site.key].effective == 250
    assert found[counts[2].site.key].weight == 2_500


@pytest.mark.parametrize(("on", "level"), [(-1, 0), (0, 3), (9, 3), (10, 6), (20, 6), (21, 0)])
def test_a_priority_holds_between_its_days(make: Make, on: int, level: int) -> None:
    """The newest priority that has begun counts; when it ends, none does."""
    party = make.charity()
    day = date(2026, 11, 1)
    common: dict[str, Any] = {"region": REGION, "site_id": party.site.key, "set_at": make.now}
    make.row(SitePriority(**common, version=1, level=3, ground=Ground.RURAL, from_day=day))
    make.row(
        SitePriority(
            **common,
            version=2,
            level=6,
            ground=Ground.STUDENTS,
            from_day=day + timedelta(days=10),
            until_day=day + timedelta(days=20),
        )
    )
    with make.database.read() as session:
        found = served.priorities(session, REGION, on=day + timedelta(days=on))
    assert found.get(party.site.key, 0) == level
