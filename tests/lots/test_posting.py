"""Posting a lot: what the donor said, what the category adds, what the journal keeps, and what food law refuses."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from service.accounts.models import Activity
from service.journal.models import Entry
from service.kit.refusals import Invalid, NotAllowed, Refusal
from service.lots import actions, queries
from service.lots.errors import AgainstFoodLaw, LotInvalid
from service.lots.forms import RepeatIn
from service.lots.models import Lot, LotLine
from tests.lots.conftest import Shop, line_in, rows
from tests.people import Make


def test_a_lot_is_on_offer_at_once(shop: Shop, now: datetime) -> None:
    """All of it is free, it has a code of its own and a deadline at the end of its window."""
    lot = shop.post()
    assert (lot.state, lot.version, lot.code) == ("published", 1, f"PDL-20261120-{shop.donor.id}-1")
    assert lot.deadline == now + timedelta(hours=3)
    with shop.database.read() as session:
        assert [one.id for one in queries.open_lots(session, lot.region, now)] == [lot.id]
        assert queries.free_grams(session, lot.key) == 10_000
    assert shop.post().code.endswith("-2")


def test_the_journal_holds_what_figures_need_and_nothing_of_people(shop: Shop) -> None:
    """The entry names kinds, codes and weights, and no name or address."""
    shop.post(note="Demander Mme Durand au 06 12 34 56 78")
    (posted,) = shop.told("lot.posted")
    assert posted.data["lines"][0] == {"line": 1, "category": "bread", "grams": 10_000, "temperature": "ambient"}
    assert (posted.data["donor_kind"], posted.data["departement"]) == ("bakery", "44")
    assert {"role:charity", "role:dispatcher", f"org:{shop.donor.id}"} <= set(posted.audience)
    assert "Durand" not in str(posted.data)
    assert posted.data["rules"] is not None
    assert all("valid_from" in rule for rule in shop.lot(1).law)


def test_units_make_the_weight(shop: Shop) -> None:
    """Forty baguettes of 250 g are ten kilograms."""
    lot = shop.post(line_in(grams=None, units=40, unit_grams=250))
    (line,) = shop.lines(lot.key)
    assert (line.grams, line.free_grams, line.units) == (10_000, 10_000, 40)


def test_the_category_answers_where_nothing_was_said(shop: Shop) -> None:
    """Temperature and kind of date come from the catalogue; allergens stay unknown until somebody says."""
    lot = shop.post({"category": "bread", "grams": 500, "date": "2026-11-20"})
    (line,) = shop.lines(lot.key)
    assert (line.date_kind, line.temperature, line.temperature_code) == ("made_on", "ambient", "AMBIANT")
    assert (line.allergens, line.allergens_state) == ({}, "unknown")


def test_the_template_of_allergens_is_indicative(shop: Shop) -> None:
    """One tap takes the category's template and says that it is one."""
    lot = shop.post(line_in(allergens_state="indicative"))
    (line,) = shop.lines(lot.key)
    assert line.allergens["gluten"] == "contains"
    assert line.allergens_state == "indicative"


