"""My messages on the screen, and how I want to be told."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from service.database.engine import Database
from service.notices import actions

Samples = dict[str, dict[str, Any]]


@pytest.fixture
def reader(make: Any, client: Any) -> Any:
    """A charity's person, signed in."""
    party = make.charity(habilitated=False)
    make.signed_in(client, party.person.key)
    return party


def told(database: Database, party: Any, samples: Samples, now: datetime, *kinds: str) -> None:
    """Messages for one person."""
    with database.transaction() as session:
        for kind in kinds:
            actions.tell(
                session,
                region=party.who.region,
                person_ids=[party.person.key],
                kind=kind,
                params=samples[kind],
                now=now,
            )


def test_an_empty_list_says_what_will_come(client: Any, reader: Any) -> None:
    """No message is no mystery."""
    page = client.get("/notices")
    assert page.status_code == 200
    assert "Aucun message" in page.text


def test_the_newest_comes_first_and_opening_it_marks_it_read(
    client: Any, reader: Any, database: Database, samples: Samples, now: datetime
) -> None:
    """The number on the page falls, and the tap leads to the lot."""
    told(database, reader, samples, now, "claim_granted", "lot_withdrawn")
    page = client.get("/notices").text
    assert page.index("Retiré") < page.index("Attribué")
    assert "2 nouveaux messages" in page.replace("\u00a0", " ")
    listed = client.get("/api/v1/notices").json()
    assert listed["unread"] == 2
    opened = client.post(f"/notices/{listed['items'][0]['id']}/read")
    assert opened.status_code == 303
    assert opened.headers["location"] == "/lots/12"
    assert client.get("/api/v1/notices").json()["unread"] == 1
    assert client.post("/notices/read").status_code == 303
    assert client.get("/api/v1/notices").json()["unread"] == 0


def test_another_persons_message_does_not_exist(
    client: Any, reader: Any, make: Any, database: Database, samples: Samples, now: datetime
) -> None:
    """Neither in the list nor by its number."""
    other = make.charity("Autre", habilitated=False)
    told(database, other, samples, now, "claim_granted")
    assert client.get("/api/v1/notices").json()["items"] == []
    for number in (1, 2, 999):
        assert client.post(f"/api/v1/notices/{number}/read").status_code == 404


def test_pages_follow_each_other(client: Any, reader: Any, database: Database, samples: Samples, now: datetime) -> None:
    """Three pages of two, nothing twice, nothing missing."""
    told(database, reader, samples, now, *["claim_refused"] * 5)
    seen, after = [], ""
    for _ in range(3):
        page = client.get(f"/api/v1/notices?limit=2{after}").json()
        seen += [item["id"] for item in page["items"]]
        after = f"&after={page['next']}"
    assert page["next"] is None
    assert len(seen) == len(set(seen)) == 5


def test_a_stranger_is_sent_to_sign_in(client: Any) -> None:
    """Messages are somebody's."""
    assert client.get("/notices").status_code == 303
    assert client.get("/api/v1/notices").status_code == 401


def test_choices_are_kept(client: Any, reader: Any, database: Database, samples: Samples, now: datetime) -> None:
    """Texts for what was ticked, no mail for what was not, and the box stands as it was left."""
    saved = client.post(
        "/notices/preferences",
        data={"wanted": ["claim_granted:sms"], "quiet_from": "20:30", "quiet_until": "08:00"},
    )
    assert saved.status_code == 303
    page = client.get(saved.headers["location"]).text
    assert 'value="claim_granted:sms" checked' in page
    assert 'value="claim_granted:mail" checked' not in page
    assert 'value="20:30"' in page
    body = client.get("/api/v1/notices/preferences").json()
    assert (body["quiet_from"], body["quiet_until"]) == (20 * 60 + 30, 8 * 60)
    assert {"kind": "claim_granted", "channel": "mail", "wanted": False} in body["choices"]
    body["choices"] = [{"kind": "claim_granted", "channel": "mail", "wanted": True}]
    assert client.put("/api/v1/notices/preferences", json=body).status_code == 204
    after = client.get("/api/v1/notices/preferences").json()["choices"]
    assert {"kind": "claim_granted", "channel": "mail", "wanted": True} in after


def test_a_person_is_asked_about_what_concerns_them(client: Any, make: Any) -> None:
    """A driver chooses about rounds, not about approving charities; saving refuses nothing that was not asked."""
    driver = make.driver()
    make.signed_in(client, driver.person.key)
    page = client.get("/notices/preferences").text
    assert "round_changed:sms" in page
    assert "charity_to_approve" not in page


@pytest.mark.parametrize(
    "data",
    [
        {"wanted": ["acted_on_behalf:mail"]},
        {"wanted": ["nothing:mail"]},
        {"wanted": ["round_changed:sms"]},
        {"wanted": ["claim_granted:screen"]},
        {"quiet_from": "25:00"},
        {"quiet_from": "noon"},
        {"quiet_until": "12:99"},
    ],
)
def test_choices_that_do_not_exist_are_refused(client: Any, reader: Any, data: dict[str, Any]) -> None:
    """One cannot refuse to hear what was entered in one's name, and a clock has twenty-four hours."""
    assert client.post("/notices/preferences", data=data).status_code == 422


def test_messages_are_read_in_english(
    client: Any, reader: Any, database: Database, samples: Samples, now: datetime
) -> None:
    """The same message in the reader's language, old ones too."""
    told(database, reader, samples, now - timedelta(days=1), "claim_granted")
    client.cookies.set("glane_locale", "en")
    page = client.get("/notices").text
    assert "Yours: pain et viennoiseries" in page
    assert "Choose my messages" in client.get("/notices/preferences").text
