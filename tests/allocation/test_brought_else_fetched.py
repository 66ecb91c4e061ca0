"""A charity answers by rule "bring it, or else we fetch it": a round where one can, its own way where none can."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from config.settings import Settings
from service.accounts.models import Site
from service.allocation.actions import claiming
from service.allocation.models import Claim, ClaimState, Way
from service.allocation.tables import AutomaticAnswer
from service.journal.models import Entry
from service.notices.models import OutgoingNotice
from tests.allocation.conftest import BREAD, Stall
from tests.allocation.test_answers import answer, outcomes, set_rule
from tests.allocation.windowed import decide
from tests.people import Make
from tests.rounds.conftest import Fleet

SMALL = {**BREAD, "grams": 5_000}


@pytest.fixture
def fleet(make: Make, settings: Settings, stall: Stall) -> Fleet:
    return Fleet(make, settings, stall.now)


def able(fleet: Fleet) -> None:
    fleet.shift(fleet.vehicle(), hours=6)


def unable(fleet: Fleet) -> None:
    """A small van with a quarter of an hour."""
    fleet.shift(fleet.vehicle(grams=6_000), hours=0.25)


def none(_fleet: Fleet) -> None:
    """Nobody drives."""


def the_claim(stall: Stall) -> Claim:
    with stall.database.read() as session:
        return session.exec(select(Claim)).one()


def told(stall: Stall) -> set[str]:
    with stall.database.read() as session:
        return {row.kind for row in session.exec(select(OutgoingNotice).where(OutgoingNotice.subject == "claim")).all()}


@pytest.mark.parametrize(
    ("rounds", "way", "outcome", "notice"),
    [
        (able, Way.BRING, "claimed", "claim_granted"),
        (unable, Way.COLLECT, "claimed-to-fetch", "claim_granted_fetch"),
        (none, Way.COLLECT, "claimed-to-fetch", "claim_granted_fetch"),
    ],
)
def test_a_round_if_one_can_else_its_own_way(
    stall: Stall, fleet: Fleet, rounds: Callable[[Fleet], None], way: Way, outcome: str, notice: str
) -> None:
    """Granted at once either way, and its people read whether they have to come, and until when."""
    rounds(fleet)
    set_rule(stall, else_collect=True)
    stall.post()
    assert answer(stall) == 1
    claim = the_claim(stall)
    assert (claim.state, claim.way, outcomes(stall), told(stall)) == (ClaimState.GRANTED, way, [outcome], {notice})
    assert claim.coming_at == (stall.now + timedelta(hours=3) if way is Way.COLLECT else None)


def test_without_it_what_no_round_brings_is_left(stall: Stall, fleet: Fleet) -> None:
    """A rule that only wants it brought leaves the lot on offer, as does a site that no longer fetches."""
    unable(fleet)
    set_rule(stall)
    stall.post()
    set_rule(stall, else_collect=True)
    with stall.database.transaction() as session:
        site = session.get_one(Site, stall.charity.site.key)
        site.collects_itself = False
        session.add(site)
    stall.post()
    assert answer(stall) == 0
    assert outcomes(stall) == ["no-round-brings", "no-round-brings"]


@pytest.mark.sealed
@pytest.mark.parametrize(("rounds", "way"), [(able, Way.BRING), (unable, Way.COLLECT)])
def test_the_decision_does_the_same(stall: Stall, fleet: Fleet, rounds: Callable[[Fleet], None], way: Way) -> None:
    """Where answers wait for each other the decision finds out; the change of way is in the claim's story."""
    rounds(fleet)
    set_rule(stall, else_collect=True)
    lot = stall.post(SMALL)
    assert answer(stall) == 1
    assert (the_claim(stall).state, the_claim(stall).way) == (ClaimState.PENDING, Way.BRING)
    decide(stall)
    assert (the_claim(stall).state, the_claim(stall).way) == (ClaimState.GRANTED, way)
    assert stall.free(lot) == 0
    with stall.database.read() as session:
        changed = session.exec(select(Entry).where(Entry.kind == "claim.changed")).all()
    assert [entry.data["reason"] for entry in changed] == (["no-round-brings"] if way is Way.COLLECT else [])
    assert told(stall) == {"claim_granted_fetch" if way is Way.COLLECT else "claim_granted"}


@pytest.mark.sealed
def test_an_answer_nobody_had_read_is_fetched_as_well(stall: Stall, fleet: Fleet) -> None:
    """Served in the order of answering, because no decision could be made, it is asked about on its own."""
    from routing.errors import RoutingError

    unable(fleet)
    set_rule(stall, else_collect=True)
    stall.post(SMALL)
    answer(stall)

    def solve(*_given: object) -> None:
        raise RoutingError("no")

    decide(stall, solve=solve)
    assert (the_claim(stall).state, the_claim(stall).way) == (ClaimState.GRANTED, Way.COLLECT)


