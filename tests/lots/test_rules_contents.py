"""What is in a line: exclusions, animal produce, labels, allergens, classes, weight; and the donor's papers."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.catalogue import AllergenState, catalogue
from config.food_law import Regime, Severity, TemperatureClass, all_rules, law
from service.lots.rules.contents import (
    check_animal_origin,
    check_class,
    check_exclusions,
    check_label,
    check_weight,
    unknown_allergens,
)
from service.lots.rules.facts import DonorFacts, LineFacts
from service.lots.rules.lines import check_donor, check_line
from service.lots.rules.verdicts import forbidden

LAW = law(date(2026, 11, 20))
PICKUP = datetime(2026, 11, 20, 18, 30, tzinfo=ZoneInfo("Europe/Paris"))
DECLARED: Mapping[str, AllergenState] = {allergen.slug: AllergenState.WITHOUT for allergen in catalogue().allergens}
BUTCHER = DonorFacts(activity="butcher", agreement_signed=True)
FARM = DonorFacts(activity="farm")
EXCLUSIONS = sorted(rule.code.removeprefix("exclusion.") for rule in all_rules() if rule.code.startswith("exclusion."))


def line(slug: str, **known: Any) -> LineFacts:
    return LineFacts.of(catalogue().category(slug), **{"grams": 1000, "allergens": DECLARED, **known})


def test_a_line_without_excluded_goods_passes() -> None:
    """Ordinary goods meet no exclusion."""
    assert check_exclusions(line("bread"), LAW) == []


@pytest.mark.parametrize("name", EXCLUSIONS)
def test_each_excluded_kind_of_goods_is_named(name: str) -> None:
    """Each exclusion refuses, says whose it is, and says what is not given."""
    [verdict] = check_exclusions(line("other-dry", exclusions=frozenset({name})), LAW)
    assert verdict.severity is Severity.FORBIDDEN
    assert verdict.rule.regime in (Regime.LEGAL, Regime.NETWORK)
    assert verdict.rule.fr in verdict.text()
    assert verdict.rule.en in verdict.text("en")


def test_every_category_with_an_exclusion_is_refused() -> None:
    """A category that exists only to explain a refusal is indeed refused."""
    refused = [category.slug for category in catalogue().choices() if category.exclusions]
    assert {"cream-pastry", "minced-meat", "shellfish", "raw-milk", "hot-dish"} <= set(refused)
    assert all(forbidden(check_exclusions(line(slug), LAW)) for slug in refused)


def test_drink_at_the_alcohol_limit_passes() -> None:
    """A kefir of exactly 1.2 % may be given."""
    assert check_exclusions(line("soda", alcohol_percent=Decimal("1.2")), LAW) == []


def test_drink_above_the_alcohol_limit_is_refused() -> None:
    """From 1.3 % it may not, nor may a drink known as alcoholic whose strength nobody gave."""
    [verdict] = check_exclusions(line("soda", alcohol_percent=Decimal("1.3")), LAW)
    assert verdict.severity is Severity.FORBIDDEN
    assert "1,3 %" in verdict.text()
    assert "1.3 %" in verdict.text("en")
    assert forbidden(check_exclusions(line("alcohol"), LAW))


def test_wrapped_and_labelled_charcuterie_from_a_shop_passes() -> None:
    """A shop gives its animal produce wrapped and labelled."""
    assert check_animal_origin(line("charcuterie", prepacked=True, labelled=True), BUTCHER, LAW) == []


@pytest.mark.parametrize("activity", ["bakery", "butcher", "cheese", "restaurant", "wholesaler", "other", "unheard-of"])
def test_unwrapped_charcuterie_from_a_shop_is_refused(activity: str) -> None:
    """Unwrapped, or wrapped without a label, it is refused, and so is a donor of a kind nobody foresaw."""
    for prepacked, labelled in ((False, False), (False, True), (True, False)):
        facts = line("charcuterie", prepacked=prepacked, labelled=labelled)
        [verdict] = check_animal_origin(facts, DonorFacts(activity=activity), LAW)
        assert (verdict.code, verdict.severity) == ("animal_origin.prepacked_only", Severity.FORBIDDEN)


def test_loose_shell_eggs_from_a_farm_pass() -> None:
    """Eggs in shell need no closed pack."""
    assert check_animal_origin(line("eggs", prepacked=False), FARM, LAW) == []


def test_unwrapped_farm_cheese_is_refused() -> None:
    """Other farm animal produce is wrapped and labelled like a shop's."""
    [verdict] = check_animal_origin(line("cheese", prepacked=False), FARM, LAW)
    assert (verdict.code, verdict.severity) == ("animal_origin.farm", Severity.FORBIDDEN)


