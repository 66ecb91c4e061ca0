"""Every answer locks the browser down, every refusal speaks, nothing is half-read."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.accounts.models import Role
from tests.people import Make


def test_every_answer_carries_the_policy(client: TestClient) -> None:
    """No inline script, no other host, no framing."""
    for path in ("/healthz", "/nowhere", "/static/css/tokens.css"):
        headers = client.get(path).headers
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_form_without_its_token_is_refused(
    client: TestClient, sign_in: Callable[[int], TestClient], make: Make
) -> None:
    """A write from a signed-in browser without the page's token answers 403, in words, and does nothing."""
    browser = sign_in(make.charity().person.key)
    del browser.headers["x-csrf-token"]
    answer = browser.post("/lots/1/claims", data={"way": "bring"})
    assert answer.status_code == 403
    assert "Rechargez la page" in answer.text


def test_another_browsers_token_is_refused(
    client: TestClient, sign_in: Callable[[int], TestClient], make: Make
) -> None:
    """The token belongs to the browser's own cookie."""
    browser = sign_in(make.charity().person.key)
    browser.cookies.set("glane_csrf", "another secret", domain="testserver.local")
    assert browser.post("/api/v1/lots/1/claims", json={}).status_code == 403


def test_what_is_too_large_is_refused_before_it_is_read(client: TestClient, make: Make) -> None:
    """60 MB are answered 413 with words, whatever the address."""
    answer = client.post("/api/v1/lots", content=b"x", headers={"content-length": str(60 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "25 Mo" in answer.json()["detail"]


@pytest.mark.parametrize("body", ["{", "[1,", "\x00", '{"a": NaN', ""])
def test_malformed_json_is_a_clear_4xx(client: TestClient, make: Make, body: str) -> None:
    """Text that is no JSON answers 400 or 422 as a problem document."""
    headers = {"Authorization": f"Bearer {make.token(make.charity().person.key)}", "Content-Type": "application/json"}
    answer = client.post("/api/v1/lots/1/claims", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_problems_speak_the_readers_language(client: TestClient) -> None:
    """English for a browser that asks for it, French otherwise."""
    assert client.get("/api/v1/figures").json()["detail"].startswith("Connectez-vous")
    english = client.get("/api/v1/figures", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert english.json()["detail"].startswith("Sign in")


def test_an_unknown_address_is_a_page_with_words(client: TestClient) -> None:
    """404 for people is a page, for machines a problem document."""
    assert "text/html" in client.get("/nulle-part").headers["content-type"]
    assert client.get("/api/v1/nowhere").json()["code"] == "not-found"


def test_a_failure_of_ours_is_told_without_details(app: FastAPI, client: TestClient) -> None:
    """A bug answers 500 in words, shows nothing of the inside, and is locked down like any other page."""

    @app.get("/breaks")
    def breaks() -> None:
        raise RuntimeError("the inside")

    answer = client.get("/breaks")
    assert answer.status_code == 500
    assert "the inside" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_health_is_for_machines(client: TestClient) -> None:
    """Alive, ready, and figures for Prometheus."""
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").status_code == 200
    assert "glane_http_seconds" in client.get("/metrics").text


def test_staff_pages_ask_to_sign_in_then_come_back(client: TestClient, make: Make) -> None:
    """A page asked for before signing in is remembered."""
    answer = client.get("/region?period=week")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fregion%3Fperiod%3Dweek"
    assert make.staff(Role.REGION)
