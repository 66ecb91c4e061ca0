"""Who has received what against its share, from lots that were really handed over."""

from datetime import timedelta

import pytest

from service.accounts.models import Closure, Organisation
from service.allocation.ledger import actions, reading
from service.allocation.ledger.errors import CountedTooFar, FigureNotWaiting, SiteReceivesNothing
from service.allocation.ledger.forms import FigureDecisionIn, PeopleIn, PriorityIn
from service.allocation.ledger.reading import Ledger
from service.allocation.ledger.rules import Share
from service.allocation.tables import FigureState, Ground, PeopleServed, PeopleSource
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.allocation.handed import bring_home
from tests.people import REGION, Make, Party


def ledger(stall: Stall) -> Ledger:
    with stall.database.read() as session:
        return reading.ledger_of(session, REGION, now=stall.now)


def say(stall: Stall, party: Party, people: int, vouched: bool = False, days_ago: int = 3) -> PeopleServed:
    day = stall.now.date()
    asked = PeopleIn(people=people, counted_on=day - timedelta(days=days_ago), source=PeopleSource.COUNT)
    with stall.database.transaction() as session:
        site = session.merge(party.site)
        return actions.say_people(session, site, asked, who=party.who, now=stall.now, today=day, vouched=vouched)


@pytest.fixture
def trio(stall: Stall, make: Make) -> tuple[Party, Party, Party]:
    """Three charities: two that took part, one that never asked for anything."""
    small = make.charity("Petite Ourse", people_per_week=50)
    silent = make.charity("Muette", people_per_week=999)
    say(stall, stall.charity, 150)
    bring_home(stall, small, BREAD, YOGHURT)
    bring_home(stall, stall.charity, BREAD)
    return stall.charity, small, silent


def test_the_least_served_comes_first(stall: Stall, trio: tuple[Party, Party, Party]) -> None:
    """Shares follow people served and leave out who asked for nothing; families are told apart."""
    big, small, silent = trio
    found = ledger(stall)
    assert [line.site.key for line in found.lines] == [big.site.key, small.site.key]
    assert [line.site.key for line in found.silent] == [silent.site.key]
    assert found.lines[0].shares == {"bread": Share(10_000, 15_000), "dairy": Share(0, 4_500)}
    assert found.lines[0].share.percent == 51
    assert found.lines[1].share.percent == 246
    assert found.totals == {"bread": 20_000, "dairy": 6_000}
    assert found.gini_sites == pytest.approx(0.365, abs=0.001)
    assert found.gini_areas == 0
    assert [(area.code, area.sites) for area in found.areas] == [("244400404", 2)]


def test_a_median_of_two_is_not_told(stall: Stall, trio: tuple[Party, Party, Party], make: Make) -> None:
    """With fewer than three sites a median would tell what another one has."""
    assert ledger(stall).median_percent is None
    third = make.charity("Troisième", people_per_week=50)
    bring_home(stall, third, BREAD)
    found = ledger(stall)
    assert found.median_percent == 139
    assert found.median_of("dairy") == 0
    assert found.median_each == 200


def test_waiting_leaves_closed_days_out(stall: Stall, trio: tuple[Party, Party, Party], make: Make) -> None:
    """Days without a lot before today, less the week a site was closed; a newcomer waited for nothing."""
    big, small, _silent = trio
    assert [line.waited.days for line in ledger(stall).lines] == [0, 0]
    with stall.database.transaction() as session:
        for party in (big, small):
            row = session.get_one(Organisation, party.id)
            row.created_at -= timedelta(days=60)
            session.add(row)
    last = stall.now.date() - timedelta(days=1)
    make.row(Closure(site_id=small.site.key, first_day=last - timedelta(days=6), last_day=last))
    waits = {line.site.key: line.waited.days for line in ledger(stall).lines}
    assert waits == {big.site.key: 27, small.site.key: 20}
    longest = ledger(stall).longest
    assert longest is not None
    assert longest.site.key == big.site.key


def test_a_protected_site_stands_in_no_epci(stall: Stall, make: Make) -> None:
    """Where it is stays unknown, even roughly."""
    shelter = make.charity("Point relais 07", protected=True)
    bring_home(stall, shelter, BREAD)
    found = ledger(stall)
    assert [line.group for line in found.lines] == [reading.PROTECTED]
    assert [(area.code, area.name) for area in found.areas] == [(reading.PROTECTED, "")]


def test_a_leap_waits_for_the_region(stall: Stall, make: Make) -> None:
    """More than twice the figure in use counts once somebody of the Region has looked, and is looked at once."""
    assert say(stall, stall.charity, 100).state is FigureState.USED
    leap = say(stall, stall.charity, 300, days_ago=1)
    assert leap.state is FigureState.WAITING
    region = make.dispatcher().who
    with stall.database.transaction() as session:
        row = session.merge(leap)
        actions.decide_figure(session, row, FigureDecisionIn(accepted=True), who=region, now=stall.now)
    with stall.database.transaction() as session, pytest.raises(FigureNotWaiting):
        row = session.merge(row)
        actions.decide_figure(session, row, FigureDecisionIn(accepted=False), who=region, now=stall.now)
    assert (leap.version, row.state) == (2, FigureState.USED)
    assert say(stall, stall.charity, 700, vouched=True, days_ago=0).state is FigureState.USED


@pytest.mark.parametrize("days_ago", [-1, 3 * 366 + 1])
def test_a_figure_is_of_a_day_that_was(stall: Stall, days_ago: int) -> None:
    """Neither tomorrow nor before living memory."""
    with pytest.raises(CountedTooFar):
        say(stall, stall.charity, 10, days_ago=days_ago)


def test_a_donor_has_no_share(stall: Stall) -> None:
    """Who gives is not given to."""
    with pytest.raises(SiteReceivesNothing):
        say(stall, stall.donor, 10)


def test_a_priority_makes_people_count_more(stall: Stall, trio: tuple[Party, Party, Party]) -> None:
    """Level 5 makes ten people count as fifteen, so the same food is a smaller part of the share."""
    _big, small, _silent = trio
    before = ledger(stall).lines[1].share.fair
    asked = PriorityIn(level=5, ground=Ground.RURAL, from_day=stall.now.date())
    with stall.database.transaction() as session:
        actions.set_priority(session, session.merge(small.site), asked, who=small.who, now=stall.now)
    line = next(line for line in ledger(stall).lines if line.site.key == small.site.key)
    assert line.counted.priority == 5
    assert line.share.fair == 8_666
    assert before == 6_500