def test_labelled_catering_tray_passes() -> None:
    """A school kitchen's tray goes with its label, without being prepacked."""
    facts = line("catering-tray", prepacked=False, labelled=True)
    assert check_animal_origin(facts, DonorFacts(activity="catering"), LAW) == []


def test_unlabelled_catering_tray_needs_its_label() -> None:
    """Without the label it waits for one."""
    [verdict] = check_animal_origin(line("catering-tray"), DonorFacts(activity="catering"), LAW)
    assert (verdict.code, verdict.severity) == ("animal_origin.catering", Severity.DEROGATION)


def test_wrapped_goods_from_an_approved_plant_are_silent() -> None:
    """An approved plant's finished goods need no reminder."""
    assert check_animal_origin(line("cheese"), DonorFacts(activity="industry"), LAW) == []


def test_unwrapped_goods_from_an_approved_plant_recall_its_plan() -> None:
    """Unfinished goods are allowed if the plant's own food-safety plan says so."""
    [verdict] = check_animal_origin(line("cheese", prepacked=False), DonorFacts(activity="industry"), LAW)
    assert (verdict.code, verdict.severity) == ("animal_origin.approved_plant", Severity.WARNING)


def test_wrapped_croissants_are_silent() -> None:
    """Butter baked in and wrapped calls for nothing."""
    assert check_animal_origin(line("viennoiserie", prepacked=True), BUTCHER, LAW) == []


def test_unwrapped_croissants_ask_for_a_closed_container() -> None:
    """Unwrapped croissants travel closed, with their allergens: told, never refused."""
    [verdict] = check_animal_origin(line("viennoiserie"), BUTCHER, LAW)
    assert (verdict.code, verdict.severity) == ("animal_origin.ingredient", Severity.WARNING)


def test_the_older_order_applied_before_2021() -> None:
    """A gift of 10 January 2021 is judged by the order of 2020, one of the 11th by that of 2021."""
    facts = line("charcuterie", prepacked=False)
    for day, text in ((date(2021, 1, 10), "arrêté du 19 mai 2020"), (date(2021, 1, 11), "arrêté du 7 janvier 2021")):
        [verdict] = check_animal_origin(facts, BUTCHER, law(day))
        assert text in verdict.text()


def test_a_labelled_product_passes() -> None:
    """A pack with its label, or whose missing words the maker sent, passes."""
    assert check_label(line("pasta-rice"), LAW) == []
    assert check_label(line("pasta-rice", labelled=False, missing_words_supplied=True), LAW) == []


def test_a_prepacked_product_without_label_needs_the_missing_words() -> None:
    """A pack without label needs the maker's words."""
    [verdict] = check_label(line("pasta-rice", labelled=False), LAW)
    assert (verdict.code, verdict.severity) == ("labelling.mandatory", Severity.DEROGATION)


def test_declared_allergens_are_silent() -> None:
    """With all 14 declared there is nothing to say, and soap has none to declare."""
    assert check_label(line("bread"), LAW) == []
    assert check_label(line("body-care", allergens={}), LAW) == []


def test_unknown_allergens_stay_visible() -> None:
    """An allergen nobody declared is counted as unknown, never as absent."""
    allergens = {**DECLARED, "milk": AllergenState.UNKNOWN}
    del allergens["lupin"]
    facts = line("bread", allergens=allergens)
    assert unknown_allergens(facts, LAW) == {"milk", "lupin"}
    [verdict] = check_label(facts, LAW)
    assert verdict.severity is Severity.WARNING
    assert "2 sur 14" in verdict.text()


