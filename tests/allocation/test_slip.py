"""The pickup slip: once the food has left, the same paper for both ends."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from service.allocation.actions import collecting
from tests.allocation.conftest import Stall
from tests.people import Make


def test_the_slip_is_issued_once_and_both_ends_read_it(
    stall: Stall, client: TestClient, sign_in: Callable[[int], TestClient]
) -> None:
    """Refused before anything left; then numbered, the same number again, a PDF for donor and charity."""
    claim = stall.claim(stall.post())
    browser = sign_in(stall.charity.person.key)
    early = browser.post(f"/claims/{claim.key}/slip")
    assert early.status_code == 409
    assert "quitté le donateur" in early.text
    with stall.database.transaction() as session:
        collecting.hand_over(session, who=stall.donor.who, claim_id=claim.key, code=claim.code, now=stall.now)
    first = browser.post(f"/claims/{claim.key}/slip")
    assert first.status_code == 303
    donor = sign_in(stall.donor.person.key)
    again = donor.post(f"/claims/{claim.key}/slip")
    assert again.headers["location"] == first.headers["location"]
    paper = donor.get(first.headers["location"])
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")


def test_a_stranger_gets_no_slip(
    stall: Stall, client: TestClient, sign_in: Callable[[int], TestClient], make: Make
) -> None:
    """To another charity the claim is unknown."""
    claim = stall.claim(stall.post())
    assert sign_in(make.charity("Autre").person.key).post(f"/claims/{claim.key}/slip").status_code == 404
