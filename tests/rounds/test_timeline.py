"""The day as a picture: real times behind, expected ones ahead, loads, and no protected place anywhere on it."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from config.settings import Settings
from routing.picture.colours import ROLES
from routing.picture.ground import known
from routing.picture.sheet import Kind, Sheet
from service.accounts.models import Site
from service.accounts.protected import SecretAddress, keep_address
from service.kit.clock import real_now
from service.rounds.models import Cold, Plan, PlanState, Round
from service.rounds.queries import fleet as fleet_reading
from service.rounds.queries import rounds as reading
from service.rounds.showing import shown_all, shown_point
from service.rounds.timeline import Day, facts, sheet_of_day
from tests.people import REGION, Make, Party
from tests.rounds.conftest import Fleet, Road

SignIn = Callable[[int], TestClient]
SECRET = SecretAddress("7 impasse du Silence", "44400", "Rezé", 47.1917, -1.5694)
CSS = Path(__file__).resolve().parents[2] / "service/web/static/css"


@pytest.fixture
def shelter(make: Make, fleet: Fleet) -> Party:
    party = make.charity("Point relais 07", protected=True)
    with fleet.database.transaction() as session:
        keep_address(session, fleet.settings, party.site.key, SECRET)
    return party


def sheet_of(fleet: Fleet, road: Road) -> Sheet:
    """The sheet of the day as the dispatcher's page has it."""
    now = road.clock[0]
    day = Day(fleet.now.replace(hour=0), now, lambda g: f"{g} g", lambda s: f"{s} s", "Colis", "fr")
    with fleet.database.read() as session:
        views = shown_all(session, reading.rounds_of_day(session, REGION, now.date()), fleet.dispatcher.who, now, "fr")
        shifts = fleet_reading.shifts_by_id(session, {view.round.shift_id for view in views})
        return sheet_of_day(day, [view for view in views if view.stops], shifts, [], [], "jour")


