"""How papers write times, weights and phone numbers: always in French, which is their language."""

import unicodedata
from datetime import date, datetime
from decimal import Decimal

import phonenumbers
from babel.numbers import format_decimal

from service.kit.clock import local
from service.kit.days import written_day
from service.kit.text import NO_BREAK, french_spaces


def day(moment: date | datetime, zone: str) -> str:
    """ "vendredi 20 novembre 2026", and "1er" for the first of a month."""
    here = local(moment, zone).date() if isinstance(moment, datetime) else moment
    return written_day(here, "EEEE d MMMM y", "fr")


def short_day(moment: date | datetime, zone: str) -> str:
    """ "20/11/2026"."""
    here = local(moment, zone).date() if isinstance(moment, datetime) else moment
    return here.strftime("%d/%m/%Y")


def hour(moment: datetime, zone: str) -> str:
    """ "18 h 30"."""
    here = local(moment, zone)
    return f"{here.hour}{NO_BREAK}h{NO_BREAK}{here.minute:02d}"


def kilograms(grams: int | None) -> str:
    """ "12,5 kg", "1,042 kg": to the gram, so that lines add up to their total; nothing for what was not weighed."""
    if grams is None:
        return ""
    return (
        format_decimal(Decimal(grams) / 1000, format="#,##0.###", locale="fr").replace("\u202f", NO_BREAK)
        + f"{NO_BREAK}kg"
    )


def degrees(tenths: int | None) -> str:
    """Tenths of a degree as "+3,5 °C"; nothing for what was not measured."""
    if tenths is None:
        return ""
    sign = "−" if tenths < 0 else "+" if tenths > 0 else ""
    whole, rest = divmod(abs(tenths), 10)
    return f"{sign}{whole},{rest}{NO_BREAK}°C"


def phone(e164: str | None) -> str:
    """ "02 40 12 34 56" for a French number, the international form for another."""
    if not e164:
        return ""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    shape = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if number.country_code == 33
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, shape).replace(" ", NO_BREAK)


def siret(number: str | None) -> str:
    """ "732 829 320 00074"."""
    if not number or len(number) != 14:
        return number or ""
    return NO_BREAK.join((number[:3], number[3:6], number[6:9], number[9:]))


def plural(count: int, one: str, many: str) -> str:
    """ "1 ligne", "0 ligne", "3 lignes": French counts zero as one."""
    return f"{count}{NO_BREAK}{one if abs(count) < 2 else many}"


# Latin, Greek and Cyrillic letters with their marks, punctuation, money and the signs our papers use.
_DRAWN = (
    frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])) - {"\u00ad", "\u0149"}
    | frozenset(map(chr, [*range(0x391, 0x3CA), *range(0x410, 0x450)])) - {"\u03a2"}
    | frozenset("\n\u202f–—‘’‚“”„†•…‰‹›€™→←↑↓−≠≈≤≥○◐●")
)


def printable(text: str) -> str:
    """The text with what the paper's fonts cannot draw replaced: by its nearest letters where there are some, else ?.

    A remark with an emoji or a name in another script must never stop a hand-over.
    """
    text = unicodedata.normalize("NFC", text)
    return "".join(letter if letter in _DRAWN else _nearest(letter) for letter in text)


def _nearest(letter: str) -> str:
    if letter.isspace():
        return " "
    parts = unicodedata.normalize("NFKD", letter)
    kept = "".join(part for part in parts if part in _DRAWN)
    if kept:
        return kept
    # Marks, joiners and control characters have no width of their own; the rest was a letter or a picture.
    return "" if unicodedata.category(letter)[0] in "MC" else "?"


def said(text: str) -> str:
    """A text of a person or of ours, with the spaces and the apostrophes French wants."""
    return french_spaces(text).replace("'", "’").replace(" °C", f"{NO_BREAK}°C")
