"""Words on a screen: French typography, names written from right to left, and texts made comparable."""

import re
import unicodedata

NARROW = "\u202f"
NO_BREAK = "\u00a0"
# Letters of scripts that run from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko, those beyond the first plane.
RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
# Around a text whose direction is its own, so that numbers beside it stay where they are (Unicode's isolates).
ISOLATE, END_ISOLATE = "\u2068", "\u2069"


def plain(text: str) -> str:
    """Lower case without accents or punctuation, for searching: "L'Île-d'Yeu" becomes "l ile d yeu"."""
    folded = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae"))
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", letters.lower()).strip()


def french_spaces(text: str) -> str:
    """No-break spaces where French wants them: before ; ! ? narrow, before : and inside « » wide, "18 h 30"."""
    text = re.sub(r" ([;!?])", NARROW + r"\1", text)
    text = re.sub(r" :(?=\s|$)", NO_BREAK + ":", text)
    text = re.sub(r"« ", "«" + NO_BREAK, text)
    text = re.sub(r" »", NO_BREAK + "»", text)
    text = re.sub(r"(\d) ((?:h|kg|g|km|m|min|L)\b|[€%]|°C)", r"\1" + NO_BREAK + r"\2", text)
    return re.sub(rf"(\d{NO_BREAK}h) (\d\d)\b", r"\1" + NO_BREAK + r"\2", text)


def apart(text: str) -> str:
    """A name that runs from right to left, set apart: "اسم, 12 kg" keeps its weight after it. Others as they are."""
    if not re.search(RIGHT_TO_LEFT, text) or text.startswith(ISOLATE):
        return text
    return f"{ISOLATE}{text}{END_ISOLATE}"
