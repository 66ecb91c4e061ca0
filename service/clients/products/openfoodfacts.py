"""Open Food Facts, the open register of food products (Open Database Licence), asked for one barcode at a time.

It asks its readers to say who they are, and answers 429 to whoever asks too much: after any failure it is left alone
for a while, so that a laptop without a network waits once and not at every pack.
"""

import json
from time import monotonic

import httpx2
import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config.products import our_allergens, our_category
from service.clients.products.port import ProductFacts

log = structlog.get_logger(__name__)

SOURCE = "Open Food Facts"
FIELDS = (
    "product_name_fr", "product_name", "product_quantity", "product_quantity_unit", "categories_tags",
    "allergens_tags", "traces_tags", "conservation_conditions_fr", "conservation_conditions",
)  # fmt: skip
MOST_BYTES = 200_000
MOST_GRAMS = 30_000
MOST_NAME, MOST_STORAGE = 120, 160
UNITS = {"g": 1.0, "ml": 1.0, "": 1.0}


class _Tags(BaseModel):
    model_config = ConfigDict(extra="ignore")
    product_name_fr: str | None = None
    product_name: str | None = None
    product_quantity: float | None = None
    product_quantity_unit: str | None = None
    categories_tags: list[str] = Field(default_factory=list)
    allergens_tags: list[str] = Field(default_factory=list)
    traces_tags: list[str] = Field(default_factory=list)
    conservation_conditions_fr: str | None = None
    conservation_conditions: str | None = None

    @field_validator("product_quantity", mode="before")
    @classmethod
    def _number_or_nothing(cls, value: object) -> float | None:
        """People type it: what is no number is left out, the rest of the card stays good."""
        try:
            return float(value) if isinstance(value, (int, float, str)) else None
        except ValueError:
            return None


class OpenFoodFacts:
    """Asks the service at `url`.

    `contact` says who asks; `timeout` seconds for the whole answer; `rest` seconds of silence after a failure, or as
    long as the service asks for.
    """

    def __init__(self, *, url: str, contact: str, timeout: float = 3.0, rest: float = 60.0) -> None:
        self._url = url.rstrip("/")
        self._agent = f"Glane ({contact})"
        self._timeout, self._rest = timeout, rest
        self._silent_until = 0.0

    def find(self, gtin: str) -> ProductFacts | None:
        """See Products."""
        if not (gtin.isascii() and gtin.isdigit()):
            raise ValueError("a GTIN is made of digits")
        if monotonic() < self._silent_until:
            return None
        try:
            status, headers, body = self._ask(gtin)
        except httpx2.HTTPError as problem:
            self._be_silent(self._rest, type(problem).__name__)
            return None
        if status == httpx2.codes.NOT_FOUND:
            return None
        if status != httpx2.codes.OK:
            asked = headers.get("retry-after", "")
            self._be_silent(max(self._rest, float(asked) if asked.isdigit() else 0.0), str(status))
            return None
        return self._read(gtin, body)

    def _ask(self, gtin: str) -> tuple[int, httpx2.Headers, bytes]:
        """Status, headers and body; the limit of time holds for all of it, not for each piece."""
        until, body = monotonic() + self._timeout, b""
        address = f"{self._url}/api/v2/product/{gtin}.json"
        # Redirects are not followed: the register is one address, which the settings name.
        with (
            httpx2.Client(timeout=self._timeout, headers={"User-Agent": self._agent}) as client,
            client.stream("GET", address, params={"fields": ",".join(FIELDS)}) as answer,
        ):
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > MOST_BYTES or monotonic() > until:
                    raise httpx2.ReadTimeout("too long or too slow an answer")
            return answer.status_code, answer.headers, body

    def _be_silent(self, seconds: float, reason: str) -> None:
        self._silent_until = monotonic() + seconds
        log.warning("register of products not answering", reason=reason, seconds=seconds)

    def _read(self, gtin: str, body: bytes) -> ProductFacts | None:
        try:
            said = json.loads(body)
            found = _Tags.model_validate(said["product"]) if said["status"] == 1 else None
        except (ValueError, ValidationError, LookupError, TypeError):
            log.warning("register of products answered in an unknown form")
            return None
        name = _plain((found.product_name_fr or found.product_name or "") if found else "", MOST_NAME)
        if found is None or not name:
            return None
        contains = our_allergens(found.allergens_tags)
        return ProductFacts(
            gtin=gtin,
            name=name,
            category=our_category(found.categories_tags),
            unit_grams=_grams(found.product_quantity, found.product_quantity_unit or ""),
            contains=contains,
            may=tuple(slug for slug in our_allergens(found.traces_tags) if slug not in contains),
            storage=_plain(found.conservation_conditions_fr or found.conservation_conditions or "", MOST_STORAGE),
            source=SOURCE,
        )


def _plain(text: str, most: int) -> str:
    """One line of printable text, cut where it is too long."""
    kept = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return kept if len(kept) <= most else kept[: most - 1].rstrip() + "…"


def _grams(quantity: float | None, unit: str) -> int | None:
    """Whole grams of one pack; None for what is no weight, or none of a pack."""
    factor = UNITS.get(unit.strip().lower())
    if quantity is None or factor is None or not 0.5 <= quantity * factor <= MOST_GRAMS:
        return None
    return round(quantity * factor)
