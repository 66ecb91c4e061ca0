"""Who may see what of the ledger, on pages, in JSON and in a spreadsheet."""

import csv
import io
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.accounts.models import Role
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.allocation.handed import bring_home
from tests.people import Make, Party


@pytest.fixture
def three(stall: Stall, make: Make) -> list[Party]:
    """Three charities that received something, the stall's own first."""
    parties = [
        stall.charity,
        make.charity("Voisine", people_per_week=80),
        make.charity("Lointaine", people_per_week=40),
    ]
    bring_home(stall, parties[0], BREAD)
    bring_home(stall, parties[1], BREAD, YOGHURT)
    bring_home(stall, parties[2], YOGHURT)
    return parties


def bearer(make: Make, party: Party) -> dict[str, str]:
    return {"Authorization": f"Bearer {make.token(party.person.key)}"}


def count(**given: Any) -> dict[str, Any]:
    return {"people": 120, "counted_on": "2026-11-10", "source": "count", **given}


def test_a_charity_sees_itself_and_the_median(client: TestClient, make: Make, three: list[Party]) -> None:
    """Its own line, the medians, and nothing that is another's."""
    own = client.get("/api/v1/fairness", headers=bearer(make, three[0])).json()
    assert [line["site_id"] for line in own["lines"]] == [three[0].site.key]
    assert own["medians"]["percent"] is not None
    assert (own["areas"], own["silent"], own["gini_sites"], own["gini_families"]) == ([], [], None, {})
    page = make.signed_in(client, three[0].person.key).get("/fairness").text
    assert "Restos de Nantes" in page
    assert "Voisine" not in page
    assert "Lointaine" not in page
    assert "Voisine" not in client.get("/fairness.csv").text


def test_the_region_and_the_dispatcher_see_names(client: TestClient, make: Make, three: list[Party]) -> None:
    """Everybody, the least served first, with how unequal it is."""
    for staff in (make.staff(Role.REGION), make.dispatcher()):
        told = client.get("/api/v1/fairness", headers=bearer(make, staff)).json()
        assert {line["name"] for line in told["lines"]} == {"Restos de Nantes", "Voisine", "Lointaine"}
        assert [line["percent"] for line in told["lines"]] == sorted(line["percent"] for line in told["lines"])
        assert told["gini_sites"] > 0
        page = make.signed_in(client, staff.person.key).get("/fairness?family=bread")
        assert page.status_code == 200
        assert "Lointaine" in page.text


def test_a_donor_and_a_driver_see_nothing(client: TestClient, make: Make, stall: Stall) -> None:
    """It is none of their business."""
    for party in (stall.donor, make.driver()):
        assert client.get("/api/v1/fairness", headers=bearer(make, party)).status_code == 403


def test_who_speaks_for_a_charity_sees_what_it_sees(client: TestClient, make: Make, three: list[Party]) -> None:
    """A dispatcher on the phone reads out the charity's own line."""
    headers = {**bearer(make, make.dispatcher()), "X-On-Behalf-Of": str(three[0].id)}
    told = client.get("/api/v1/fairness", headers=headers).json()
    assert [line["site_id"] for line in told["lines"]] == [three[0].site.key]


def test_the_spreadsheet_sums_up(client: TestClient, make: Make, three: list[Party]) -> None:
    """A line a site, kilograms with a dot, and no name that a spreadsheet would compute."""
    make.charity("=1+1", people_per_week=10)
    make.signed_in(client, make.staff(Role.REGION).person.key)
    text = client.get("/fairness.csv").text
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert sum(float(row["received_kg"]) for row in rows) == pytest.approx(32)
    assert sum(float(row["bread_received_kg"]) for row in rows) == pytest.approx(20)
    assert "'=1+1" in {row["site"] for row in rows}


def test_a_charity_gives_its_own_figure(client: TestClient, make: Make, three: list[Party]) -> None:
    """Its own site's, with a date and a source; another's is none of its business."""
    headers = bearer(make, three[0])
    path = f"/api/v1/sites/{three[0].site.key}/people"
    assert client.get(path, headers=headers).json()["said"] is False
    said = client.post(path, json=count(), headers=headers)
    assert (said.status_code, said.json()["state"], said.json()["version"]) == (201, "used", 1)
    told = client.get(path, headers=headers).json()
    assert (told["counted"], told["said"]) == (120, True)
    other = f"/api/v1/sites/{three[1].site.key}/people"
    assert client.get(other, headers=headers).status_code == 403
    assert client.post(other, json=count(), headers=headers).status_code == 403
    assert client.post(path, json=count(counted_on="2026-12-25"), headers=headers).status_code == 422
    assert client.post(path, json=count(people=0), headers=headers).status_code == 422


def test_a_leap_is_looked_at_by_staff(client: TestClient, make: Make, three: list[Party]) -> None:
    """The charity cannot accept its own figure; the dispatcher sees it waiting on the page and decides."""
    headers, dispatcher = bearer(make, three[1]), make.dispatcher()
    path = f"/api/v1/sites/{three[1].site.key}/people"
    waiting = client.post(path, json=count(people=170), headers=headers).json()
    assert waiting["state"] == "waiting"
    decide = f"/api/v1/people-figures/{waiting['id']}/decision"
    assert client.post(decide, json={"accepted": True}, headers=headers).status_code == 403
    make.signed_in(client, dispatcher.person.key)
    assert "Chiffres à vérifier" in client.get("/fairness").text
    answer = client.post(f"/people-figures/{waiting['id']}/decision", data={"accepted": "yes"}, follow_redirects=False)
    assert answer.status_code == 303
    assert "Chiffres à vérifier" not in client.get("/fairness").text
    assert client.get(path, headers=headers).json()["counted"] == 170
    again = client.post(decide, json={"accepted": False}, headers=bearer(make, dispatcher))
    assert again.status_code == 409


def test_the_form_says_what_is_wrong(client: TestClient, make: Make, three: list[Party]) -> None:
    """A form that is not right comes back filled, with the words beside the field."""
    make.signed_in(client, three[0].person.key)
    path = f"/sites/{three[0].site.key}/people"
    wrong = client.post(path, data=count(people="", note="Rapport 2025"))
    assert wrong.status_code == 422
    assert "Rapport 2025" in wrong.text
    assert client.post(path, data=count(), follow_redirects=False).status_code == 303
    assert "Comptage sur place du 10/11/2026" in client.get(path).text


def test_only_the_region_puts_a_site_first(client: TestClient, make: Make, three: list[Party]) -> None:
    """With a reason, from a day on; a dispatcher may not."""
    path = f"/sites/{three[0].site.key}/priority"
    given = {"level": "4", "ground": "students", "from_day": "2026-11-20"}
    make.signed_in(client, make.dispatcher().person.key)
    assert client.post(path, data=given).status_code == 403
    make.signed_in(client, make.staff(Role.REGION).person.key)
    assert client.post(path, data={**given, "ground": "none"}).status_code == 422
    assert client.post(path, data=given, follow_redirects=False).status_code == 303
    page = client.get(f"/sites/{three[0].site.key}/people").text
    assert "chaque personne compte pour 1,4" in page.replace("\u00a0", " ")
