"""Words on a screen: French typography, and texts made comparable."""

import re
import unicodedata

NARROW = "\u202f"
NO_BREAK = "\u00a0"


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
    text = re.sub(r"(\d) ((?:h|kg|g|km|m|min|L)\b|[€%])", r"\1" + NO_BREAK + r"\2", text)
    return re.sub(rf"(\d{NO_BREAK}h) (\d\d)\b", r"\1" + NO_BREAK + r"\2", text)
