"""Results of the simulator: what a mean is worth, which rule differs by how much, and the page that shows it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from config.settings import Settings
from service.accounts.models import Role
from service.observatory.comparing import signed
from service.observatory.simulations import BadResults, Conditions, Played, Results, compare, estimate, read_results
from tests.people import Make

CONDITIONS = Conditions(
    region="pays-de-la-loire", scale="reference", days=7, first_day=date(2026, 9, 7), steps=300,
    conduct={"wants": 0.8, "late": [0.0, 10.0]},
)  # fmt: skip


def row(policy: str, seed: int, delivered: float, offered: float = 10_000_000) -> Played:
    measures = {
        "offered_g": offered,
        "delivered_g": delivered,
        "gini_sites": 0.5,
        "van_m": 3_000_000.0,
        "own_m": 1_000_000.0,
        "notices": 140.0,
        "sites": 20.0,
    }
    return Played(policy=policy, seed=seed, measures=measures, seconds={"total": 70.0})


def results(rows: list[Played]) -> Results:
    return Results(version="0.1.0", made_on=date(2026, 9, 20), machine="x86_64", conditions=CONDITIONS, rows=rows)


TWO = results(
    [
        row("first-come-collect", 1, 4_000_000),
        row("first-come", 1, 6_000_000),
        row("first-come-collect", 2, 5_000_000),
        row("first-come", 2, 6_500_000),
    ]
)


def test_an_interval_is_students() -> None:
    """Two values 2 apart: mean between them, half width 12.706 times their standard error of 1; one value has none."""
    found = estimate([1.0, 3.0])
    assert found is not None
    assert found.mean == 2.0
    assert found.half == pytest.approx(12.706)
    alone = estimate([4.0])
    assert alone is not None
    assert alone.half is None
    assert estimate([]) is None


def test_differences_are_taken_seed_by_seed() -> None:
    """+50 % and +30 % make +40 %, whatever lies between the seeds; each figure in its unit."""
    lines = {line.figure.key: line for line in compare(TWO)}
    assert lines["saved"].by_policy["first-come"].mean == pytest.approx(6250)
    assert lines["saved"].against["first-come"].mean == pytest.approx(40)
    assert "first-come-collect" not in lines["saved"].against
    assert lines["saved_share"].by_policy["first-come-collect"].mean == pytest.approx(45)
    assert lines["km"].by_policy["first-come"].mean == pytest.approx((4000 / 6000 + 4000 / 6500) / 2)
    assert lines["notices"].by_policy["first-come"].mean == pytest.approx(7)
    assert lines["seconds"].by_policy["first-come"].mean == pytest.approx(10)


def test_nothing_delivered_divides_nothing() -> None:
    """A rule that saved nothing has no kilometres a kilogram, and the rest still stands."""
    lines = {line.figure.key: line for line in compare(results([row("first-come", 1, 0)]))}
    assert lines["km"].by_policy == {}
    assert lines["saved"].by_policy["first-come"].mean == 0
    assert compare(results([]))[0].by_policy == {}


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """No file is no result; one that is no result says so."""
    assert read_results(tmp_path / "none.json") is None
    broken = tmp_path / "broken.json"
    broken.write_text('{"rows": 3}', encoding="utf-8")
    with pytest.raises(BadResults, match=r"broken\.json"):
        read_results(broken)


@pytest.fixture
def page(sign_in: Callable[[int], TestClient], make: Make) -> Callable[[], str]:
    """The page as the Region sees it."""
    person = make.staff(Role.REGION).person.key
    return lambda: sign_in(person).get("/region/simulations").text


def test_the_page_shows_rules_side_by_side(page: Callable[[], str], settings: Settings) -> None:
    """Both rules, their means with intervals, the difference, and how it was made."""
    settings.simulations.parent.mkdir(parents=True, exist_ok=True)
    settings.simulations.write_text(TWO.model_dump_json(), encoding="utf-8")
    text = page()
    assert "Premier arrivé, chacun vient chercher" in text
    assert "Premier arrivé, avec les tournées" in text
    assert "45,0\u00a0±\u00a063,5" in text
    assert "écart +40\u00a0%" in text
    assert "2 tirages" in text


def test_a_difference_has_its_sign_and_none_has_none() -> None:
    """Whole percent, a real minus; what rounds to nothing is neither more nor less."""
    assert [signed(percent) for percent in (46.4, -3.6, 0.4, -0.4)] == ["+46", "\u22124", "0", "0"]


def test_the_page_says_how_to_make_results(page: Callable[[], str], settings: Settings) -> None:
    """Without a file, and with one that cannot be read, the page stands and says what to do."""
    assert "glane simulate --policy" in page()
    settings.simulations.parent.mkdir(parents=True, exist_ok=True)
    settings.simulations.write_text("{", encoding="utf-8")
    assert "simulations.json" in page()
