"""What donors give, when and how much: the mix of the regional reference day. Pure: a random source in, a wish out."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from math import exp, log
from random import Random

from config.catalogue import DateKind, catalogue
from service.accounts.models import Activity
from service.lots.forms import LineIn

# Donors by kind, in hundredths, and the median kilograms of a posting.
SHARES: dict[Activity, int] = {
    Activity.BAKERY: 45,
    Activity.GREENGROCER: 8,
    Activity.MARKET_STALL: 4,
    Activity.SUPERMARKET: 18,
    Activity.BUTCHER: 8,
    Activity.CHEESE: 3,
    Activity.RESTAURANT: 4,
    Activity.FARM: 8,
    Activity.FISH: 2,
}
MEDIAN_GRAMS: dict[Activity, int] = {
    Activity.BAKERY: 6_000,
    Activity.GREENGROCER: 18_000,
    Activity.MARKET_STALL: 18_000,
    Activity.SUPERMARKET: 15_000,
    Activity.BUTCHER: 4_000,
    Activity.CHEESE: 3_000,
    Activity.RESTAURANT: 8_000,
    Activity.FARM: 110_000,
    Activity.FISH: 4_000,
}
SIGMA = 0.7
# Now and then a farm gives up to several times as much, more often from June to October.
PEAK, PEAK_IN_SEASON, PEAK_TIMES = 0.03, 0.10, (4.0, 9.0)
MOST_GRAMS = 1_500_000
# How many lots a posting donor makes: 1.8 on average.
LOTS = ((1, 45), (2, 35), (3, 15), (4, 5))


@dataclass(frozen=True)
class Moment:
    """When a kind of donor posts (local), and until when one may come: today, and tomorrow morning if it says so."""

    weight: int
    earliest: time
    latest: time
    until: time
    tomorrow: tuple[time, time] | None = None


MORNING = (time(7, 30), time(10))
MOMENTS: dict[Activity, tuple[Moment, ...]] = {
    Activity.BAKERY: (
        Moment(75, time(16, 45), time(19, 20), time(20, 0), MORNING),
        Moment(25, time(12, 10), time(13, 30), time(19, 30)),
    ),
    Activity.GREENGROCER: (
        Moment(60, time(17, 30), time(19, 0), time(19, 45), MORNING),
        Moment(40, time(9, 0), time(11, 30), time(18, 0)),
    ),
    Activity.MARKET_STALL: (Moment(1, time(12, 0), time(13, 15), time(15, 0)),),
    Activity.SUPERMARKET: (
        Moment(60, time(7, 45), time(10, 0), time(12, 30)),
        Moment(40, time(15, 30), time(18, 30), time(20, 0)),
    ),
    Activity.BUTCHER: (Moment(1, time(16, 30), time(18, 45), time(19, 30), MORNING),),
    Activity.CHEESE: (Moment(1, time(16, 30), time(18, 45), time(19, 30), MORNING),),
    Activity.RESTAURANT: (Moment(1, time(14, 15), time(15, 30), time(18, 0)),),
    Activity.FARM: (Moment(1, time(7, 30), time(11, 0), time(17, 30), (time(8), time(12))),),
    Activity.FISH: (Moment(1, time(12, 0), time(13, 30), time(18, 30)),),
}


@dataclass(frozen=True)
class Product:
    """A category, how often, and in how many days its date lies (made or harvested: so many days ago)."""

    category: str
    weight: int
    days: tuple[int, int] = (0, 0)
    words: tuple[str, ...] = ("",)


BAKERY_DAY = Product("bread", 50, words=("Baguettes et pains du jour", "Pain", "Pains spéciaux"))
MENUS: dict[Activity, tuple[Product, ...]] = {
    Activity.BAKERY: (
        BAKERY_DAY,
        Product("bread-mixed", 18, words=("Pain et viennoiserie",)),
        Product("viennoiserie", 10, words=("Croissants et brioches",)),
        Product("dry-pastry", 4, words=("Tartes aux fruits",)),
        Product("sandwich", 18, (1, 1), words=("Sandwichs emballés",)),
    ),
    Activity.GREENGROCER: (
        Product("fruit-veg-mixed", 40, words=("Fruits et légumes de saison",)),
        Product("fruit", 25, words=("Pommes et poires", "Oranges")),
        Product("fragile-vegetables", 15, words=("Salades",)),
        Product("fragile-fruit", 8),
        Product("root-vegetables", 12, words=("Carottes et navets",)),
    ),
    Activity.SUPERMARKET: (
        Product("yoghurt", 26, (2, 6), words=("Yaourts nature",)),
        Product("ready-meal", 14, (1, 4), words=("Plats individuels",)),
        Product("cut-vegetables", 6, (1, 2), words=("Salades en sachet",)),
        Product("fresh-milk", 6, (2, 5)),
        Product("frozen-vegetables", 12, (40, 300), words=("Légumes surgelés",)),
        Product("frozen-meals", 7, (30, 200)),
        Product("pasta-rice", 9, (20, 400), words=("Pâtes",)),
        Product("biscuits", 8, (-20, 90)),
        Product("fruit-veg-mixed", 12),
    ),
    Activity.BUTCHER: (
        Product("charcuterie", 40, (2, 7), words=("Jambon sous vide",)),
        Product("poultry", 30, (1, 4), words=("Cuisses de poulet",)),
        Product("ready-meal", 20, (1, 3), words=("Plats cuisinés",)),
        Product("frozen-meat-fish", 10, (60, 200)),
    ),
    Activity.CHEESE: (Product("cheese", 70, (4, 15), words=("Fromages emballés",)), Product("yoghurt", 30, (2, 7))),
    Activity.RESTAURANT: (
        Product("ready-meal", 55, (1, 3), words=("Plats préparés, barquettes",)),
        Product("fresh-soup", 20, (1, 3)),
        Product("bread", 25),
    ),
    Activity.FARM: (
        Product("vegetables", 40, (0, 1), words=("Poireaux et choux", "Courgettes")),
        Product("root-vegetables", 30, (0, 3), words=("Carottes hors calibre", "Pommes de terre")),
        Product("fruit", 20, (0, 1), words=("Pommes hors calibre",)),
        Product("yoghurt", 10, (5, 12), words=("Yaourts fermiers",)),
    ),
    Activity.FISH: (Product("fish", 70, (1, 2), words=("Filets sous vide",)), Product("smoked-fish", 30, (5, 12))),
}
MENUS[Activity.MARKET_STALL] = MENUS[Activity.GREENGROCER]


def activities(count: int) -> list[Activity]:
    """So many donors' kinds in the right shares, largest remainders first."""
    exact = {kind: count * share / 100 for kind, share in SHARES.items()}
    whole = {kind: int(value) for kind, value in exact.items()}
    by_rest = sorted(exact, key=lambda kind: (whole[kind] - exact[kind], kind))
    for kind in by_rest[: count - sum(whole.values())]:
        whole[kind] += 1
    return [kind for kind, number in whole.items() for _ in range(number)]


