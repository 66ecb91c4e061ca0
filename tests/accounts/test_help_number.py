"""Somebody to call, on every screen."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from config.regions import load_region_config
from tests.people import Make


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/register", "/offline", "/waiting", "/accessibility", "/nulle-part"]
)
def test_visitors_see_whom_to_call(path: str, client: TestClient) -> None:
    """Signed in or not, with a network or not, on a page or on an address that is nobody's."""
    phone = load_region_config("pays-de-la-loire").help.phone
    assert f'href="tel:{phone}"' in client.get(path).text


@pytest.mark.parametrize("path", ["/give", "/lots/new", "/lots/999999", "/dispatch"])
def test_a_refusal_says_it_too(path: str, sign_in: Callable[[int], TestClient], make: Make) -> None:
    """Also on what is refused, as people read a number."""
    page = sign_in(make.donor().person.key).get(path).text
    assert 'href="tel:+33261910001"' in page
    assert "02\u00a061\u00a091\u00a000\u00a001" in page or "02\u202f61\u202f91\u202f00\u202f01" in page