def test_a_colder_class_is_accepted() -> None:
    """Yoghurts kept at +4 °C, and bread kept cold, are fine."""
    assert check_class(line("yoghurt", temperature=TemperatureClass.FRAIS_4), LAW) == []
    assert check_class(line("bread", temperature=TemperatureClass.FRAIS_8), LAW) == []
    # Two classes with the same maximum are as good as each other.
    assert check_class(line("fish", temperature=TemperatureClass.HACHE_2), LAW) == []


@pytest.mark.parametrize(
    ("slug", "klass"),
    [
        ("poultry", TemperatureClass.FRAIS_8),
        ("yoghurt", TemperatureClass.AMBIANT),
        ("ice-cream", TemperatureClass.CONGELE),
        ("bread", TemperatureClass.CHAUD_63),
    ],
)
def test_a_warmer_class_is_refused(slug: str, klass: TemperatureClass) -> None:
    """A product is not declared warmer than its own class."""
    [verdict] = check_class(line(slug, temperature=klass), LAW)
    assert (verdict.code, verdict.severity) == ("temperature.class", Severity.FORBIDDEN)


def test_one_gram_is_a_weight() -> None:
    """One gram is little, but something."""
    assert check_weight(line("bread", grams=1), LAW) == []


@pytest.mark.parametrize("grams", [0, -1])
def test_nothing_is_not_a_weight(grams: int) -> None:
    """Zero and less are refused."""
    assert [verdict.code for verdict in check_weight(line("bread", grams=grams), LAW)] == ["weight.positive"]


def test_the_heaviest_line_passes() -> None:
    """30 tonnes is a lorry."""
    assert check_weight(line("root-vegetables", grams=30_000_000), LAW) == []


def test_a_heavier_line_is_taken_for_a_typing_error() -> None:
    """A gram more is a mistake."""
    assert forbidden(check_weight(line("root-vegetables", grams=30_000_001), LAW))


def test_a_signed_donor_is_silent() -> None:
    """A donor with its agreement hears nothing, and a farm needs a charter only."""
    assert check_donor(BUTCHER, LAW) == []
    assert check_donor(FARM, LAW) == []


def test_an_unsigned_donor_is_reminded() -> None:
    """A shop without agreement is told, whatever its size, and may post."""
    [verdict] = check_donor(DonorFacts(activity="bakery"), LAW)
    assert (verdict.code, verdict.severity) == ("agreement.convention", Severity.WARNING)


def test_small_shops_owe_no_quality_plan() -> None:
    """A shop of exactly 400 m² owes no quality plan."""
    assert check_donor(DonorFacts(activity="supermarket", agreement_signed=True, surface_m2=400), LAW) == []


def test_large_shops_without_quality_plan_are_reminded() -> None:
    """From 401 m² it does."""
    large = DonorFacts(activity="supermarket", agreement_signed=True, surface_m2=401)
    [verdict] = check_donor(large, LAW)
    assert (verdict.code, verdict.severity) == ("quality_plan.required", Severity.WARNING)


def test_a_bakers_evening_bread_has_nothing_against_it() -> None:
    """The commonest gift of all, bread of the day, passes every rule at once."""
    facts = line("bread", day=PICKUP.date())
    assert check_line(facts, DonorFacts(activity="bakery", agreement_signed=True), LAW, PICKUP, "Europe/Paris") == []


def test_all_that_is_wrong_is_said_at_once() -> None:
    """A line with several faults hears of all of them."""
    facts = line("charcuterie", grams=0, day=date(2026, 11, 19), prepacked=False, exclusions=frozenset({"damaged"}))
    codes = {verdict.code for verdict in check_line(facts, BUTCHER, LAW, PICKUP, "Europe/Paris")}
    assert {"weight.positive", "dlc.passed", "exclusion.damaged", "animal_origin.prepacked_only"} <= codes
