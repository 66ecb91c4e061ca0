"""The words of a page as it is served: French spaced as French is, English without a word of French."""

import html
import re
from functools import lru_cache
from html.parser import HTMLParser

from babel.messages.pofile import read_po

from service.kit.i18n import catalogue_files

# Attributes that are read aloud, shown, or put on the page by a script.
READ = re.compile(r"^(alt|title|placeholder|aria-label|data-t-.+|data-late|data-queue)$")
ORDINARY = {
    "an ordinary space before ; : ! ? »": r" [;!?»]| :(?=\s|$)",
    "an ordinary space after «": r"« ",
    "no space before ; ! ?": r"[\wàâéèêëîïôûùç)][;!?](?=\s|$)",
    "an hour with a colon": r"(?<![\d:.])\b(?:[01]?\d|2[0-3]):[0-5]\d\b(?![:.\d])",
    "an ordinary space in an hour": r"\d h \d\d|\d h\d",
    "a decimal point": r"\b\d+\.\d+\s?(?:kg|km|h|min|%|€|°C)",
    "an ordinary space before a unit": r"\d (?:kg|km|min|%|€|°C)(?!\w)",
}
# What people and places are called, French sources that are cited by their titles.
NAMES = re.compile(
    r"Boulangerie des Halles|Épicerie solidaire de Nantes Nord|Le Panier de Rezé|Secours de Rezé|Pays de la Loire"
    r"|Défenseur des droits|Tournée du vendredi|La Table de Chantenay|Transports solidaires|rue de la Paix"
    r"|Source: .*(?:banques alimentaires|ADEME).*|^Région$|^Régulation$"
)
FRENCH = re.compile(
    r"\b(?:aucune?|votre|vos|vous|nous|jusqu'à|avec|pour|dans|est|les|des|une|sur|du|cette|sont|qui)\b", re.I
)


class Words(HTMLParser):
    """Every text a page shows or has read aloud; what is in another language on purpose is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found += [value for name, value in given.items() if READ.match(name)]
        if tag not in ("input", "img", "meta", "link", "br", "hr", "use", "path", "circle", "line", "rect"):
            away = tag in ("script", "style", "textarea", "code") or (tag != "html" and "lang" in given)
            self.open.append((tag, away))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(away for _tag, away in self.open):
            self.found.append(re.sub(r"[\n\t ]+", " ", data).strip(" "))


def words_of(page: str) -> list[str]:
    read = Words()
    read.feed(page)
    return [one for one in read.found if one]


@lru_cache
def french() -> frozenset[str]:
    """What the product says in French and says otherwise in English; texts with places to fill are left out."""
    found: dict[str, str] = {}
    for path in catalogue_files("en"):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id and isinstance(message.id, str) and message.string and "%" not in message.id:
                    found[message.id] = str(message.string)
    return frozenset(text for text, said in found.items() if said != text) - frozenset(found.values())


def misspelt(page: str, locale: str) -> list[str]:
    """What is wrong with the words of a page."""
    return [fault for text in words_of(page) for fault in (spacing(text) if locale == "fr" else left_in_french(text))]


def spacing(text: str) -> list[str]:
    """Narrow before ; ! ?, no break before : and within « », "18 h 30", "2,5 kg"."""
    return [f"{name}: {text[:120]}" for name, pattern in ORDINARY.items() if re.search(pattern, text)]


def left_in_french(text: str) -> list[str]:
    """A text of the catalogues in its French form, or one that nobody marked for translation."""
    plain = html.unescape(text).replace("\u00a0", " ").replace("\u202f", " ").strip()
    plain = NAMES.sub("", plain)
    return [f"in French: {plain[:120]}"] if plain in french() or FRENCH.search(plain) else []
