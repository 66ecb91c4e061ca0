"""Figures fold from the journal alone: posted, claimed, delivered as weighed, refused with reasons, lost."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient

from config.food_law import law
from service.accounts.models import Role
from service.allocation.actions import claiming, collecting
from service.allocation.queries import standing_claim
from service.database.engine import Database
from service.journal.actions import append
from service.lots import actions as lots
from service.lots.models import Lot
from service.observatory.periods import BadPeriod, Period, asked_period
from service.observatory.queries import figures_of
from service.observatory.rules import equivalents
from tests.allocation.conftest import BREAD, YOGHURT, Stall, stall  # noqa: F401  a fixture
from tests.people import REGION, Make

TODAY = date(2026, 11, 20)


def whole_story(stall: Stall) -> None:  # noqa: F811
    """10 kg of bread and 6 kg of yoghurt posted; the bread fetched and weighed 9.5 kg; the yoghurt withdrawn."""
    bread, yoghurt = stall.post(BREAD), stall.post(YOGHURT)
    claim = stall.claim(bread)
    with stall.database.transaction() as session:
        collecting.hand_over(session, who=stall.donor.who, claim_id=claim.key, code=claim.code, now=stall.now)
    share = stall.shares(claim)[0]
    with stall.database.transaction() as session:
        weights = {share.key: 9_500}
        collecting.receive(session, who=stall.charity.who, claim_id=claim.key, weights=weights, now=stall.now)
    with stall.database.transaction() as session:
        lot = session.get_one(Lot, yoghurt.key)
        lots.withdraw(session, lot, reason="sold", who=stall.donor.who, now=stall.now)


def test_the_day_adds_up(stall: Stall) -> None:  # noqa: F811
    """What the charity weighed is what was delivered, whatever was announced."""
    whole_story(stall)
    with stall.database.read() as session:
        whole = figures_of(session, REGION, TODAY, TODAY, "Europe/Paris").whole
    assert (whole.posted, whole.claimed, whole.delivered, whole.withdrawn) == (16_000, 10_000, 9_500, 6_000)
    assert (whole.count("posted"), whole.count("delivered"), whole.count("expired")) == (2, 1, 0)


def test_parts_sum_to_the_whole(stall: Stall) -> None:  # noqa: F811
    """Every breakdown holds each gram once."""
    whole_story(stall)
    with stall.database.read() as session:
        figures = figures_of(session, REGION, TODAY, TODAY, "Europe/Paris")
    for parts in figures.parts.values():
        assert sum(tally.posted for tally in parts.values()) == figures.whole.posted
        assert sum(tally.delivered for tally in parts.values()) == figures.whole.delivered
    assert {key: tally.posted for key, tally in figures.parts["category"].items()} == {
        "bread-pastry": 10_000,
        "dairy-eggs": 6_000,
    }


def test_another_day_is_empty(stall: Stall) -> None:  # noqa: F811
    """Yesterday knows nothing of today."""
    whole_story(stall)
    with stall.database.read() as session:
        day = date(2026, 11, 19)
        assert figures_of(session, REGION, day, day, "Europe/Paris").whole.posted == 0


def test_equivalents_use_the_factors_in_force() -> None:
    """1,000 kg are 2,000 meals and 1,530 kg of CO2e, by the published factors."""
    amounts = equivalents(1_000_000, law(TODAY))
    assert (amounts.meals, amounts.co2e_grams, amounts.value_cents) == (2_000, 1_530_000, 160_000)
    assert amounts.co2e_low_grams < amounts.co2e_grams < amounts.co2e_high_grams


def test_a_period_is_compared_with_the_same_weekdays() -> None:
    """A Friday with the Friday before, ten days with the ten that began two weeks earlier."""
    assert Period(TODAY, TODAY).before() == Period(date(2026, 11, 13), date(2026, 11, 13))
    assert Period(date(2026, 11, 11), TODAY).before().first == date(2026, 10, 28)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (TODAY, date(2026, 11, 1)),
        (date(2020, 1, 1), TODAY),
        (date.min, date.min),
        (date.max, date.max),
        (date(1990, 1, 1), date(1990, 1, 2)),
    ],
)
def test_nonsense_periods_are_refused(first: date, last: date) -> None:
    """The end before the beginning, more than two years, or years that no figure and no calendar reaches."""
    with pytest.raises(BadPeriod):
        asked_period("today", first, last, TODAY)


def test_the_api_and_the_csv_say_the_same(stall: Stall, client: TestClient, make: Make) -> None:  # noqa: F811
    """Kilograms of the spreadsheet are the grams of the API."""
    whole_story(stall)
    headers = {"Authorization": f"Bearer {make.token(make.staff(Role.REGION).person.key)}"}
    figures = client.get("/api/v1/figures?by=donor_kind", headers=headers).json()
    assert figures["whole"]["delivered_grams"] == 9_500
    assert figures["parts"][0]["key"] == "bakery"
    table = client.get("/region/figures.csv?by=donor_kind", headers=headers)
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert rows[0]["delivered_kg"] == "9.500"


def test_figures_are_for_staff(client: TestClient, make: Make) -> None:
    """A donor is refused, a stranger asked to sign in."""
    headers = {"Authorization": f"Bearer {make.token(make.donor().person.key)}"}
    assert client.get("/api/v1/figures", headers=headers).status_code == 403
    assert client.get("/api/v1/figures").status_code == 401


def test_the_page_shows_an_empty_region(
    client: TestClient, sign_in: Callable[[int], TestClient], make: Make, database: Database
) -> None:
    """Before the first lot the page says so rather than showing nothing."""
    page = sign_in(make.staff(Role.REGION).person.key).get("/region?period=week")
    assert page.status_code == 200
    assert "Rien encore" in page.text


def test_what_is_given_back_and_claimed_again_counts_once(stall: Stall, make: Make) -> None:  # noqa: F811
    """10 kg claimed, given back, and claimed by another: 10 kg of one lot were claimed, never more than was posted."""
    lot, other = stall.post(BREAD), make.charity("Voisine")
    first = stall.claim(lot)
    with stall.database.transaction() as session:
        claiming.release(session, who=stall.charity.who, claim_id=first.key, now=stall.now)
    stall.claim(lot, who=other.who)
    stall.claim(given_back := stall.post(YOGHURT))
    with stall.database.transaction() as session:
        standing = standing_claim(session, given_back.key, stall.charity.site.key)
        assert standing is not None
        claiming.release(session, who=stall.charity.who, claim_id=standing.key, now=stall.now)
    with stall.database.read() as session:
        whole = figures_of(session, REGION, TODAY, TODAY, "Europe/Paris").whole
    assert (whole.claimed, whole.count("claimed")) == (10_000, 1)


def test_an_absence_is_one_however_many_lines(stall: Stall) -> None:  # noqa: F811
    """Nobody came for a claim of two lines: one charity was absent, and nothing of it is claimed any more."""
    claim = stall.claim(stall.post(BREAD, YOGHURT))
    with stall.database.transaction() as session:
        collecting.report_no_show(session, who=stall.donor.who, claim_id=claim.key, now=stall.now + timedelta(hours=4))
    with stall.database.read() as session:
        whole = figures_of(session, REGION, TODAY, TODAY, "Europe/Paris").whole
    assert (whole.no_shows, whole.claimed) == (1, 0)


def test_a_reason_of_another_day_is_shown_as_it_stands(
    client: TestClient, sign_in: Callable[[int], TestClient], make: Make, database: Database
) -> None:
    """The journal keeps words that the product no longer knows; the Region's page still opens."""
    now = make.now
    with database.transaction() as session:
        data = {"grams": 2_000, "reason": "a-word-of-before", "lot": 1}
        append(session, region=REGION, kind="share.refused", at=now, subject=("share", 1), data=data, audience=["all"])
    page = sign_in(make.staff(Role.REGION).person.key).get("/region")
    assert page.status_code == 200
    assert "a-word-of-before" in page.text
