"""What a charity may take: its approval, the law, its cold, its shelves, each refusal saying why."""

import pytest
from fastapi.testclient import TestClient

from service.accounts.models import AccountState, Membership, Role
from service.allocation.errors import (
    CannotCollect,
    CharityNotApproved,
    NotEligible,
    SiteNotYours,
)
from service.allocation.models import ClaimState
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.people import Make


def test_without_habilitation_nothing_is_granted(stall: Stall, make: Make) -> None:
    """A charity without an approval in force may not receive, and is told so."""
    with pytest.raises(NotEligible, match="habilitation"):
        stall.claim(stall.post(), make.charity("Sans papier", habilitated=False).who)


def test_a_charity_that_waits_for_approval_takes_nothing(stall: Stall, make: Make) -> None:
    """A person of two charities, one of them pending, claims for the approved one only."""
    pending = make.charity("Nouvelle", state=AccountState.PENDING)
    person = stall.charity.person.key
    make.row(Membership(person_id=person, organisation_id=pending.id, role=Role.CHARITY))
    lot = stall.post()
    with pytest.raises((CharityNotApproved, SiteNotYours)):
        stall.claim(lot, make.who(person), site_id=pending.site.key)
    assert stall.claim(lot, make.who(person), site_id=stall.charity.site.key).state == ClaimState.GRANTED


def test_a_dlc_of_tomorrow_needs_the_derogation(stall: Stall, make: Make) -> None:
    """A lot whose DLC is tomorrow goes only to a charity committed to hand out in time."""
    lot = stall.post({**YOGHURT, "date": "2026-11-21"})
    with pytest.raises(NotEligible, match="redistribution rapide") as refusal:
        stall.claim(lot)
    assert "dlc.quick_redistribution" in refusal.value.rules
    quick = make.charity("Maraude", takes_short_dlc=True, distribution_hours="Mo-Su 19:00-21:00")
    assert stall.claim(lot, quick.who).state == ClaimState.GRANTED


def test_a_site_without_cold_takes_nothing_chilled(stall: Stall, make: Make) -> None:
    """No refrigerator, no yoghurt."""
    warm = make.charity("Épicerie sans froid", fridge_litres=0)
    with pytest.raises(NotEligible, match="réfrigérateur"):
        stall.claim(stall.post(YOGHURT), warm.who)


def test_a_site_takes_no_more_than_its_day_allows(stall: Stall, make: Make) -> None:
    """With 4 kg a day, "everything" is 4 kg and asking for 5 is refused."""
    small = make.charity("Petit local", max_grams_day=4_000)
    lot = stall.post()
    with pytest.raises(NotEligible):
        stall.claim(lot, small.who, wanted={stall.first_line(lot): 5_000})
    claim = stall.claim(lot, small.who)
    assert [share.grams for share in stall.shares(claim)] == [4_000]


def test_a_site_that_does_not_collect_is_told(stall: Stall, make: Make) -> None:
    """Without a car, only deliveries."""
    with pytest.raises(CannotCollect):
        stall.claim(stall.post(), make.charity("À pied", collects_itself=False).who)


def test_offers_say_what_may_be_taken_and_why_not(stall: Stall, client: TestClient, make: Make) -> None:
    """Bread is offered to a site without cold; yoghurt is listed with the reason only when asked for."""
    warm = make.charity("Sans froid", fridge_litres=0, freezer_litres=0)
    bread, yoghurt = stall.post(), stall.post(YOGHURT)
    headers = {"Authorization": f"Bearer {make.token(warm.person.key)}"}
    offered = client.get("/api/v1/offers", headers=headers).json()["items"]
    assert [offer["lot_id"] for offer in offered] == [bread.key]
    everything = client.get("/api/v1/offers?everything=true", headers=headers).json()["items"]
    assert everything[1]["lot_id"] == yoghurt.key
    assert "réfrigérateur" in everything[1]["lines"][0]["reasons"][0]


def test_two_lines_do_not_fill_the_shelves_twice(stall: Stall, make: Make) -> None:
    """A site with room for 12 kg today is given 12 kg of 10 kg of bread and 6 kg of yoghurt, not 16."""
    small = make.charity("Petite", max_grams_day=12_000)
    claim = stall.claim(stall.post(BREAD, YOGHURT), who=small.who)
    assert sum(share.grams for share in stall.shares(claim)) == 12_000


def test_lines_that_fit_one_by_one_are_refused_together(stall: Stall, make: Make) -> None:
    """Asking 10 kg and 6 kg with room for 12 kg is too much, as one line of 16 kg would be."""
    small = make.charity("Petite", max_grams_day=12_000)
    lot = stall.post(BREAD, YOGHURT)
    first = stall.first_line(lot)
    with pytest.raises(NotEligible, match="encore recevoir"):
        stall.claim(lot, who=small.who, wanted={first: 10_000, first + 1: 6_000})
    assert stall.free(lot) == 16_000


def test_a_small_lot_is_counted_whole(stall: Stall, make: Make) -> None:
    """A site that wants 5 kg at least takes 3 + 3 kg, and not 3 kg."""
    picky = make.charity("Exigeante", min_grams=5_000)
    two_lines = stall.post({**BREAD, "grams": 3_000}, {**YOGHURT, "grams": 3_000})
    assert stall.claim(two_lines, picky.who).state == ClaimState.GRANTED
    with pytest.raises(NotEligible, match="minimum"):
        stall.claim(stall.post({**BREAD, "grams": 3_000}), picky.who)
