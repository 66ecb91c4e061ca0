"""Registers of products: the same contract with and without a network, and nothing they say breaks a form."""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

import pytest

from config.products import FILE, our_category, parse_tags
from service.clients.products.openfoodfacts import OpenFoodFacts
from service.clients.products.port import ProductFacts, Products
from service.clients.products.remembered import RememberedProducts
from service.clients.products.shelf import INVENTED, ShelfProducts
from tests.clients.conftest import served

GTIN, NOBODYS = "9521101530018", "9521101539998"
PATIENCE_S = 30.0
CARD = {
    "product_name_fr": "Yaourt  nature\n",
    "product_name": "Plain yogurt",
    "product_quantity": "500",
    "product_quantity_unit": "g",
    "categories_tags": ["en:dairies", "en:fermented-foods", "en:yogurts"],
    "allergens_tags": ["en:milk", "fr:autre-chose"],
    "traces_tags": ["en:milk", "en:nuts"],
    "conservation_conditions_fr": "À conserver entre 2 et 6 °C.",
}


@dataclass
class Register:
    """The open register on this machine: what it answers, and what it was asked."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    held: threading.Event | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answers(self, **card: Any) -> None:
        self.body = {"code": GTIN, "status": 1, "product": {**CARD, **card}}


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        register: Register = self.server.register
        register.asked.append((self.path, self.headers["user-agent"]))
        if register.held is not None:
            register.held.wait(PATIENCE_S)
        known = GTIN in self.path
        body = register.body if isinstance(register.body, bytes) else json.dumps(register.body).encode()
        with suppress(ConnectionError):
            self.send_response(register.status if known else 404)
            for name, value in register.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output quiet."""


@pytest.fixture
def register() -> Iterator[Register]:
    memory = Register()
    memory.answers()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.register = memory  # type: ignore[attr-defined]  # the handler reads it back
        memory.url = f"http://127.0.0.1:{server.server_address[1]}"
        with served(server):
            yield memory


def client_of(register: Register, **options: Any) -> OpenFoodFacts:
    return OpenFoodFacts(url=register.url, contact="essai@example.org", **{"timeout": PATIENCE_S, **options})


@pytest.fixture(params=["shelf", "open", "remembered"])
def products(request: pytest.FixtureRequest) -> Products:
    if request.param == "shelf":
        return ShelfProducts()
    found = client_of(request.getfixturevalue("register"))
    return found if request.param == "open" else RememberedProducts(found)


def test_any_register_knows_its_products(products: Products) -> None:
    """A product has a name, and what else is known is in our own words."""
    facts = products.find(GTIN)
    assert facts is not None
    assert facts.name.startswith("Yaourt nature")
    assert (facts.gtin, facts.category, facts.unit_grams, facts.contains) == (GTIN, "yoghurt", 500, ("milk",))
    assert facts.source


def test_any_register_admits_what_it_does_not_know(products: Products) -> None:
    """No facts, and no error."""
    assert products.find(NOBODYS) is None


def test_the_card_is_read_as_a_whole(register: Register) -> None:
    """One line of name, traces without what is contained, the label's words on storage; and who asks is said."""
    facts = client_of(register).find(GTIN)
    assert facts == ProductFacts(
        GTIN,
        "Yaourt nature",
        "yoghurt",
        500,
        ("milk",),
        ("nuts",),
        "À conserver entre 2 et 6 °C.",
        "Open Food Facts",
    )
    ((path, agent),) = register.asked
    assert path.startswith(f"/api/v2/product/{GTIN}.json?fields=")
    assert agent == "Glane (essai@example.org)"


@pytest.mark.parametrize(
    ("card", "grams"),
    [
        ({"product_quantity": "beaucoup"}, None),
        ({"product_quantity": None}, None),
        ({"product_quantity": -5}, None),
        ({"product_quantity": 1e12}, None),
        ({"product_quantity": "nan"}, None),
        ({"product_quantity": 12, "product_quantity_unit": "oz"}, None),
        ({"product_quantity": 330, "product_quantity_unit": "ml"}, 330),
    ],
)
def test_a_weight_that_is_none_is_left_out(card: dict[str, Any], grams: int | None, register: Register) -> None:
    """The rest of the card stays good."""
    register.answers(**card)
    facts = client_of(register).find(GTIN)
    assert facts is not None
    assert facts.unit_grams == grams


