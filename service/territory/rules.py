"""Comparing the names of places as people write them."""

import re

from service.kit.text import plain

# INSEE gives each arrondissement of these three cities a code of its own; the commune itself has another.
_ARRONDISSEMENTS = ((75101, 75120, "75056"), (69381, 69389, "69123"), (13201, 13216, "13055"))
_SHORT_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def comparable(name: str) -> str:
    """A place name made comparable: "ST-Herblain" and "Saint Herblain" both become "saint herblain"."""
    return " ".join(_SHORT_WORDS.get(word, word) for word in plain(name).split())


def city_of(line: str) -> str:
    """The comparable commune of the last line of an address: "NANTES CEDEX 2", "Paris 12e arrondissement"."""
    words = re.sub(r"\bcedex\b.*$", "", comparable(line))
    return re.sub(r"\s+\d{1,2}\s*(er?|e|eme|nd)?(\s+arrondissement)?$", "", words.strip()).strip()


def commune_code(insee: str) -> str:
    """The commune of an INSEE code: itself, or the whole city for an arrondissement of Paris, Lyon or Marseille."""
    if insee.isdigit():
        for first, last, city in _ARRONDISSEMENTS:
            if first <= int(insee) <= last:
                return city
    return insee