def how_many_lots(random: Random) -> int:
    """How many lots a donor makes of what it has."""
    return random.choices([count for count, _ in LOTS], [weight for _, weight in LOTS])[0]


def weight_of_posting(random: Random, activity: Activity, day: date) -> int:
    """Grams of everything a donor posts on a day: lognormal around its kind's median."""
    grams = exp(random.gauss(log(MEDIAN_GRAMS[activity]), SIGMA))
    if activity is Activity.FARM and random.random() < (PEAK_IN_SEASON if 6 <= day.month <= 10 else PEAK):
        grams *= random.uniform(*PEAK_TIMES)
    return int(min(max(grams, 800), MOST_GRAMS) // 100 * 100)


def moment_of(random: Random, activity: Activity) -> Moment:
    """When this donor posts today."""
    choices = MOMENTS[activity]
    return random.choices(choices, [choice.weight for choice in choices])[0]


def line_of(random: Random, activity: Activity, grams: int, day: date) -> LineIn:
    """A line of that weight, its date counted from the day it may first be picked up."""
    menu = MENUS[activity]
    product = random.choices(menu, [one.weight for one in menu])[0]
    category = catalogue().category(product.category)
    kind = category.usual_date
    days = random.randint(*product.days)
    dated = day - timedelta(days=days) if kind.is_production else day + timedelta(days=days)
    wrapped = category.prepacked or activity in (Activity.BUTCHER, Activity.RESTAURANT, Activity.FISH)
    return LineIn(
        category=product.category,
        description=random.choice(product.words),
        grams=max(500, grams),
        date_kind=kind,
        date=None if kind is DateKind.NONE else dated,
        prepacked=wrapped if product.category != "bread" else None,
        labelled=wrapped if product.category != "bread" else None,
        allergens_state="indicative",
    )