@pytest.mark.sealed
def test_what_no_longer_fits_together_is_fetched(stall: Stall, fleet: Fleet, make: Make) -> None:
    """A round could bring each of two lots but not both: the second is fetched, none is lost."""
    fleet.shift(fleet.vehicle(grams=6_000), hours=0.75)
    for name in ("À Rezé", "Aussi à Rezé"):
        set_rule(stall, make.charity(name, "Rezé"), else_collect=True, most_grams=5_000)
    posted = [stall.post(SMALL), stall.post(SMALL)]
    assert answer(stall) == 4
    decide(stall)
    assert [stall.free(lot) for lot in posted] == [0, 0]
    with stall.database.read() as session:
        granted = session.exec(select(Claim).where(Claim.state == ClaimState.GRANTED)).all()
    assert sorted(str(claim.way) for claim in granted) == ["bring", "collect"]


def test_what_a_person_says_afterwards_stands(stall: Stall, sign_in: Callable[[int], TestClient]) -> None:
    """The claim's page says that nobody brings it; once somebody chose a way by hand it says so no more."""
    set_rule(stall, else_collect=True)
    stall.post()
    answer(stall)
    claim, browser = the_claim(stall), sign_in(stall.charity.person.key)
    words = "Aucune tournée ne peut l&#39;apporter : venez le chercher"
    assert words in browser.get(f"/claims/{claim.key}").text.replace("\u00a0", " ")
    assert "venez le chercher" in browser.get("/answers").text
    with stall.database.transaction() as session:
        claiming.change_way(session, who=stall.charity.who, claim_id=claim.key, way=Way.BRING, now=stall.now)
    with stall.database.transaction() as session:
        claiming.change_way(session, who=stall.charity.who, claim_id=claim.key, way=Way.COLLECT, now=stall.now)
    assert words not in browser.get(f"/claims/{claim.key}").text.replace("\u00a0", " ")


def test_it_is_set_on_the_page_and_in_json(
    stall: Stall, client: TestClient, make: Make, sign_in: Callable[[int], TestClient]
) -> None:
    """A third tile, kept when the rule is opened again; in JSON a word beside the way, refused with any other way."""
    headers = {"Authorization": f"Bearer {make.token(stall.charity.person.key)}"}
    made = client.post("/api/v1/answer-rules", json={"else_collect": True}, headers=headers)
    assert (made.status_code, made.json()["way"], made.json()["else_collect"]) == (201, "bring", True)
    wrong = client.post("/api/v1/answer-rules", json={"way": "collect", "else_collect": True}, headers=headers)
    assert wrong.status_code == 422
    browser = sign_in(stall.charity.person.key)
    typed = {"weekdays": ["0"], "way": "bring_else_collect"}
    assert browser.post("/answers", data=typed, follow_redirects=False).status_code == 303
    page = browser.get("/answers").text.replace("&#39;", "'")
    assert page.count("une tournée l'apporte, sinon nous venons le chercher") == 2
    form = browser.get("/answers/2/edit").text
    chosen = [part for part in form.split("<input") if 'name="way"' in part and "checked" in part.split(">")[0]]
    assert ['value="bring_else_collect"' in part for part in chosen] == [True]
    assert browser.post("/answers/2", data={**typed, "way": "bring"}, follow_redirects=False).status_code == 303
    rules = client.get("/api/v1/answer-rules", headers=headers).json()["items"]
    assert [rule["else_collect"] for rule in rules] == [True, False]
    with stall.database.read() as session:
        assert session.exec(select(AutomaticAnswer)).all() == []


def test_who_never_fetches_cannot_say_so(stall: Stall, client: TestClient, make: Make) -> None:
    """A site that only has things brought is not offered what it would not do."""
    bound = make.charity("Sans camion", collects_itself=False)
    headers = {"Authorization": f"Bearer {make.token(bound.person.key)}"}
    refused = client.post("/api/v1/answer-rules", json={"else_collect": True}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot-collect")


def test_a_person_may_say_so_too(
    stall: Stall, client: TestClient, make: Make, sign_in: Callable[[int], TestClient]
) -> None:
    """By the form and in JSON; a site that never fetches is offered no such tile, and refused."""
    bound = make.charity("Sans camion", collects_itself=False)
    lots = [stall.post(SMALL).key, stall.post(SMALL).key]
    headers = {"Authorization": f"Bearer {make.token(stall.charity.person.key)}"}
    wrong = client.post(
        f"/api/v1/lots/{lots[0]}/claims", json={"way": "collect", "else_collect": True}, headers=headers
    )
    assert wrong.status_code == 422
    theirs = {"Authorization": f"Bearer {make.token(bound.person.key)}"}
    refused = client.post(f"/api/v1/lots/{lots[0]}/claims", json={"else_collect": True}, headers=theirs)
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot-collect")
    made = client.post(f"/api/v1/lots/{lots[0]}/claims", json={"else_collect": True}, headers=headers)
    assert (made.status_code, made.json()["way"], made.json()["else_collect"]) == (201, "collect", True)
    assert 'value="bring_else_collect"' not in sign_in(bound.person.key).get(f"/lots/{lots[1]}/claim").text
    browser = sign_in(stall.charity.person.key)
    assert 'value="bring_else_collect"' in browser.get(f"/lots/{lots[1]}/claim").text
    sent = browser.post(f"/lots/{lots[1]}/claims", data={"way": "bring_else_collect"}, follow_redirects=False)
    assert sent.status_code == 303
    with stall.database.read() as session:
        ways = [(claim.way, claim.else_collect) for claim in session.exec(select(Claim)).all()]
    assert ways == [(Way.COLLECT, True)] * 2
