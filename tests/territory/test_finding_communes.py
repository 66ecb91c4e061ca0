"""Finding a commune as people write it, and as phones locate it."""

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from service.database.engine import Database
from service.kit.pagination import PageAsked
from service.territory import queries
from service.territory.errors import CommuneUnknown
from service.territory.rules import city_of, commune_code, comparable


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("nantes", "Nantes"),
        ("ST-HERBLAIN", "Saint-Herblain"),
        ("saint herb", "Saint-Herblain"),
        ("ile d'yeu", "L'Île-d'Yeu"),
        ("Mans", "Le Mans"),
        ("44100", "Nantes"),
        ("4480", "Saint-Herblain"),
        ("44 saint seb", "Saint-Sébastien-sur-Loire"),
        ("  Ànceñis ", "Ancenis-Saint-Géréon"),
        ("", "Nantes"),
    ],
)
def test_the_likeliest_commune_comes_first(written: str, first: str, region: str, database: Database) -> None:
    """Accents, case, hyphens, "St", a word inside the name, postcodes and both together all find it."""
    with database.read() as session:
        found = queries.search_communes(session, region, written, PageAsked(limit=5)).items
        assert found[0].name == first


@pytest.mark.parametrize("written", ["%", "_", "xyzzy", "75001", "' OR 1=1 --"])
def test_nothing_is_found_for_nothing_known(written: str, region: str, database: Database) -> None:
    """A word no commune has finds none, and a wildcard is no wildcard."""
    with database.read() as session:
        found = queries.search_communes(session, region, written, PageAsked()).items
        expected = 50 if not comparable(written) else 0
        assert len(found) == expected


def test_pages_follow_without_gap_or_repeat(region: str, database: Database) -> None:
    """Reading by pages gives every commune that answers, once."""
    with database.read() as session:
        whole = [row.insee for row in queries.search_communes(session, region, "saint", PageAsked(limit=2000)).items]
        assert len(whole) > 200
        read: list[str] = []
        after: int | None = 0
        while after is not None:
            page = queries.search_communes(session, region, "saint", PageAsked(after or None, 60))
            read += [row.insee for row in page.items]
            after = page.next
        assert read == whole


def test_the_nearest_commune(region: str, database: Database) -> None:
    """A point in a town gives the town, and any point on earth gives some commune."""
    with database.read() as session:
        for point, name in (((47.0861, -1.2811), "Clisson"), ((46.71, -2.35), "L'Île-d'Yeu")):
            found = queries.nearest_commune(session, region, *point)
            assert found is not None
            assert found.name == name
        assert queries.nearest_commune(session, region, -90.0, 180.0) is not None
        assert queries.nearest_commune(session, "ile-de-france", 48.85, 2.35) is None


@pytest.mark.parametrize(
    ("postcode", "city", "name"),
    [
        ("44000", "NANTES CEDEX 1", "Nantes"),
        ("44800", "St Herblain", "Saint-Herblain"),
        ("72000", "Le Mans", "Le Mans"),
        ("72560", "Changé", "Changé"),
        ("53810", "change", "Changé"),
        ("", "Angers", "Angers"),
        ("44190", "un lieu-dit", "Clisson"),
    ],
)
def test_the_commune_of_an_address(postcode: str, city: str, name: str, region: str, database: Database) -> None:
    """The last line of an address finds its commune, homonyms included; else the postcode's largest."""
    with database.read() as session:
        found = queries.commune_of_address(session, region, postcode, city)
        assert found is not None
        assert found.name == name
        assert not postcode or postcode in found.postcode_list


def test_an_address_of_elsewhere_has_no_commune(region: str, database: Database) -> None:
    """An address of another region, an ambiguous name alone, or nothing at all gives none."""
    with database.read() as session:
        for postcode, city in (("75011", "Paris 11e"), ("", "Changé"), ("", ""), ("%", "%")):
            assert queries.commune_of_address(session, region, postcode, city) is None


def test_communes_by_territory(region: str, database: Database) -> None:
    """The communes of an EPCI and of a département, the largest first; an unknown code refuses."""
    with database.read() as session:
        metropole = queries.communes_of_epci(session, region, "244400404")
        assert len(metropole) == 24
        assert metropole[0].name == "Nantes"
        assert queries.communes_of_departement(session, region, "53")[0].name == "Laval"
        with pytest.raises(CommuneUnknown, match="44999"):
            queries.the_commune(session, region, "44999")


@given(st.text(max_size=40))
def test_comparing_a_name_twice_changes_nothing(name: str) -> None:
    """What is comparable stays as it is: words of letters and digits, one space between them."""
    once = comparable(name)
    assert comparable(once) == once
    assert all(word.isascii() and word.isalnum() for word in once.split())


@pytest.mark.parametrize(
    ("line", "city"),
    [
        ("NANTES CEDEX 2", "nantes"),
        ("Nantes Cedex", "nantes"),
        ("Paris 12e arrondissement", "paris"),
        ("Lyon 3eme", "lyon"),
        ("PARIS 1er", "paris"),
        ("Ste-Luce-sur-Loire", "sainte luce sur loire"),
        ("75012", "75012"),
    ],
)
def test_the_city_of_an_address_line(line: str, city: str) -> None:
    """Cedex and arrondissement are no part of a commune's name."""
    assert city_of(line) == city


@pytest.mark.parametrize(
    ("insee", "commune"),
    [("75112", "75056"), ("69383", "69123"), ("13201", "13055"), ("44109", "44109"), ("2A004", "2A004")],
)
def test_an_arrondissement_is_in_its_city(insee: str, commune: str) -> None:
    """INSEE numbers the arrondissements of three cities; the commune is the city."""
    assert commune_code(insee) == commune


def test_the_api_is_open_and_paged(client: TestClient, region: str) -> None:
    """Anyone completing an address finds communes, a page at a time."""
    page = client.get("/api/v1/communes", params={"q": "saint", "limit": 3}).json()
    assert len(page["items"]) == 3
    following = client.get("/api/v1/communes", params={"q": "saint", "limit": 3, "after": page["next"]}).json()
    assert not {row["insee"] for row in page["items"]} & {row["insee"] for row in following["items"]}
    clisson = client.get("/api/v1/communes", params={"q": "44190 clisson"}).json()["items"][0]
    assert clisson["insee"] == "44043"
    assert clisson["postcodes"] == ["44190"]
    assert clisson["epci"] == "200067635"
    assert client.get("/api/v1/communes/44043").json() == clisson
    near = client.get("/api/v1/communes/nearest", params={"latitude": 47.0861, "longitude": -1.2811})
    assert near.json() == clisson


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/communes?q=" + "a" * 101, 422),
        ("/communes?limit=0", 422),
        ("/communes?after=-1", 422),
        ("/communes/nearest?latitude=91&longitude=0", 422),
        ("/communes/nearest?latitude=nan&longitude=0", 422),
        ("/communes/nearest", 422),
        ("/communes/44999", 404),
        ("/communes/nantes", 422),
    ],
)
def test_bad_questions_are_refused(path: str, status: int, client: TestClient, region: str) -> None:
    """A question that makes no sense is a problem document, never a fault."""
    answer = client.get("/api/v1" + path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_region_not_loaded_says_so(client: TestClient) -> None:
    """Before the first load the search is empty, and the nearest commune says what to do."""
    assert client.get("/api/v1/communes", params={"q": "nantes"}).json() == {"items": [], "next": None}
    answer = client.get("/api/v1/communes/nearest", params={"latitude": 47, "longitude": -1})
    assert answer.status_code == 503
    assert "glane territory load" in answer.json()["detail"]