def test_the_deadline_is_the_dlc_when_it_comes_first(shop: Shop, now: datetime) -> None:
    """Yoghurt good until the 23rd cannot be fetched on the 24th, whatever the window says."""
    windows = [{"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=3)).isoformat()}]
    windows.append({"starts_at": "2026-11-24T08:00:00Z", "ends_at": "2026-11-24T18:00:00Z"})
    lot = shop.post(
        {"category": "yoghurt", "grams": 4000, "date_kind": "dlc", "date": "2026-11-23", "prepacked": True},
        windows=windows,
    )
    assert lot.deadline.isoformat() == "2026-11-23T22:59:00+00:00"


def test_a_short_dlc_may_be_posted_and_is_a_derogation(shop: Shop) -> None:
    """Tomorrow's DLC is left to charities that undertake to hand out in time: posted, and the rule is kept."""
    lot = shop.post({"category": "yoghurt", "grams": 4000, "date_kind": "dlc", "date": "2026-11-21", "prepacked": True})
    assert "dlc.min_hours_at_handover" in {rule["code"] for rule in lot.law}


FORBIDDEN: list[tuple[dict[str, Any], str, str]] = [
    ({"category": "yoghurt", "grams": 1, "date_kind": "dlc", "date": "2026-11-19", "prepacked": True}, "date", "DLC"),
    ({"category": "bread", "grams": 1, "date_kind": "made_on", "date": "2026-11-10"}, "date", "Fabriqué"),
    ({"category": "bread", "grams": 1, "date_kind": "made_on", "date": "2026-11-29"}, "date", "après"),
    (
        {"category": "yoghurt", "grams": 1, "date_kind": "dlc", "date": "2026-11-25", "temperature_code": "AMBIANT"},
        "temperature_code",
        "garde",
    ),
]


@pytest.mark.parametrize(("line", "field", "word"), FORBIDDEN)
def test_food_law_refuses_in_plain_words_at_the_field(shop: Shop, line: dict[str, Any], field: str, word: str) -> None:
    """A refusal names the rule, cites it, and leaves nothing behind."""
    with pytest.raises(AgainstFoodLaw) as refusal:
        shop.post(line)
    assert word in refusal.value.fields[f"lines.0.{field}"]
    with shop.database.read() as session:
        assert (rows(session, Lot), rows(session, LotLine), rows(session, Entry)) == (0, 0, 0)


def test_unwrapped_meat_from_a_shop_is_refused_and_from_nobody_else_assumed(make: Make, shop: Shop) -> None:
    """A butcher's unpacked goods are refused with the rule's words."""
    butcher = make.donor("Boucherie", activity=Activity.BUTCHER)
    line = {"category": "poultry", "grams": 1000, "date_kind": "dlc", "date": "2026-11-24", "prepacked": False}
    with pytest.raises(AgainstFoodLaw) as refusal:
        shop.post(line, who=butcher.who)
    assert "animal_origin.prepacked_only" in refusal.value.rules


BAD: list[tuple[dict[str, Any], str]] = [
    ({"windows": [{"starts_at": "2026-11-20T12:00:00Z", "ends_at": "2026-11-20T14:00:00Z"}]}, "windows.0.ends_at"),
    ({"windows": [{"starts_at": "2026-11-20T19:00:00Z", "ends_at": "2026-11-20T18:00:00Z"}]}, "windows.0.ends_at"),
    ({"windows": [{"starts_at": "2026-11-20T19:00:00Z", "ends_at": "2026-11-25T18:00:00Z"}]}, "windows.0.ends_at"),
    ({"windows": [{"starts_at": "2027-11-20T19:00:00Z", "ends_at": "2027-11-20T20:00:00Z"}]}, "windows.0.starts_at"),
    ({"site_id": 9999}, "site_id"),
    ({"announced": {"min_grams": 1000, "max_grams": 5000}, "lines": 2}, "announced"),
    ({"line": {"grams": None}}, "lines.0.grams"),
    ({"line": {"category": "gold"}}, "lines.0.category"),
    ({"line": {"date": None}}, "lines.0.date"),
]


@pytest.mark.parametrize(("given", "field"), BAD)
def test_what_does_not_fit_is_said_at_its_field(shop: Shop, given: dict[str, Any], field: str) -> None:
    """Each mistake is a 422 with words at the field, and nothing is written."""
    given = dict(given)
    lines = [line_in(**given.pop("line", {}))] * given.pop("lines", 1)
    with pytest.raises(LotInvalid) as refusal:
        shop.post(*lines, **given)
    assert list(refusal.value.fields) == [field]
    assert refusal.value.status == 422
    with shop.database.read() as session:
        assert rows(session, Lot) == 0


def test_without_windows_the_shops_next_hours_are_taken(shop: Shop) -> None:
    """It is Friday 17:00 and the shop closes at 20:00: until then, then Saturday."""
    lot = shop.post(windows=[])
    with shop.database.read() as session:
        windows = [(w.starts_at.isoformat(), w.ends_at.isoformat()) for w in queries.windows_of(session, lot.key)]
    assert windows == [
        ("2026-11-20T16:00:00+00:00", "2026-11-20T19:00:00+00:00"),
        ("2026-11-21T07:00:00+00:00", "2026-11-21T19:00:00+00:00"),
    ]


def test_a_dispatcher_posts_for_a_donor_who_called(shop: Shop, make: Make) -> None:
    """Both are journaled: who typed, and for whom."""
    dispatcher = make.dispatcher()
    lot = shop.post(who=dispatcher.who, site_id=shop.donor.site.key)
    (posted,) = shop.told("lot.posted")
    assert (posted.actor_id, posted.on_behalf_of) == (dispatcher.person.id, shop.donor.id)
    assert lot.organisation_id == shop.donor.id


def test_nobody_posts_for_a_stranger(shop: Shop, make: Make) -> None:
    """Neither another donor nor a charity can post from this shop."""
    for stranger in (make.donor("Autre").who, shop.charities[0].who):
        with pytest.raises((Invalid, NotAllowed)):
            shop.post(who=stranger, site_id=shop.donor.site.key)


def test_the_same_as_yesterday(shop: Shop, now: datetime) -> None:
    """The next day the same lot is posted with its date moved by a day and the shop's next hours."""
    first = shop.post(line_in(lot_number="L1"))
    tomorrow = now + timedelta(days=1)
    again = shop.act(actions.repeat, first, given=RepeatIn(), now=tomorrow)
    (line,) = shop.lines(again.key)
    assert (again.same_as_id, again.posted_at, line.date.isoformat()) == (first.id, tomorrow, "2026-11-21")
    assert (line.grams, line.lot_number) == (10_000, "")
    other = shop.act(actions.repeat, first, given=RepeatIn(grams=[2500]), now=tomorrow)
    assert shop.lines(other.key)[0].grams == 2500


def test_a_range_announced_ahead_offers_the_least(shop: Shop) -> None:
    """Two to four hundred kilograms to harvest: two hundred may be claimed, then the true weight is stated."""
    lot = shop.post(
        {"category": "vegetables", "grams": 1, "date": "2026-11-20"},
        announced={"min_grams": 200_000, "max_grams": 400_000},
    )
    assert shop.lines(lot.key)[0].free_grams == 200_000
    shop.reserve(lot.key, 150_000)
    shop.act(actions.state_quantity, lot, grams=320_000)
    assert shop.lines(lot.key)[0].free_grams == 170_000
    assert shop.lot(lot.key).announced_max_grams is None
    shop.balance(lot.key)


def test_the_first_lot_of_a_new_donor_is_shown_to_the_dispatcher(shop: Shop, make: Make) -> None:
    """It is visible to charities at once, and stays on the dispatcher's list until looked at."""
    lot = shop.post()
    assert lot.state == "published"
    assert [entry.data for entry in shop.told("organisation.first_lot")] == [{"lot": lot.id}]
    with shop.database.read() as session:
        assert [(org.id, one.id) for org, one in queries.new_donors(session, lot.region)] == [(shop.donor.id, lot.id)]
    shop.act(actions.first_lot_seen, shop.donor.organisation, who=make.dispatcher().who)
    with shop.database.read() as session:
        assert queries.new_donors(session, lot.region) == []
    shop.post()
    assert len(shop.told("organisation.first_lot")) == 1


def test_refusals_have_words_in_both_languages(shop: Shop) -> None:
    """What a donor reads is a sentence, in French and in English."""
    with pytest.raises(Refusal) as refusal:
        shop.post({"category": "bread", "grams": 1, "date_kind": "made_on", "date": "2026-11-10"})
    assert "Fabriqué" in refusal.value.text("fr")
