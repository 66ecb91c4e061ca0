"""What food is called in a text message: each name means one category of the catalogue, or is not understood.

Only food whose date is the day it was made or harvested can be given so: a date of expiry must be read from a label.
"""

from collections.abc import Iterable

WORDS_BETWEEN = frozenset(
    ("de", "du", "des", "d", "la", "le", "les", "l", "au", "aux", "a", "et", "avant", "jusqu", "pour", "ce", "soir")
)
_NAMES = {
    "bread": ("pain", "baguette", "pain baguette"),
    "viennoiserie": ("viennoiserie", "croissant", "pain chocolat", "croissant pain chocolat", "brioche"),
    "bread-mixed": ("pain viennoiserie", "pain croissant", "baguette croissant"),
    "fruit-veg-mixed": ("fruit legume",),
    "fruit": ("fruit", "pomme", "poire", "orange", "banane", "clementine", "kiwi", "raisin"),
    "fragile-fruit": ("fraise", "framboise", "peche", "abricot", "cerise", "fruit rouge"),
    "vegetables": ("legume", "tomate", "courgette", "poireau", "concombre", "chou", "haricot vert", "aubergine"),
    "fragile-vegetables": ("salade", "epinard", "laitue", "herbe"),
    "root-vegetables": ("pomme terre", "patate", "carotte", "courge", "navet", "betterave", "oignon"),
}
_CATEGORIES = {frozenset(name.split()): slug for slug, names in _NAMES.items() for name in names}


def category_named(words: Iterable[str]) -> str | None:
    """The one category these words name together; None when they name none."""
    return _CATEGORIES.get(frozenset(_singular(word) for word in words))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word
