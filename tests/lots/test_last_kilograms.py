"""Two charities are never given the same kilogram."""

import threading

from service.lots.errors import LotAlreadyTaken, LotNotOpen
from service.lots.models import Share
from tests.lots.conftest import Shop, line_in


def test_sixteen_at_once_on_the_last_ten_kilograms(shop: Shop) -> None:
    """Sixteen charities ask for two kilograms of the last ten at the same moment: five get them, eleven are told."""
    lot = shop.post(line_in(grams=10_000))
    ready = threading.Barrier(16)
    won: list[Share] = []
    told: list[int] = []

    def ask(number: int) -> None:
        ready.wait()
        try:
            won.extend(shop.reserve(lot.key, 2000, charity=number % 2, claim_id=number))
        except (LotAlreadyTaken, LotNotOpen) as refusal:
            told.append(refusal.status)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(share.grams for share in won) == 10_000
    assert told == [409] * 11
    assert (shop.lines(lot.key)[0].free_grams, shop.lot(lot.key).state) == (0, "allocated")
    assert sum(share.grams for share in shop.shares(lot.key)) == 10_000
    shop.balance(lot.key)
