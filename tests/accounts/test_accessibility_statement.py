"""The accessibility statement: complete, honest, and one tap away from every page."""

import pytest
from fastapi.testclient import TestClient

from config.regions import RegionConfig, load_region_config
from config.settings import Settings
from service.accounts.guard import load_region_config as of_guard
from service.kit.text import plain

REGION = "pays-de-la-loire"


def words(client: TestClient, language: str = "fr") -> str:
    answer = client.get("/accessibility", headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    "part",
    [
        "Déclaration d'accessibilité", "État de conformité", "Contenus non accessibles", "Établissement de cette",
        "Technologies", "Environnement de test", "Établie le 23 novembre 2026", "Voies de recours",
        "https://formulaire.defenseurdesdroits.fr/", "75342 Paris CEDEX 07",
    ],
)  # fmt: skip
def test_it_has_every_part_the_law_asks_for(part: str, client: TestClient) -> None:
    """Signed out, in the order and words of the RGAA's model."""
    assert plain(part) in plain(words(client).replace("&#39;", "'"))


@pytest.mark.parametrize(("language", "claimed"), [("fr", "n'est pas conforme"), ("en", "is not compliant")])
def test_it_claims_nothing_that_no_third_party_found(language: str, claimed: str, client: TestClient) -> None:
    """Without an audit no compliance is claimed, neither there nor at the foot of a page."""
    said = words(client, language).replace("&#39;", "'")
    assert claimed in said
    for boast in ("partiellement conforme", "totalement conforme", "partially compliant", "fully compliant"):
        assert boast not in said.lower()


@pytest.mark.parametrize("path", ["/", "/sign-in", "/register", "/offline", "/nulle-part"])
def test_every_page_leads_there(path: str, client: TestClient) -> None:
    """The link says the status, as the law asks."""
    page = client.get(path, headers={"accept-language": "fr"}).text
    assert '<a href="/accessibility">Accessibilité\u00a0: non conforme</a>' in page


@pytest.mark.parametrize("own", ["", "accessibilite@region.example"])
def test_a_region_may_name_who_is_told(
    own: str, client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its address for accessibility, else its help's."""
    config = load_region_config(REGION)
    told = config.model_copy(update={"help": config.help.model_copy(update={"accessibility_email": own})})

    def loaded(slug: str) -> RegionConfig:
        return told if slug == REGION else of_guard(slug)

    monkeypatch.setattr("service.accounts.guard.load_region_config", loaded)
    assert f'href="mailto:{own or config.help.email}"' in words(client)