def test_the_past_is_real_and_the_rest_as_expected(road: Road, fleet: Fleet, make: Make) -> None:
    """A driver who arrives late is drawn late: what is done by its real times, and time has no gap."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    planned = sheet_of(fleet, road).lanes[0]
    _, (pickup, _delivery) = road.set_off()
    arrived = road.later(minutes=35)
    assert road.report(pickup, "arrived").status_code == 200
    done = road.later(minutes=9)
    assert road.report(pickup, "loaded").status_code == 200
    lane = sheet_of(fleet, road).lanes[0]
    midnight = fleet.now.replace(hour=0)
    first = lane.calls[0]
    assert first.arrival_s == (arrived - midnight).total_seconds()
    assert first.departure_s == (done - midnight).total_seconds()
    assert lane.calls[1].arrival_s > planned.calls[1].arrival_s
    assert all(one.end_s == two.start_s for one, two in zip(lane.spans, lane.spans[1:], strict=False))
    assert (lane.spans[0].start_s, lane.spans[-1].end_s) == (lane.start_s, lane.end_s)
    told = facts(lane)
    assert [fact.call.number for fact in told] == [1, 2]
    assert told[0].spent[Kind.DRIVE] == 35 * 60


def test_the_load_is_what_the_van_carries(road: Road, fleet: Fleet, make: Make) -> None:
    """Ten kilograms of yoghurt in a compartment of forty are a quarter, from the pickup to the hand-over."""
    fleet.shift(fleet.vehicle(chilled_grams=40_000, chilled_crates=60))
    fleet.carried(make.donor(), make.charity(town="Rezé"), 10_000, category="yoghurt")
    fleet.plan()
    [lane] = sheet_of(fleet, road).lanes
    [fill] = lane.fills
    assert (fill.temperature, [share for _, share in fill.steps]) == ("chilled", [0, 0.25, 0])


def test_a_protected_place_is_on_no_picture(
    road: Road, fleet: Fleet, make: Make, shelter: Party, sign_in: SignIn
) -> None:
    """Delivered there, living there, left out there: its label is in the chart, no point and no line of it anywhere."""
    fleet.shift(fleet.vehicle())
    donor = make.donor()
    fleet.carried(donor, shelter)
    fleet.plan()
    # A lot for it that nobody can carry: no vehicle is cold enough.
    fleet.want(donor, shelter, temperature="hot")
    fleet.plan()
    sheet = sheet_of(fleet, road)
    [lane] = sheet.lanes
    assert [call.point is None for call in lane.calls] == [False, True]
    assert lane.calls[1].name == "Point relais 07"
    browser = sign_in(fleet.dispatcher.person.key)
    for path in ("/dispatch/timeline", "/dispatch/timeline.svg"):
        text = browser.get(f"{path}?day={fleet.now.date()}").text
        assert "Point relais 07" in text
        assert not re.search(r"47[.,]19|1[.,]569|Silence", text)
    ground = re.findall(r'<div class="ground-large">(.*?)</div>', browser.get("/dispatch/timeline").text, re.S)
    titles = re.findall(r"<title>(.*?)</title>", ground[0])
    assert not [title for title in titles if "Point relais" in title]
    assert len([title for title in titles if title.startswith("A. ")]) == 1


def test_no_pin_reveals_a_protected_place() -> None:
    """Whatever coordinates stand in a row, of the site or of its goods, a protected place gives no point to any map."""
    place = {"region": REGION, "organisation_id": 1, "name": "Lieu", "latitude": 47.2, "longitude": -1.5}
    assert shown_point(Site(**place, protected=False)) == (47.2, -1.5)
    assert shown_point(Site(**place, protected=False), 47.3, -1.6) == (47.3, -1.6)
    assert shown_point(Site(**place, protected=True)) is None
    assert shown_point(Site(**place, protected=True), 47.3, -1.6) is None


def test_a_vehicle_that_lives_at_a_secret_place_has_no_home_on_the_map(
    road: Road, fleet: Fleet, make: Make, shelter: Party
) -> None:
    """Neither its start nor the legs from and to it."""
    fleet.shift(fleet.vehicle(home_site_id=shelter.site.key))
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    [lane] = sheet_of(fleet, road).lanes
    assert (lane.start, lane.end) == (None, None)
    assert len(known(sheet_of(fleet, road))) == 2


def test_the_page_shows_all_or_one_and_gives_the_picture(fleet: Fleet, make: Make, sign_in: SignIn) -> None:
    """Rounds, the lot nobody carries with its reason, one round alone, the file; and who is no dispatcher sees none."""
    for number in (1, 2):
        vehicle = fleet.vehicle(cold=Cold.NONE, name=f"Fourgon {number}", grams=60_000)
        fleet.shift(vehicle, driver_id=fleet.carrier.person.key if number == 1 else None)
    donor, charity = make.donor("Boulangerie <Dupont> & Fils"), make.charity(town="Rezé")
    # Both at once, and no van holds both.
    window = (fleet.now + timedelta(minutes=20), fleet.now + timedelta(minutes=30))
    for _ in range(2):
        fleet.carried(donor, charity, 55_000, pickup_windows=[window])
    fleet.carried(donor, charity, category="yoghurt")
    fleet.plan()
    browser = sign_in(fleet.dispatcher.person.key)
    page = browser.get("/dispatch/timeline")
    assert page.status_code == 200
    assert page.text.count('class="gantt-name"') == 3
    assert "rester au frais" in page.text
    assert "Boulangerie &lt;Dupont&gt; &amp; Fils" in page.text
    assert "<Dupont>" not in page.text
    assert "style=" not in page.text
    one = fleet.rounds()[0]
    alone = browser.get(f"/dispatch/timeline?round={one.key}").text
    assert alone.count('class="gantt-name"') == 2
    assert browser.get("/dispatch/timeline?round=999999").text.count('class="gantt-name"') == 3
    picture = browser.get("/dispatch/timeline.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    ElementTree.fromstring(picture.text)
    assert "Aucune tournée" in browser.get("/dispatch/timeline?day=2026-12-24").text
    assert 'href="/dispatch/timeline' in browser.get("/dispatch").text
    assert sign_in(donor.person.key).get("/dispatch/timeline").status_code == 403


def test_the_table_says_what_the_chart_shows(fleet: Fleet, make: Make, sign_in: SignIn) -> None:
    """Each stop with its hours, its goods and the load it leaves with, for who cannot see the drawing."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"), 60_000)
    fleet.plan()
    [round_] = fleet.rounds()
    text = sign_in(fleet.dispatcher.person.key).get(f"/dispatch/timeline?round={round_.key}").text
    rows = re.findall(r'<tr role="row">(.*?)</tr>', text.partition("<tbody")[2], re.S)
    assert len(rows) == 2
    assert "+60" in rows[0]
    assert "10\u00a0%" in rows[0]
    assert "−60" in rows[1]


