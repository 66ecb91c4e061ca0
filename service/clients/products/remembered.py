"""A register that is asked once a day for the same barcode: a box of forty packs is one question."""

from collections import OrderedDict
from threading import Lock
from time import monotonic

from service.clients.products.port import ProductFacts, Products

DAY_S = 86_400.0
# A product that nobody has described may be soon; and a register that did not answer says "unknown" as well.
UNKNOWN_S = 300.0
MOST_REMEMBERED = 2_000


class RememberedProducts:
    """Passes on to another register what it does not remember; forgets the oldest beyond `most` answers."""

    def __init__(
        self,
        register: Products,
        *,
        known_s: float = DAY_S,
        unknown_s: float = UNKNOWN_S,
        most: int = MOST_REMEMBERED,
    ) -> None:
        self.register = register
        self._known_s, self._unknown_s, self._most = known_s, unknown_s, most
        self._answers: OrderedDict[str, tuple[float, ProductFacts | None]] = OrderedDict()
        self._turn = Lock()

    def find(self, gtin: str) -> ProductFacts | None:
        """See Products."""
        with self._turn:
            said = self._answers.get(gtin)
        if said is not None and monotonic() < said[0]:
            return said[1]
        facts = self.register.find(gtin)
        with self._turn:
            self._answers[gtin] = (monotonic() + (self._unknown_s if facts is None else self._known_s), facts)
            self._answers.move_to_end(gtin)
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return facts
