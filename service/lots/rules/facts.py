"""What the rules need to know of a line, a donor and a receiver; nothing of tables or forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from config.catalogue import AllergenState, Category, DateKind
from config.food_law import Band, TemperatureClass


@dataclass(frozen=True)
class Window:
    """A stretch of time, both ends aware; `end` comes after `start`."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window's ends carry a time zone")
        if self.end <= self.start:
            raise ValueError("a window ends after it starts")


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    """One line of a lot. `day` is the date of `date_kind`; an allergen that is not named is unknown.

    `exclusions` are what the donor declared or a person saw (damaged, swollen…), beside the category's own.
    `missing_words_supplied`: the maker sent what an incomplete label lacked.
    """

    category: Category
    grams: int
    date_kind: DateKind
    day: date | None
    temperature: TemperatureClass
    prepacked: bool
    labelled: bool
    allergens: Mapping[str, AllergenState] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    exclusions: frozenset[str] = frozenset()
    alcohol_percent: Decimal | None = None
    missing_words_supplied: bool = False

    @classmethod
    def of(
        cls,
        category: Category,
        *,
        grams: int,
        day: date | None = None,
        date_kind: DateKind | None = None,
        temperature: TemperatureClass | None = None,
        prepacked: bool | None = None,
        labelled: bool | None = None,
        allergens: Mapping[str, AllergenState] | None = None,
        tags: frozenset[str] | None = None,
        exclusions: frozenset[str] = frozenset(),
        alcohol_percent: Decimal | None = None,
        missing_words_supplied: bool = False,
    ) -> "LineFacts":
        """A line with the category's usual answers wherever the donor said nothing."""
        wrapped = category.prepacked if prepacked is None else prepacked
        return cls(
            category=category,
            grams=grams,
            date_kind=category.usual_date if date_kind is None else date_kind,
            day=day,
            temperature=category.temperature if temperature is None else temperature,
            prepacked=wrapped,
            labelled=wrapped if labelled is None else labelled,
            allergens=category.allergens if allergens is None else allergens,
            tags=category.tags if tags is None else tags,
            exclusions=exclusions,
            alcohol_percent=alcohol_percent,
            missing_words_supplied=missing_words_supplied,
        )

    @property
    def all_exclusions(self) -> frozenset[str]:
        """What keeps it from being given: the category's and what was declared."""
        return self.category.exclusions | self.exclusions

    @property
    def all_tags(self) -> frozenset[str]:
        """What a charity may not want; any declared alcohol counts as alcohol."""
        return self.tags | {"alcohol"} if self.alcohol_percent else self.tags


@dataclass(frozen=True, kw_only=True)
class DonorFacts:
    """A donor: `activity` as in accounts (bakery, farm, catering…), `surface_m2` of the shop when known."""

    activity: str
    agreement_signed: bool = False
    surface_m2: int | None = None
    quality_plan: bool = False


@dataclass(frozen=True, kw_only=True)
class ReceiverFacts:
    """A charity's site on the day. Empty sets and None mean "no limit stated"; weights are grams.

    `accepted_categories` holds category or heading slugs; `max_grams_by_category` and `received_today` too.
    `ddm_months` are the charity's own limits after the DDM, by shelf name (`ddm.after.<name>`).
    """

    public_body: bool = False
    habilitation_from: date | None = None
    habilitation_until: date | None = None
    accepted_categories: frozenset[str] = frozenset()
    bands: frozenset[Band] = frozenset({Band.AMBIENT})
    min_grams: int | None = None
    max_grams_day: int | None = None
    max_grams_by_category: Mapping[str, int] = field(default_factory=dict)
    received_today: Mapping[str, int] = field(default_factory=dict)
    exclusions: frozenset[str] = frozenset()
    reception_windows: tuple[Window, ...] = ()
    commits_to_quick_redistribution: bool = False
    next_distribution_end: datetime | None = None
    ddm_months: Mapping[str, int] = field(default_factory=dict)
    agreement_signed: bool = True
