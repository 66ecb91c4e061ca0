"""Translations: French is the language the texts are written in, English is read from each room's `locale/en.po`."""

import gettext as gnu
import io
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = ("fr", "en")
DEFAULT_LOCALE = "fr"
ROOT = Path(__file__).resolve().parents[2]


def N_(message: str) -> str:
    """Mark a text for translation where the reader's language is not known yet."""
    return message


def catalogue_files(locale: str) -> list[Path]:
    """Every room's own catalogue for a language, in a stable order."""
    return sorted(ROOT.glob(f"service/**/locale/{locale}.po")) + sorted(ROOT.glob(f"config/locale/{locale}.po"))


@lru_cache
def translations(locale: str) -> gnu.NullTranslations:
    """All rooms' texts in one language; French needs none, since it is the source."""
    if locale == DEFAULT_LOCALE or locale not in LOCALES:
        return gnu.NullTranslations()
    merged = Catalog(locale=locale)
    for path in catalogue_files(locale):
        with path.open("rb") as file:
            for message in read_po(file, locale=locale):
                if message.id and message.string and message.id not in merged:
                    merged.add(message.id, message.string)
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)


def gettext(message: str, locale: str = DEFAULT_LOCALE, **params: object) -> str:
    """The text in the reader's language, its `%(name)s` places filled."""
    text = translations(locale).gettext(message)
    return text % params if params else text


def ngettext(singular: str, plural: str, count: int, locale: str = DEFAULT_LOCALE, **params: object) -> str:
    """The text for a count. French counts zero as singular ("0 lot"), English as plural."""
    if locale == DEFAULT_LOCALE:
        text = singular if abs(count) < 2 else plural
    else:
        text = translations(locale).ngettext(singular, plural, count)
    return text % {"count": count, **params}