def test_the_board_shows_how_far_the_search_is(fleet: Fleet, sign_in: SignIn, settings: Settings) -> None:
    """Asked, setting up, improving by so much; nothing when nothing is searched. An unknown phase has words too."""
    browser = sign_in(fleet.dispatcher.person.key)
    assert "Calcul" not in browser.get("/dispatch/search").text
    row = fleet.make.row(
        Plan(region=REGION, zone="all", day=fleet.now.date(), asked_at=fleet.now - timedelta(seconds=3))
    )
    assert "Plan demandé" in browser.get("/dispatch/search").text

    def at(phase: str, best: float | None) -> str:
        with fleet.database.transaction() as session:
            found = session.get_one(Plan, row.key)
            found.state, found.phase, found.first_value, found.best_value = PlanState.SOLVING, phase, 1000.0, best
            found.began_at = real_now() - timedelta(seconds=3.2)
            session.add(found)
        return browser.get("/dispatch/search").text

    assert "mise en place" in at("", None)
    improving = at("ruin and recreate", 875.0)
    assert "amélioration" in improving
    assert "12,5" in improving
    # 3.2 seconds and however long the page took.
    shown = re.search(rf'max="{settings.planning_seconds}" value="(\d+)\.', improving)
    assert shown
    assert int(shown[1]) >= 3
    assert re.search(rf"{shown[1]}[\u00a0 ]s sur", improving)
    assert "amélioration" in at("a phase of tomorrow", 900.0)
    assert "Calcul en cours" in browser.get("/dispatch").text


def test_the_page_gives_every_role_its_colour() -> None:
    """Each role of the drawing has a rule in the style sheet, and the file's own colours are the light tokens."""
    rules = (CSS / "picture.css").read_text(encoding="utf-8")
    light = (CSS / "tokens.css").read_text(encoding="utf-8").partition("@media screen")[0]
    tokens = dict(re.findall(r"--([\w-]+): (#\w{6});", light))
    for role, colour in ROLES.items():
        for kind, attribute in (("fill", "fill"), ("line", "stroke")):
            found = re.search(rf"\.picture \.{kind}-{role} {{ {attribute}: var\(--([\w-]+)\); }}", rules)
            assert found, (kind, role)
            assert tokens[found.group(1)] == colour, role


def test_dark_rounds_stay_apart_too() -> None:
    """The six colours of the dark theme differ for every kind of sight and hold their number."""
    from itertools import combinations

    from tests.routing.colour_sight import contrast, least_difference

    dark = dict(
        re.findall(r"--([\w-]+): (#\w{6});", (CSS / "tokens.css").read_text("utf-8").partition("@media screen")[2])
    )
    rounds = [dark[f"round-{number}"] for number in range(1, 7)]
    assert min(least_difference(one, two) for one, two in combinations(rounds, 2)) > 17
    assert all(contrast(one, dark[ground]) >= 4.5 for one in rounds for ground in ("card", "paper", "on-round"))


def test_a_round_that_failed_a_stop_carries_nothing_from_it(road: Road, fleet: Fleet, make: Make) -> None:
    """What was not loaded fills no compartment."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    _, (pickup, _) = road.set_off()
    assert road.report(pickup, "arrived").status_code == 200
    assert road.report(pickup, "failed", reason="closed").status_code == 200
    lanes = sheet_of(fleet, road).lanes
    assert all(not lane.fills for lane in lanes)
    assert isinstance(fleet.rounds()[0], Round)
