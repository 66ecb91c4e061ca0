"""Claims: all or part, granted at once or refused with a reason, given back, and never the same kilogram twice."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from config.settings import Settings
from service.allocation.actions import claiming, collecting
from service.allocation.errors import (
    AskSomething,
    ClaimedAlready,
    ClaimNotReleasable,
    ClaimUnknown,
    LineNotOfLot,
    NoRoundBrings,
    SiteNotYours,
)
from service.allocation.models import ClaimState, Way
from service.journal import queries as journal
from service.kit.refusals import NotAllowed
from service.lots import actions as lots
from service.lots.errors import LotAlreadyTaken, LotNotOpen, LotTooLate
from service.lots.models import Lot
from service.shipments import queries as shipments
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.people import Make
from tests.rounds.conftest import Fleet


def test_a_charity_takes_everything(stall: Stall) -> None:
    """Without quantities the whole lot is granted at once, and nothing of it stays free."""
    lot = stall.post()
    claim = stall.claim(lot)
    assert claim.state == ClaimState.GRANTED
    assert [share.grams for share in stall.shares(claim)] == [10_000]
    assert stall.free(lot) == 0


def test_a_charity_takes_a_part(stall: Stall) -> None:
    """What is not asked stays on offer for others."""
    lot = stall.post()
    stall.claim(lot, wanted={stall.first_line(lot): 4_000})
    assert stall.free(lot) == 6_000


def test_what_is_brought_is_wanted_as_one_shipment_a_temperature(stall: Stall) -> None:
    """Bread and yoghurt ride in different compartments, so a claim makes two shipments."""
    claim = stall.claim(stall.post(BREAD, YOGHURT), way=Way.BRING)
    with stall.database.read() as session:
        carried = shipments.shipments_of(session, "claim", claim.key)
        assert {(one.temperature, one.grams) for one in carried} == {("ambient", 10_000), ("chilled", 6_000)}


def test_the_last_ten_kilograms_go_to_exactly_one(stall: Stall, make: Make) -> None:
    """Twelve charities claim the last 10 kg at once: 10 kg are granted, the others get a 409 with words."""
    lot = stall.post()
    charities = [make.charity(f"Association {n}") for n in range(12)]
    start = threading.Barrier(len(charities))
    granted: list[int] = []
    refused: list[LotAlreadyTaken | LotNotOpen] = []

    def race(index: int) -> None:
        start.wait()
        try:
            claim = stall.claim(lot, charities[index].who, wanted={stall_line: 10_000})
            granted.append(claim.key)
        except (LotAlreadyTaken, LotNotOpen) as refusal:
            refused.append(refusal)

    stall_line = stall.first_line(lot)
    threads = [threading.Thread(target=race, args=(index,)) for index in range(len(charities))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(granted), len(refused)) == (1, 11)
    assert all(refusal.status == 409 and refusal.text() for refusal in refused)
    assert stall.free(lot) == 0


def test_nobody_claims_twice_for_the_same_site(stall: Stall) -> None:
    """A second claim on a lot is refused while the first stands."""
    lot = stall.post()
    line = stall.first_line(lot)
    stall.claim(lot, wanted={line: 1_000})
    with pytest.raises(ClaimedAlready):
        stall.claim(lot, wanted={line: 1_000})


def test_a_withdrawn_lot_cannot_be_claimed(stall: Stall) -> None:
    """A lot that its donor took back answers 409, with words."""
    lot = stall.post()
    with stall.database.transaction() as session:
        lots.withdraw(session, session.get_one(Lot, lot.key), reason="sold", who=stall.donor.who, now=stall.now)
    with pytest.raises(LotNotOpen):
        stall.claim(lot)


def test_after_the_deadline_it_is_too_late(stall: Stall) -> None:
    """Nothing is granted past the deadline."""
    lot = stall.post(hours=1)
    with pytest.raises(LotTooLate):
        stall.claim(lot, now=stall.now + timedelta(hours=2))


def test_one_claims_for_ones_own_sites_only(stall: Stall, make: Make) -> None:
    """The site of another charity is refused."""
    other = make.charity("Autre")
    with pytest.raises(SiteNotYours):
        stall.claim(stall.post(), site_id=other.site.key)


def test_only_charities_claim(stall: Stall) -> None:
    """A baker does not claim bread."""
    with pytest.raises(NotAllowed):
        stall.claim(stall.post(), stall.donor.who)


def test_a_line_of_another_lot_is_refused(stall: Stall) -> None:
    """Lines are those of the lot."""
    lot, other = stall.post(), stall.post()
    with pytest.raises(LineNotOfLot):
        stall.claim(lot, wanted={stall.first_line(other): 1_000})


def test_asking_for_nothing_is_refused(stall: Stall) -> None:
    """A form left at zero says what to do."""
    lot = stall.post()
    with pytest.raises(AskSomething):
        stall.claim(lot, wanted={stall.first_line(lot): 0})


def test_what_is_given_back_is_offered_again_at_once(stall: Stall, make: Make) -> None:
    """Releasing frees every gram for the next charity, and what was to be carried is no longer wanted."""
    lot = stall.post()
    claim = stall.claim(lot, way=Way.BRING)
    with stall.database.transaction() as session:
        claiming.release(session, who=stall.charity.who, claim_id=claim.key, now=stall.now)
    assert stall.free(lot) == 10_000
    with stall.database.read() as session:
        assert {str(one.state) for one in shipments.shipments_of(session, "claim", claim.key)} == {"cancelled"}
    assert stall.claim(lot, make.charity("Suivante").who).state == ClaimState.GRANTED
    with pytest.raises(ClaimNotReleasable), stall.database.transaction() as session:
        claiming.release(session, who=stall.charity.who, claim_id=claim.key, now=stall.now)


def test_others_claims_are_unknown(stall: Stall, make: Make) -> None:
    """A charity can neither see nor give back another's claim."""
    claim = stall.claim(stall.post())
    with pytest.raises(ClaimUnknown), stall.database.transaction() as session:
        claiming.release(session, who=make.charity("Autre").who, claim_id=claim.key, now=stall.now)


