"""The twin that needs no network: a few invented products, numbered as GS1 keeps for demonstrations (prefix 952)."""

from service.clients.products.port import ProductFacts

SOURCE = "Glane"
INVENTED = (
    ProductFacts(
        "9521101530018",
        "Yaourt nature, 4 pots",
        "yoghurt",
        500,
        contains=("milk",),
        storage="À conserver entre 2 et 6 °C",
        source=SOURCE,
    ),
    ProductFacts(
        "9521101530025",
        "Biscuits au beurre",
        "biscuits",
        200,
        contains=("gluten", "milk"),
        may=("eggs", "nuts"),
        storage="À conserver à l'abri de la chaleur et de l'humidité",
        source=SOURCE,
    ),
    ProductFacts("9521101530032", "Coquillettes", "pasta-rice", 500, contains=("gluten",), source=SOURCE),
)


class ShelfProducts:
    """Knows what stands on its shelf."""

    def __init__(self, products: tuple[ProductFacts, ...] = INVENTED) -> None:
        self._shelf = {product.gtin: product for product in products}

    def find(self, gtin: str) -> ProductFacts | None:
        """See Products."""
        return self._shelf.get(gtin)
