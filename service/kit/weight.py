"""Weights are whole grams inside, kilograms with a decimal comma outside."""

import re
from decimal import Decimal

from babel.numbers import format_decimal

from service.kit.i18n import N_
from service.kit.refusals import Refusal

GRAMS = 1000
MOST_KG = 30_000
# Plain figures only: "1e3" or "1_0" is a slip, not a ton or ten kilograms.
TYPED = re.compile(r"\d{1,9}(\.\d{0,9})?|\.\d{1,9}")


class WeightUnreadable(Refusal):
    status = 422
    code = "weight-unreadable"
    message = N_("Indiquez un poids en kilogrammes, par exemple 2,5.")


def parse_kg(text: str) -> int:
    """Grams of a weight typed by a person: "2,5", "2.5 kg", "1 250,5". Refuses negatives, zero and nonsense."""
    cleaned = re.sub(r"(?i)\s|kg|\u202f|\u00a0", "", text).replace(",", ".")
    if not TYPED.fullmatch(cleaned):
        raise WeightUnreadable()
    grams = Decimal(cleaned) * GRAMS
    if not 1 <= grams <= MOST_KG * GRAMS:
        raise WeightUnreadable()
    return int(grams.to_integral_value())


def show_kg(grams: int, locale: str = "fr") -> str:
    """ "1 250,5 kg": at most one decimal from 10 kg up, two below."""
    pattern = "#,##0.##" if abs(grams) < 10 * GRAMS else "#,##0.#"
    return f"{format_decimal(Decimal(grams) / GRAMS, format=pattern, locale=locale)}\u00a0kg"