@pytest.mark.parametrize(
    "body",
    [b"<html>panne</html>", b"", b"[]", b"null", b"\xff", b'{"status": 0}', b'{"status": 1, "product": {}}',
     b'{"status": 1, "product": {"product_name": {"fr": 1}}}', b'{"status": 1, "product": {"categories_tags": 3}}'],
)  # fmt: skip
def test_an_answer_that_is_no_answer(body: bytes, register: Register) -> None:
    """Whatever comes back, the donor goes on by hand."""
    register.body = body
    assert client_of(register).find(GTIN) is None


@pytest.mark.parametrize("status", [403, 429, 500, 301])
def test_after_a_failure_the_register_rests(status: int, register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing register is asked once, left alone as long as it asks for, then asked again."""
    clock = [1000.0]
    monkeypatch.setattr("service.clients.products.openfoodfacts.monotonic", lambda: clock[0])
    register.status, register.headers = status, {"Retry-After": "90", "Location": "/ailleurs"}
    found = client_of(register, rest=60.0)
    assert [found.find(GTIN) for _ in range(3)] == [None] * 3
    assert len(register.asked) == 1
    register.status = 200
    clock[0] += 89.0
    assert found.find(GTIN) is None
    clock[0] += 2.0
    assert found.find(GTIN) is not None


def test_a_slow_register_is_not_waited_for(register: Register) -> None:
    """The donor gets the form back within the time allowed; without a network at once."""
    register.held = threading.Event()
    began = monotonic()
    assert client_of(register, timeout=0.2).find(GTIN) is None
    assert monotonic() - began < PATIENCE_S
    register.held.set()
    assert OpenFoodFacts(url="http://127.0.0.1:9", contact="x").find(GTIN) is None


def test_an_endless_answer_is_cut(register: Register) -> None:
    """A card is short: megabytes are no card."""
    register.answers(product_name_fr="a" * 1_000_000)
    assert client_of(register).find(GTIN) is None


def test_nothing_but_digits_goes_into_an_address() -> None:
    """Whoever calls checked the number before."""
    with pytest.raises(ValueError):
        OpenFoodFacts(url="http://127.0.0.1:9", contact="x").find("../../user")


def test_a_box_of_forty_packs_is_one_question(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known products are remembered for a day, unknown ones for minutes; the oldest are forgotten."""
    clock = [0.0]
    monkeypatch.setattr("service.clients.products.remembered.monotonic", lambda: clock[0])
    products = RememberedProducts(client_of(register), most=2)
    for _ in range(40):
        assert products.find(GTIN) is not None
    assert len(register.asked) == 1
    for gtin in (NOBODYS, "96385074", NOBODYS):
        assert products.find(gtin) is None
    assert len(register.asked) == 3
    assert products.find(GTIN) is not None
    assert len(register.asked) == 4
    clock[0] += 90_000
    assert products.find(GTIN) is not None
    assert len(register.asked) == 5


def test_narrow_kinds_win_over_wide_ones() -> None:
    """Frozen pizza is frozen food; what meets nothing has no category."""
    assert our_category(["en:meals", "en:pizzas", "en:frozen-foods"]) == "frozen-meals"
    assert our_category(["en:vegetables", "en:frozen-foods"]) == "frozen-vegetables"
    assert our_category(["en:pizzas"]) == "quiche-pizza"
    assert our_category(["en:fresh-pasta"]) is None
    assert our_category([]) is None


@pytest.mark.parametrize(("old", "new"), [('category = "soda"', 'category = "lava"'), ('= "milk"', '= "lava"')])
def test_the_table_names_what_exists(old: str, new: str) -> None:
    """A category or an allergen that the catalogue does not have is refused."""
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ValueError):
        parse_tags(text.replace(old, new))


def test_invented_products_keep_the_demonstrations_prefix() -> None:
    """No real pack is ever taken for one of them."""
    assert all(product.gtin.startswith("952") for product in INVENTED)