def test_changing_ones_mind_about_the_way(stall: Stall) -> None:
    """Brought, then fetched, then brought again: one shipment stays wanted."""
    claim = stall.claim(stall.post(), way=Way.BRING)
    for way in (Way.COLLECT, Way.BRING):
        with stall.database.transaction() as session:
            changed = claiming.change_way(session, who=stall.charity.who, claim_id=claim.key, way=way, now=stall.now)
            assert changed.way == way
    with stall.database.read() as session:
        states = sorted(str(one.state) for one in shipments.shipments_of(session, "claim", claim.key))
    assert states == ["cancelled", "wanted"]


def test_every_step_is_in_the_journal(stall: Stall) -> None:
    """Made, then granted, with grams and category, for its charity and its donor, nobody's name."""
    claim = stall.claim(stall.post())
    with stall.database.read() as session:
        entries = journal.of_subject(session, "claim", claim.key)
    assert [entry.kind for entry in entries] == ["claim.made", "claim.granted"]
    assert entries[1].data["lines"][0]["grams"] == 10_000
    assert f"org:{stall.charity.id}" in entries[1].audience
    assert "role:charity" not in entries[1].audience


def test_the_api_answers_the_same_key_once(stall: Stall, client: TestClient, make: Make) -> None:
    """A phone that sends its claim twice gets one claim, and another body under the same key is refused."""
    lot = stall.post()
    headers = {"Authorization": f"Bearer {make.token(stall.charity.person.key)}", "Idempotency-Key": "one"}
    asked = {"lines": [{"line_id": stall.first_line(lot), "grams": 3_000}], "way": "collect"}
    first = client.post(f"/api/v1/lots/{lot.key}/claims", json=asked, headers=headers)
    again = client.post(f"/api/v1/lots/{lot.key}/claims", json=asked, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert stall.free(lot) == 7_000
    other = client.post(f"/api/v1/lots/{lot.key}/claims", json={"way": "collect"}, headers=headers)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency-key-reused"


def test_a_refusal_is_in_one_language(stall: Stall, client: TestClient, make: Make) -> None:
    """The reason inside the sentence is translated with it."""
    cold = make.charity("Sans froid", fridge_litres=0)
    headers = {"Authorization": f"Bearer {make.token(cold.person.key)}", "Cookie": "glane_locale=en"}
    answer = client.post(f"/api/v1/lots/{stall.post(YOGHURT).key}/claims", json={}, headers=headers)
    assert answer.status_code == 403
    assert "needs a fridge" in answer.json()["detail"]


@pytest.mark.parametrize("number", ["²", "9" * 30, "9" * 5_000, "-1"])
def test_forged_field_names_are_no_failure(stall: Stall, sign_in: Callable[[int], TestClient], number: str) -> None:
    """A form whose fields name no line, site or share of ours is never answered 500."""
    browser = sign_in(stall.charity.person.key)
    form = {"site": number, f"line-{number}": "2", f"share-{number}": "2"}
    claim = stall.claim(stall.post())
    assert browser.post(f"/lots/{stall.post().key}/claims", data=form).status_code < 500
    assert browser.post(f"/claims/{claim.key}/reception", data=form).status_code < 500


def test_the_donor_does_not_learn_the_phone_of_a_protected_place(
    stall: Stall, make: Make, sign_in: Callable[[int], TestClient]
) -> None:
    """An ordinary charity's number is shown to the donor it comes to, a protected place's is not."""
    hidden = make.charity("Point relais 07", protected=True, contact_phone="+33240000007")
    known = make.charity("Voisine", contact_phone="+33240000008")
    claims = [stall.claim(stall.post(), who=party.who) for party in (hidden, known)]
    browser = sign_in(stall.donor.person.key)
    pages = [browser.get(f"/claims/{claim.key}").text.replace("\u00a0", " ") for claim in claims]
    assert ["40 00 00 0" in page or "+3324000000" in page for page in pages] == [False, True]


def test_more_of_the_same_lot_once_the_first_part_has_arrived(stall: Stall) -> None:
    """A harvest is fetched in several times: a delivered claim no longer stands in the way."""
    lot = stall.post()
    line = stall.first_line(lot)
    claim = stall.claim(lot, wanted={line: 4_000})
    with stall.database.transaction() as session:
        collecting.hand_over(session, who=stall.donor.who, claim_id=claim.key, code=claim.code, now=stall.now)
    with stall.database.transaction() as session:
        collecting.receive(session, who=stall.charity.who, claim_id=claim.key, now=stall.now)
    assert stall.claim(lot, wanted={line: 2_000}).state == ClaimState.GRANTED


def test_what_no_round_can_bring_is_not_promised(stall: Stall, make: Make, settings: Settings) -> None:
    """Where rounds run and none of them can come, the food stays on offer; fetched, it is granted; without any vehicle
    that day somebody may still see to it."""
    fleet = Fleet(make, settings, stall.now)
    fleet.shift(fleet.vehicle(grams=6_000), hours=0.25)
    lot = stall.post()
    with pytest.raises(NoRoundBrings) as refused:
        stall.claim(lot, way=Way.BRING)
    assert "chercher" in refused.value.text()
    assert "fetch" in refused.value.text("en")
    assert stall.free(lot) == 10_000
    claim = stall.claim(lot, way=Way.COLLECT)
    assert claim.state == ClaimState.GRANTED
    with pytest.raises(NoRoundBrings), stall.database.transaction() as session:
        claiming.change_way(session, who=stall.charity.who, claim_id=claim.key, way=Way.BRING, now=stall.now)
