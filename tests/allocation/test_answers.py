"""A charity answers by rule: the same claim, by the same action, as a person would make."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from service.accounts.models import AccountState, Closure, Person, Role
from service.accounts.queries import speaking
from service.accounts.who import Who
from service.allocation.actions import claiming
from service.allocation.answers import actions
from service.allocation.answers.answering import answer_lots
from service.allocation.answers.errors import PauseInPast, RuleEnded, TooManyRules
from service.allocation.answers.forms import PauseIn, RuleIn
from service.allocation.models import Claim, ClaimLine, ClaimState, Way
from service.allocation.tables import AnswerRule, AutomaticAnswer
from service.journal.models import Entry
from service.lots.models import Lot
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.allocation.handed import bring_home
from tests.people import REGION, Make, Party


def set_rule(stall: Stall, party: Party | None = None, who: Who | None = None, **given: Any) -> AnswerRule:
    party = party or stall.charity
    with stall.database.transaction() as session:
        return actions.set_rule(
            session, session.merge(party.site), RuleIn(**given), who=who or party.who, now=stall.now
        )


def answer(stall: Stall, later: timedelta = timedelta()) -> int:
    with stall.database.transaction() as session:
        return answer_lots(session, REGION, now=stall.now + later)


def claims(stall: Stall, lot: Lot) -> list[tuple[int, int]]:
    """(site, grams asked) of each claim on a lot."""
    with stall.database.read() as session:
        rows = session.exec(
            select(Claim.site_id, ClaimLine.grams_asked, Claim.state)
            .join(ClaimLine)
            .where(Claim.lot_id == lot.key, Claim.state != ClaimState.RELEASED)
            .order_by(ClaimLine.id)  # type: ignore[arg-type]  # a column, which its annotation does not say
        ).all()
    return [(site, grams) for site, grams, _state in rows]


def outcomes(stall: Stall) -> list[str]:
    with stall.database.read() as session:
        return [row.outcome for row in session.exec(select(AutomaticAnswer)).all()]


def test_a_rule_makes_the_claim_a_person_would(stall: Stall) -> None:
    """Everything, granted, journaled as made by rule in the name of who set it; once, however often it is looked at."""
    rule = set_rule(stall)
    lot = stall.post(BREAD, YOGHURT)
    assert answer(stall) == 1
    assert answer(stall) == 0
    assert claims(stall, lot) == [(stall.charity.site.key, 10_000), (stall.charity.site.key, 6_000)]
    with stall.database.read() as session:
        (claim,) = session.exec(select(Claim)).all()
        told = session.exec(select(Entry).where(Entry.subject == "claim")).all()
    assert (claim.state, claim.way, claim.made_by) == (ClaimState.GRANTED, Way.BRING, stall.charity.person.key)
    assert [entry.kind for entry in told][:2] == ["claim.made", "claim.granted"]
    assert told[-1].kind == "claim.automatic"
    assert told[-1].data["rule"] == rule.key
    assert told[-1].actor_id == stall.charity.person.key


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"categories": ["bread"]}, [10_000]),
        ({"categories": ["dairy-eggs"]}, [6_000]),
        ({"most_grams": 12_000}, [10_000, 2_000]),
        ({"categories": ["bread"], "most_grams": 4_000}, [4_000]),
        ({"least_grams": 16_001}, []),
        ({"categories": ["frozen"]}, []),
        ({"weekdays": [4]}, [10_000, 6_000]),
        ({"weekdays": [0, 1, 2, 3, 5, 6]}, []),
    ],
)
def test_a_rule_takes_what_it_says(stall: Stall, given: dict[str, Any], asked: list[int]) -> None:
    """Kinds or whole headings, at most and at least so many grams, on days of the pick-up (this is a Friday)."""
    set_rule(stall, **given)
    lot = stall.post(BREAD, YOGHURT)
    answer(stall)
    assert [grams for _site, grams in claims(stall, lot)] == asked


@pytest.mark.parametrize(("metres", "made"), [(90_000, 1), (50_000, 0), (None, 1)])
def test_too_far_is_left_alone(stall: Stall, make: Make, metres: int | None, made: int) -> None:
    """Angers is some 80 km from Nantes."""
    far = make.charity("Angevine", town="Angers")
    set_rule(stall, far, most_metres=metres)
    stall.post()
    assert answer(stall) == made


def test_a_distance_nobody_may_know_fits_no_limit(stall: Stall, make: Make) -> None:
    """A protected place is never measured against a lot: a limit would say where it is not."""
    shelter = make.charity("Point relais 07", protected=True)
    set_rule(stall, shelter, most_metres=500_000)
    stall.post()
    assert answer(stall) == 0


def test_rules_do_not_reach_back(stall: Stall) -> None:
    """What was posted before the rule, or before it was resumed, is for people to look at."""
    before = stall.post()
    stall.now += timedelta(minutes=1)
    rule = set_rule(stall)
    assert answer(stall) == 0
    with stall.database.transaction() as session:
        row = session.merge(rule)
        actions.pause(session, row, PauseIn(), who=stall.charity.who, now=stall.now, today=stall.now.date())
    paused = stall.post(YOGHURT)
    stall.now += timedelta(minutes=1)
    assert answer(stall) == 0
    with stall.database.transaction() as session:
        actions.resume(session, session.merge(row), who=stall.charity.who, now=stall.now)
    resumed = stall.post(YOGHURT)
    assert answer(stall) == 1
    assert (claims(stall, before), claims(stall, paused)) == ([], [])
    assert len(claims(stall, resumed)) == 1


def test_a_pause_may_end_by_itself(stall: Stall) -> None:
    """From the day said on, lots posted that day or later are answered again."""
    rule = set_rule(stall)
    day = stall.now.date() + timedelta(days=1)
    with stall.database.transaction() as session:
        row = session.merge(rule)
        actions.pause(session, row, PauseIn(until=day), who=stall.charity.who, now=stall.now, today=stall.now.date())
    stall.post(YOGHURT, hours=24)
    assert answer(stall) == 0
    stall.now += timedelta(hours=20)
    assert answer(stall) == 0
    stall.post(YOGHURT, hours=2)
    assert answer(stall) == 1
    with stall.database.transaction() as session, pytest.raises(PauseInPast):
        actions.pause(session, session.merge(row), PauseIn(until=day), who=stall.charity.who, now=stall.now, today=day)


def test_a_lot_is_news_for_a_while(stall: Stall) -> None:
    """A worker that slept answers of what is new when it wakes, not of what people have long looked at."""
    set_rule(stall)
    stall.post()
    assert answer(stall, timedelta(minutes=31)) == 0
    assert answer(stall, timedelta(minutes=30)) == 1


def test_what_a_person_said_stands(stall: Stall) -> None:
    """No rule answers where somebody of the site already has, nor again after they gave an automatic claim back."""
    set_rule(stall)
    by_hand = stall.post()
    made = stall.claim(by_hand)
    with stall.database.transaction() as session:
        claiming.release(session, who=stall.charity.who, claim_id=made.key, now=stall.now)
    by_rule = stall.post(YOGHURT)
    assert answer(stall) == 1
    with stall.database.read() as session:
        (claim,) = session.exec(select(Claim).where(Claim.lot_id == by_rule.key)).all()
    with stall.database.transaction() as session:
        claiming.release(session, who=stall.charity.who, claim_id=claim.key, now=stall.now)
    assert answer(stall) == 0
    assert claims(stall, by_hand) == []


def test_among_rules_the_least_served_goes_first(stall: Stall, make: Make) -> None:
    """Two rules want the same lot where the first come is served: an older rule gives no right of way."""
    needy = make.charity("Voisine", people_per_week=50)
    set_rule(stall)
    set_rule(stall, needy)
    bring_home(stall, stall.charity, YOGHURT)
    stall.now += timedelta(minutes=1)
    lot = stall.post()
    assert answer(stall) == 1
    assert claims(stall, lot) == [(needy.site.key, 10_000)]
    assert sorted(outcomes(stall)) == ["claimed", "not-eligible"]


@pytest.mark.sealed
def test_in_a_window_it_is_one_answer_among_others(stall: Stall, make: Make) -> None:
    """Where answers are sealed, rules answer in time and the decision is made of all answers together."""
    other = make.charity("Voisine")
    set_rule(stall)
    set_rule(stall, other, most_grams=3_000)
    lot = stall.post(hours=6)
    assert answer(stall) == 2
    with stall.database.read() as session:
        states = {claim.state for claim in session.exec(select(Claim)).all()}
    assert states == {ClaimState.PENDING}
    assert claims(stall, lot) == [(stall.charity.site.key, 10_000), (other.site.key, 3_000)]


def test_a_refusal_is_kept_and_not_tried_again(stall: Stall, make: Make) -> None:
    """A charity whose approval is missing answers nothing, and the others are answered for all the same."""
    unapproved = make.charity("Sans habilitation", habilitated=False)
    set_rule(stall, unapproved)
    set_rule(stall)
    stall.post()
    assert answer(stall) == 1
    assert answer(stall) == 0
    assert sorted(outcomes(stall)) == ["claimed", "not-eligible"]


def test_somebody_else_answers_once_the_setter_has_left(stall: Stall, make: Make) -> None:
    """A rule belongs to the charity: a colleague stands for it, and without any it keeps silent."""
    colleague = make.member(stall.charity.organisation, Role.CHARITY, stall.charity.site)
    set_rule(stall)
    suspend(stall, stall.charity.person)
    stall.post()
    assert answer(stall) == 1
    with stall.database.read() as session:
        assert session.exec(select(Claim)).one().made_by == colleague.person.key
    suspend(stall, colleague.person)
    stall.post(YOGHURT)
    assert answer(stall) == 0
    assert outcomes(stall) == ["claimed"]


def suspend(stall: Stall, person: Person) -> None:
    with stall.database.transaction() as session:
        row = session.get_one(Person, person.key)
        row.state = AccountState.SUSPENDED
        session.add(row)


def test_a_closed_day_takes_nothing(stall: Stall, make: Make) -> None:
    """Whoever is closed all week is not answered for."""
    today = stall.now.date()
    make.row(Closure(site_id=stall.charity.site.key, first_day=today, last_day=today + timedelta(days=8)))
    set_rule(stall)
    stall.post()
    assert answer(stall) == 0


def test_a_site_has_so_many_rules(stall: Stall) -> None:
    """Twenty, of which a deleted one is none; what is deleted can no longer be changed."""
    rules = [set_rule(stall) for _ in range(actions.MOST_RULES)]
    with pytest.raises(TooManyRules):
        set_rule(stall)
    with stall.database.transaction() as session:
        actions.end(session, session.merge(rules[0]), who=stall.charity.who, now=stall.now)
    set_rule(stall)
    with stall.database.transaction() as session, pytest.raises(RuleEnded):
        actions.resume(session, session.get_one(AnswerRule, rules[0].key), who=stall.charity.who, now=stall.now)


def test_a_dispatcher_may_set_it_on_the_phone(stall: Stall, make: Make) -> None:
    """A rule set for a charity answers in the dispatcher's name, for the charity."""
    dispatcher = make.dispatcher()
    with stall.database.read() as session:
        who = speaking(session, dispatcher.who, stall.charity.id)
    set_rule(stall, who=who)
    stall.post()
    assert answer(stall) == 1
    with stall.database.read() as session:
        entry = last_entry(session)
    assert (entry.actor_id, entry.on_behalf_of) == (dispatcher.person.key, stall.charity.id)


def last_entry(session: Session) -> Entry:
    return next(e for e in reversed(session.exec(select(Entry)).all()) if e.kind == "claim.automatic")
