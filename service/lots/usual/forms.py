"""A usual gift, and an answer about one of its dates, as they come in. Weights in grams, hours of the region."""

from datetime import time
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from config.catalogue import UnknownCategory, catalogue
from service.accounts.forms import Shape, in_words
from service.kit.i18n import N_
from service.kit.rhythm import rule_of
from service.lots.forms import Day, Grams, Key, Medium
from service.lots.usual.rules import can_be_usual

NO_RHYTHM = N_("Indiquez un rythme hebdomadaire, par exemple « FREQ=WEEKLY;BYDAY=MO,TH ».")
NOT_USUAL = N_("Choisissez un aliment sans étiquette à lire : sa date est celle du jour.")
END_FIRST = N_("La fin est avant le début.")
WINDOW_REVERSED = N_("La fin du créneau doit venir après son début.")
WINDOW_BEFORE_HOUR = N_("Le créneau finit une demi-heure au moins après l'heure de la question.")
NOT_AN_HOUR = N_("Indiquez une date ou une heure valable.")
NO_WEIGHT = N_("Indiquez le poids.")
# Which field of the form a check of the whole is about.
ABOUT = {END_FIRST: "ends_on", WINDOW_REVERSED: "closes_at", WINDOW_BEFORE_HOUR: "closes_at", NO_WEIGHT: "kg"}
LEAST_GRAMS = 100
LEAST_MINUTES = 30


def known_rhythm(text: str) -> str:
    """A weekly rule on named days, as it is kept."""
    found = rule_of(text)
    if found is None:
        raise in_words(NO_RHYTHM)
    return found


def usual_category(slug: str) -> str:
    """A category that can be posted without reading a label."""
    try:
        found = catalogue().category(slug)
    except UnknownCategory:
        raise in_words(NOT_USUAL) from None
    if found.retired or not can_be_usual(found):
        raise in_words(NOT_USUAL)
    return slug


def minute_of(hour: time) -> int:
    """Minutes after midnight."""
    return hour.hour * 60 + hour.minute


def hour_of_the_wall(hour: time) -> time:
    """An hour as the wall shows it: whole minutes, no time zone of its own."""
    if hour.tzinfo is not None or hour.second or hour.microsecond:
        raise in_words(NOT_AN_HOUR)
    return hour


Hour = Annotated[time, AfterValidator(hour_of_the_wall)]
Rrule = Annotated[str, Field(max_length=200), AfterValidator(known_rhythm)]


class UsualGiftIn(Shape):
    """What a place expects to have left, on which days, and when to ask about it."""

    site_id: Key | None = None
    rrule: Rrule
    starts_on: Day
    ends_on: Day | None = None
    ask_at: Hour = Field(description="when the question is asked")
    opens_at: Hour = Field(description="from when it may be picked up")
    closes_at: Hour = Field(description="until when it may be picked up")
    next_day: bool = Field(False, description="picked up on the day after the question")
    category: Annotated[str, Field(max_length=60), AfterValidator(usual_category)]
    description: Medium = ""
    usual_grams: Annotated[Grams, Field(ge=LEAST_GRAMS)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise in_words(END_FIRST)
        if self.closes_at <= self.opens_at:
            raise in_words(WINDOW_REVERSED)
        if not self.next_day and minute_of(self.closes_at) < minute_of(self.ask_at) + LEAST_MINUTES:
            raise in_words(WINDOW_BEFORE_HOUR)
        return self


class Said(StrEnum):
    USUAL = "usual"
    LESS = "less"
    MORE = "more"
    NOTHING = "nothing"
    WEIGHT = "weight"


class AnswerIn(Shape):
    """ "Comme d'habitude", "moins", "plus", "rien", or a weight of its own."""

    answer: Said
    grams: Grams | None = Field(None, description="with `weight`")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.answer is Said.WEIGHT) != (self.grams is not None):
            raise in_words(NO_WEIGHT)
        return self


class CancelledDayIn(Shape):
    """A date on which nothing is to be expected."""

    day: Day


class PauseIn(Shape):
    """Asks nothing any more; with `until`, asks again from that day on."""

    until: Day | None = None
