"""Names and numbers of nobody: built from syllables, from ranges kept for fiction or never given out.

Surnames are put together from parts, so that no shop and no person is meant. Phone numbers are those the French
regulator keeps for works of fiction (02 61 91, 01 99 00; mobiles 06 39 98), SIREN begin with 000 and RNA with W000,
which no register gives out, and e-mail domains end in `.example`.
"""

import unicodedata
from collections.abc import Callable
from random import Random

from stdnum import luhn

from service.accounts.models import Activity

_BEGINNINGS = (
    "Abel", "Balu", "Brossa", "Cado", "Char", "Corvi", "Dari", "Delu", "Dorva", "Ferra", "Flori", "Gale", "Garo",
    "Herva", "Jalu", "Kerve", "Lami", "Leru", "Malo", "Mauri", "Nesti", "Ober", "Orva", "Pelu", "Perri", "Quino",
    "Rabu", "Rosti", "Sabi", "Salva", "Tali", "Tervi", "Tiru", "Urva", "Vali", "Verno", "Viru", "Yvo", "Zeli", "Bele",
)  # fmt: skip
_ENDINGS = (
    "bert", "cheau", "dain", "dière", "flin", "gnol", "lande", "lard", "mont", "nec", "nière", "quet", "rain", "reau",
    "ret", "rin", "ssier", "tard", "teau", "val", "vault", "vet", "zan", "zec",
)  # fmt: skip
_FIRST_NAMES = (
    "Adèle", "Aïcha", "Alain", "Amina", "Anaïs", "Antoine", "Awa", "Bruno", "Camille", "Chloé", "Claire", "Damien",
    "Denis", "Élise", "Émilie", "Erwan", "Fatou", "Florian", "Gaël", "Gilles", "Hélène", "Hugo", "Ibrahim", "Inès",
    "Jeanne", "Jules", "Karim", "Laure", "Léa", "Louis", "Lucie", "Malo", "Manon", "Marc", "Mehdi", "Mona", "Nadia",
    "Nils", "Noémie", "Odile", "Paul", "Pauline", "Rachid", "Rémi", "Rose", "Salomé", "Samir", "Sylvie", "Thomas",
    "Yann", "Yasmine", "Zoé",
)  # fmt: skip
_STREETS = (
    "rue des Tilleuls", "rue du Lavoir", "place du Vieux Puits", "rue des Glycines", "rue de la Fontaine",
    "avenue des Peupliers", "rue du Four à Pain", "chemin des Noisetiers", "rue des Écoliers", "quai des Mariniers",
    "rue de la Source", "place des Halles", "rue du Cadran", "boulevard des Cèdres", "rue des Jardiniers",
    "impasse du Verger", "rue du Bel Air", "rue des Alouettes", "allée des Saules", "rue du Pressoir",
)  # fmt: skip
_SHOPS: dict[Activity, tuple[str, ...]] = {
    Activity.BAKERY: ("Boulangerie {}", "Fournil {}", "Au pain {}", "Maison {}"),
    Activity.GREENGROCER: ("Primeur {}", "Le Panier {}", "Fruits et légumes {}"),
    Activity.MARKET_STALL: ("Étal {}", "Les Légumes {}"),
    Activity.SUPERMARKET: ("Supérette {}", "Épicerie {}", "Marché {}"),
    Activity.BUTCHER: ("Boucherie {}", "Charcuterie {}", "Traiteur {}"),
    Activity.CHEESE: ("Crèmerie {}", "Fromagerie {}"),
    Activity.RESTAURANT: ("Table {}", "Cantine {}", "Auberge {}"),
    Activity.FARM: ("Ferme {}", "Les Jardins {}", "EARL {}", "Vergers {}"),
    Activity.FISH: ("Poissonnerie {}", "La Marée {}"),
}
_CHARITIES = (
    "Le Panier {}", "Épicerie solidaire {}", "Table ouverte {}", "Entraide {}", "Le Garde-manger {}", "La Halte {}",
    "Accueil de jour {}", "Partage {}", "Les Provisions {}", "Cuisine commune {}", "Maraude {}", "Le Relais {}",
)  # fmt: skip
_QUARTERS = (
    "des Tilleuls", "du Pont-Levant", "de la Prairie", "des Marronniers", "du Grand Clos", "des Coteaux", "du Moulin",
    "de l'Étang", "des Quatre-Vents", "du Petit Port", "des Ormeaux", "de la Garenne",
)  # fmt: skip


class Invented:
    """Everything invented for one region: no name, number or address is given twice."""

    def __init__(self, random: Random, region: str) -> None:
        self._random = random
        self._landline = "+3326191" if region == "pays-de-la-loire" else "+3319900"
        self._names: set[str] = set()
        self._sirens = self._landlines = self._mobiles = self._rnas = self._emails = 0

    def surname(self) -> str:
        """A surname that is put together, not taken from anybody."""
        return self._random.choice(_BEGINNINGS) + self._random.choice(_ENDINGS)

    def person(self) -> str:
        """A first name and an invented surname."""
        return f"{self._random.choice(_FIRST_NAMES)} {self.surname()}"

    def shop(self, activity: Activity) -> str:
        """A donor's name, once in the region."""
        return self._once(lambda: self._random.choice(_SHOPS[activity]).format(self.surname()))

    def charity(self) -> str:
        """A charity's name, once in the region."""
        return self._once(lambda: self._random.choice(_CHARITIES).format(self.surname()))

    def public_body(self) -> str:
        """A municipal welfare centre's name, of an invented quarter."""
        return self._once(lambda: f"CCAS, antenne {self._random.choice(_QUARTERS)} {self.surname()}")

    def carrier(self) -> str:
        """A carrier's name."""
        return self._once(lambda: f"Tournées solidaires {self.surname()}")

    def street(self) -> str:
        """A number and a street."""
        return f"{self._random.randint(1, 89)} {self._random.choice(_STREETS)}"

    def siret(self) -> str:
        """A SIRET whose keys are right, of a SIREN no register has given out."""
        self._sirens += 1
        siren = f"000{self._sirens:05d}"
        siren += luhn.calc_check_digit(siren)
        return siren + f"0001{luhn.calc_check_digit(siren + '0001')}"

    def rna(self) -> str:
        """An association's number of a département that does not exist."""
        self._rnas += 1
        return f"W000{self._rnas:06d}"

    def landline(self) -> str:
        """A number that rings nowhere, E.164."""
        self._landlines += 1
        return f"{self._landline}{(self._landlines - 1) % 10_000:04d}"

    def mobile(self) -> str:
        """A mobile number that rings nowhere, E.164."""
        self._mobiles += 1
        assert self._mobiles <= 10_000, "the range kept for fiction has 10,000 numbers"
        return f"+3363998{self._mobiles - 1:04d}"

    def email(self, name: str) -> str:
        """An address under a domain that cannot exist."""
        self._emails += 1
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        words = "".join(letter if letter.isalnum() else " " for letter in plain).split()
        return f"{'.'.join(words)}.{self._emails}@demo.glane.example"

    def _once(self, make: Callable[[], str]) -> str:
        name = make()
        while name in self._names:
            name = make()
        self._names.add(name)
        return name
