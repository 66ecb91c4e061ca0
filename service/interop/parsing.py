"""What a text message asks for. Every word must be understood, or nothing is: a doubt is for a person, not a guess."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from service.interop.foods import WORDS_BETWEEN, category_named


class Asked(StrEnum):
    YES = "yes"
    NO = "no"
    GIVE = "give"
    CANCEL = "cancel"
    STOP = "stop"
    HELP = "help"
    # Answers to "combien ce soir ?".
    WEIGHT = "weight"
    USUAL = "usual"
    NOTHING = "nothing"
    UNCLEAR = "unclear"


class Doubt(StrEnum):
    """Why somebody is called back."""

    UNREADABLE = "unreadable"
    NO_LOT = "no_lot"
    LOT_UNKNOWN = "lot_unknown"
    FOOD = "food"
    WEIGHT = "weight"
    HOUR = "hour"
    HOUR_PAST = "hour_past"
    NUMBER_UNKNOWN = "number_unknown"
    NUMBER_UNPROVED = "number_unproved"
    SEVERAL_SITES = "several_sites"
    NOT_THEIRS = "not_theirs"
    REFUSED = "refused"
    NOTHING_TO_CANCEL = "nothing_to_cancel"
    ACTED_UPON = "acted_upon"
    TOO_MANY = "too_many"
    NO_QUESTION = "no_question"
    SEVERAL_QUESTIONS = "several_questions"
    FAR_MORE = "far_more"


@dataclass(frozen=True)
class Read:
    """What was understood. `minute`: until when, in minutes after midnight; `fetch`: the charity comes for it."""

    asked: Asked
    doubt: Doubt | None = None
    lot: int | None = None
    grams: int | None = None
    category: str | None = None
    minute: int | None = None
    yesterday: bool = False
    fetch: bool = False


MOST_LETTERS = 1000
MOST_GRAMS = 1_000_000
WEIGHT = re.compile(r"(?<![\d.,-])(\d{1,4}(?:[.,]\d{1,3})?)\s*(kg|kgs|kilos?|kilogrammes?|g|gr|grammes?)(?![a-z])")
HOUR = re.compile(r"(?<![\d.,-])(\d{1,2})\s*(?:h|heures?|:)\s*(\d{2}(?![\da-z]))?(?!\d)")
NUMBER_OF = re.compile(r"\b(?:n|no|num|numero|lot)[.°]?\s*(?=\d)")
TOKEN = re.compile(r"[a-z]+|\d+(?:[.,]\d+)*")
COMMANDS = {
    **dict.fromkeys(("oui", "yes"), Asked.YES),
    **dict.fromkeys(("non",), Asked.NO),
    **dict.fromkeys(("don", "donne", "donner", "donnons"), Asked.GIVE),
    **dict.fromkeys(("annuler", "annule", "annulez", "annulation"), Asked.CANCEL),
    **dict.fromkeys(("stop",), Asked.STOP),
    **dict.fromkeys(("aide", "help"), Asked.HELP),
    **dict.fromkeys(("habitude", "habituel", "pareil"), Asked.USUAL),
    **dict.fromkeys(("rien",), Asked.NOTHING),
}
POLITE = frozenset(
    ("bonjour", "bonsoir", "merci", "svp", "stp", "s", "il", "vous", "te", "plait", "madame", "monsieur")
)
FILLING = {
    Asked.YES: frozenset(("pour", "le", "lot", "je", "on", "nous", "prends", "prend", "prenons", "c", "est")),
    Asked.NO: frozenset(("pour", "le", "lot", "c", "est")),
    Asked.GIVE: frozenset(("je", "on", "nous")),
    Asked.CANCEL: frozenset(("mon", "le", "dernier", "don", "lot")),
    Asked.STOP: frozenset(("sms", "messages", "les")),
    Asked.HELP: frozenset(),
    Asked.USUAL: frozenset(("comme", "d", "l", "ce", "soir")),
    Asked.NOTHING: frozenset(("ce", "soir", "aujourd", "hui", "desole", "desolee")),
}
# Beside a bare weight ("environ 12 kg ce soir").
BESIDE_WEIGHT = frozenset(("environ", "ce", "soir", "aujourd", "hui"))
# A weight without its unit is in kilograms; one that reads like grams, or like a lot's number, is not guessed.
MOST_BARE_KG = 500
FETCHING = frozenset(("viens", "venons", "vient", "chercher"))


def folded(text: str) -> str:
    """Lower case without accents: "DON, 8,5KG Pâté" becomes "don, 8,5kg pate"."""
    spelled = unicodedata.normalize("NFKD", text[:MOST_LETTERS].replace("œ", "oe").replace("Œ", "oe"))
    return "".join(letter for letter in spelled if not unicodedata.combining(letter)).lower()


def read(text: str) -> Read:
    """What a text asks for. It never raises, whatever the text."""
    rest = folded(text)
    hours, weights = HOUR.findall(rest), WEIGHT.findall(rest)
    rest = WEIGHT.sub(" ", HOUR.sub(" ", rest))
    numbered = NUMBER_OF.search(rest) is not None
    rest = NUMBER_OF.sub(" ", rest)
    tokens = TOKEN.findall(rest)
    words = [token for token in tokens if token.isalpha()]
    numbers = [token for token in tokens if not token.isalpha()]
    # A sign, or a letter of another alphabet, may change the meaning of what stands beside it.
    foreign = re.sub(r"[a-z0-9\s.,;:!?'\"’()/°+_*&-]", "", rest)
    asked = _command(words, bool(weights or hours))
    if asked is None and not foreign and not numbered and not re.search(r"-\s*\d", rest):
        return _bare_weight(words, numbers, weights, hours)
    if asked is None or foreign or re.search(r"-\s*\d", rest):
        return Read(Asked.UNCLEAR, Doubt.UNREADABLE)
    left = [word for word in words if COMMANDS.get(word) != asked and word not in POLITE | FILLING[asked]]
    if asked is Asked.GIVE:
        return _gift(left, numbers, weights, hours)
    if asked is Asked.YES:
        fetch, left = bool(FETCHING & set(left)), [word for word in left if word not in FETCHING]
    else:
        fetch = False
    if left or weights or hours or len(numbers) > 1:
        return Read(asked, Doubt.UNREADABLE)
    lot = int(numbers[0]) if numbers and numbers[0].isdigit() and len(numbers[0]) < 10 else None
    if numbers and (not lot or asked in (Asked.STOP, Asked.HELP, Asked.USUAL, Asked.NOTHING)):
        return Read(asked, Doubt.UNREADABLE)
    if asked in (Asked.YES, Asked.NO) and lot is None:
        return Read(asked, Doubt.NO_LOT)
    return Read(asked, lot=lot, fetch=fetch)


def _command(words: list[str], measured: bool) -> Asked | None:
    """The one thing that is asked for; None when it is none or several."""
    named = {COMMANDS[word] for word in words if word in COMMANDS}
    if named == {Asked.CANCEL, Asked.GIVE} and not measured:
        return Asked.CANCEL
    return named.pop() if len(named) == 1 else None


def _bare_weight(
    words: list[str], numbers: list[str], weights: list[tuple[str, str]], hours: list[tuple[str, str]]
) -> Read:
    """A weight alone ("12", "12,5 kg"), or 0 for nothing; anything beside it makes it unclear."""
    beside = set(words) - POLITE - BESIDE_WEIGHT
    if beside or hours or len(numbers) + len(weights) != 1:
        return Read(Asked.UNCLEAR, Doubt.UNREADABLE)
    if weights:
        grams = _grams(*weights[0])
    elif re.fullmatch(r"\d{1,3}(?:[.,]\d{1,2})?", numbers[0]):
        grams = _grams(numbers[0], "kg")
        if grams > MOST_BARE_KG * 1000:
            return Read(Asked.WEIGHT, Doubt.WEIGHT)
    else:
        return Read(Asked.WEIGHT, Doubt.WEIGHT)
    if grams == 0:
        return Read(Asked.NOTHING)
    return Read(Asked.WEIGHT, grams=grams) if grams <= MOST_GRAMS else Read(Asked.WEIGHT, Doubt.WEIGHT)


def _grams(amount: str, unit: str) -> int:
    return round(float(amount.replace(",", ".")) * (1000 if unit.startswith("k") else 1))


def _gift(left: list[str], numbers: list[str], weights: list[tuple[str, str]], hours: list[tuple[str, str]]) -> Read:
    if len(weights) != 1 or numbers:
        return Read(Asked.GIVE, Doubt.WEIGHT)
    if len(hours) != 1:
        return Read(Asked.GIVE, Doubt.HOUR)
    amount, unit = weights[0]
    grams = _grams(amount, unit)
    if not 1 <= grams <= MOST_GRAMS:
        return Read(Asked.GIVE, Doubt.WEIGHT)
    hour, minutes = int(hours[0][0]), int(hours[0][1] or 0)
    if hour > 23 or minutes > 59:
        return Read(Asked.GIVE, Doubt.HOUR)
    days = [word for word in left if word in ("hier", "aujourd", "hui")]
    food = [word for word in left if word not in days and word not in WORDS_BETWEEN]
    category = category_named(food)
    if category is None or ("hier" in days and len(days) > 1):
        return Read(Asked.GIVE, Doubt.FOOD)
    return Read(Asked.GIVE, grams=grams, category=category, minute=hour * 60 + minutes, yesterday="hier" in days)
