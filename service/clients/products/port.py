"""What the rest of the service may ask of a register of products."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ProductFacts:
    """What a register says of a packed product; nothing of it is sure, a label may say otherwise.

    `category` is a slug of our catalogue, None where none of ours fits; `unit_grams` the content of one pack in whole
    grams (a millilitre counts as one); `contains` and `may` are slugs of the 14 allergens; `storage` the label's own
    words; `source` is who says all this.
    """

    gtin: str
    name: str
    category: str | None = None
    unit_grams: int | None = None
    contains: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    storage: str = ""
    source: str = ""


class Products(Protocol):
    """Tells what a barcode stands for."""

    def find(self, gtin: str) -> ProductFacts | None:
        """The product of a GTIN (8 to 14 digits whose check digit is right); None when nothing is known of it.

        Never raises for lack of a network or for a strange answer: the reason is logged, and there are no facts. May
        take a few seconds: call it outside any transaction.
        """
        ...
