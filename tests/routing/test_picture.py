"""A plan as a picture tells what the plan does, shows no secret place, and is drawable whatever its names hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import combinations, pairwise
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

import routing as r
from routing.picture.axis import Axis, clock_axis, french_hour, number_axis, past_the_hour
from routing.picture.colours import ROLES, ROUNDS, dash, round_role
from routing.picture.ground import ground_drawing, known, legs, way_of
from routing.picture.lanes import lane_drawing
from routing.picture.poster import poster
from routing.picture.reading import Units, sheet_of
from routing.picture.sheet import Kind, Sheet, between, letter, standing
from routing.picture.words import Words
from tests.routing.colour_sight import contrast, least_difference

PARIS = ZoneInfo("Europe/Paris")
ORIGIN = datetime(2026, 11, 20, tzinfo=PARIS)
WORDS = Words()
UNITS = Units(french_hour(ORIGIN))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def solved(day: Callable[..., r.Problem]) -> tuple[r.Problem, r.Plan]:
    """A day with places on the map and its plan: pauses, waiting, three temperatures."""
    problem = day(24, 5, seed=3)
    placed = [replace(s, latitude=47 + at % 7 / 10, longitude=-1.5 + at / 50) for at, s in enumerate(problem.sites)]
    problem = replace(problem, sites=tuple(placed), origin=ORIGIN, name="vendredi")
    return problem, r.solve(problem, seconds=20, seed=1, iterations=40, engine="search")


def axis_of(sheet: Sheet) -> Axis:
    return clock_axis(min(one.start_s for one in sheet.lanes), max(one.end_s for one in sheet.lanes), UNITS.hour)


def picture(problem: r.Problem, plan: r.Plan) -> str:
    sheet = sheet_of(problem, plan, WORDS, UNITS)
    return poster(sheet, axis_of(sheet) if sheet.lanes else clock_axis(0, 3600, UNITS.hour), WORDS)


def test_every_second_of_a_round_is_told_once(solved: tuple[r.Problem, r.Plan]) -> None:
    """Spans follow one another from leaving to coming back; driving and pauses are those of the plan."""
    problem, plan = solved
    sheet = sheet_of(problem, plan, WORDS, UNITS)
    by_name = {trip.vehicle: trip for trip in plan.rounds}
    assert any(trip.pauses for trip in plan.rounds)
    for lane in sheet.lanes:
        trip = by_name[lane.name]
        assert all(one.end_s == two.start_s for one, two in pairwise(lane.spans))
        assert (lane.spans[0].start_s, lane.spans[-1].end_s) == (trip.start_s, trip.end_s)
        assert lane.total(Kind.DRIVE) == trip.drive_s
        assert lane.total(Kind.PAUSE) == sum(rest.end_s - rest.start_s for rest in trip.pauses)
        done = [one for stop in trip.stops for one in (*stop.loads, *stop.unloads)]
        assert lane.total(Kind.HANDLE) == sum(one.end_s - one.start_s for one in done)


def test_time_left_over_between_stops_is_waiting() -> None:
    """A gap longer than the way and its pauses begins with waiting; when nobody knows the way, all of it is driving."""
    kinds = [(span.kind, span.start_s, span.end_s) for span in between(0, 100, ((40, 60),), 50)]
    assert kinds == [("wait", 0, 30), ("drive", 30, 40), ("pause", 40, 60), ("drive", 60, 100)]
    assert [span.kind for span in between(0, 100, ((90, 120), (-5, 0)), None)] == ["drive", "pause"]
    assert [span.kind for span in standing(0, 100, ((40, 60),))] == ["wait", "pause", "wait"]
    assert between(5, 5, (), 0) == []


def test_loads_rise_and_end_empty(solved: tuple[r.Problem, r.Plan]) -> None:
    """A compartment begins and ends empty and is never beyond full, by the tighter of kilograms and crates."""
    problem, plan = solved
    for lane in sheet_of(problem, plan, WORDS, UNITS).lanes:
        vehicle = next(one for one in problem.vehicles if one.id == lane.name)
        trip = plan.round_of(lane.name)
        assert trip is not None
        for fill in lane.fills:
            room = vehicle.compartment(fill.temperature)
            assert room is not None
            most = max(
                max(load.grams / room.grams, load.crates / room.crates)
                for stop in trip.stops
                for load in stop.load_after
                if load.temperature == fill.temperature
            )
            assert fill.steps[0][1] == fill.steps[-1][1] == 0
            assert fill.most == pytest.approx(most)
            assert 0 < fill.most <= 1


def test_a_place_without_a_point_is_on_no_map(solved: tuple[r.Problem, r.Plan]) -> None:
    """It keeps its place in the chart; no disc, no line to or from it, whether it is a stop, a home or left out."""
    problem, plan = solved
    secret = plan.rounds[0].stops[1].site
    hidden = tuple(replace(s, latitude=None, longitude=None) if s.id == secret else s for s in problem.sites)
    open_sheet = sheet_of(problem, plan, WORDS, UNITS)
    sheet = sheet_of(replace(problem, sites=hidden), plan, WORDS, UNITS)
    lane = next(one for one in sheet.lanes if one.name == plan.rounds[0].vehicle)
    shown = next(one for one in open_sheet.lanes if one.name == plan.rounds[0].vehicle)
    assert lane.calls[1].name == secret
    assert lane.calls[1].point is None
    assert len(legs(way_of(shown))) - len(legs(way_of(lane))) >= 2
    drawn = ground_drawing(sheet, 600, 400, WORDS, "carte")
    assert secret not in re.findall(r"<title>\d+\. (\w+)", drawn)
    assert secret in re.findall(r"<title>\d+\. (\w+)", ground_drawing(open_sheet, 600, 400, WORDS, "carte"))
    nowhere = replace(problem, sites=tuple(replace(s, latitude=None, longitude=None) for s in problem.sites))
    empty = sheet_of(nowhere, plan, WORDS, UNITS)
    assert known(empty) == []
    assert ground_drawing(empty, 600, 400, WORDS, "carte") == ""
    assert WORDS.no_place in poster(empty, axis_of(empty), WORDS)


def test_no_line_joins_the_neighbours_of_a_hidden_place() -> None:
    """A way is cut at a place without a point, not drawn past it."""
    assert legs([(0, 0), (1, 0), None, (2, 0), (3, 0)]) == [((0, 0), (1, 0)), ((2, 0), (3, 0))]


@pytest.mark.parametrize("name", ['<script>alert("é")</script>', "a & b", "]]>", "\x00\x1b[31m", "\ud800", "'" * 300])
def test_names_are_words_never_markup(solved: tuple[r.Problem, r.Plan], name: str) -> None:
    """Whatever somebody typed, the file is well-formed and holds no element but ours."""
    problem, plan = solved
    root = ElementTree.fromstring(picture(replace(problem, name=name), plan))
    kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert kinds <= {"svg", "title", "g", "rect", "text", "tspan", "line", "path", "circle"}
    for element in root.iter():
        assert not {key for key in element.attrib if key == "style" or key.startswith("on") or "href" in key}


def test_words_are_large_enough_and_classes_are_roles(solved: tuple[r.Problem, r.Plan]) -> None:
    """No letter under 14; every colour carries its role, so that a page's style sheet can answer for it."""
    root = ElementTree.fromstring(picture(*solved))
    sizes = [float(element.attrib["font-size"]) for element in root.iter(f"{SVG}text")]
    assert min(sizes) >= 14
    for element in root.iter():
        roles = {word.partition("-")[2] for word in element.get("class", "").split()} - {""}
        assert roles <= ROLES.keys()
        for kind, attribute in (("fill", "fill"), ("line", "stroke")):
            if (value := element.get(attribute)) not in (None, "none"):
                assert any(f"{kind}-{role}" in element.get("class", "") and ROLES[role] == value for role in roles)


def test_the_same_plan_gives_the_same_text(solved: tuple[r.Problem, r.Plan]) -> None:
    """Two drawings of one plan are equal."""
    assert picture(*solved) == picture(*solved)


def test_rounds_are_told_apart_without_seeing_every_colour() -> None:
    """Six colours stay apart for each kind of colour blindness and hold a white number; then come other lines."""
    for ground in ("paper", "card", "sunken"):
        assert all(contrast(colour, ROLES[ground]) >= 4.5 for colour in ROUNDS)
    assert min(least_difference(one, two) for one, two in combinations(ROUNDS, 2)) > 17
    styles = {(round_role(number), dash(number)) for number in range(1, 19)}
    assert len(styles) == 18


def test_each_round_has_its_mark_on_the_map(solved: tuple[r.Problem, r.Plan]) -> None:
    """T1, T2 … stand on the map and beside the lanes: colour is never alone."""
    sheet = sheet_of(*solved, WORDS, UNITS)
    drawn = ground_drawing(sheet, 900, 600, WORDS, "carte")
    for lane in sheet.lanes:
        assert f">T{lane.number}</text>" in drawn


def test_what_is_left_is_told_with_its_reason(solved: tuple[r.Problem, r.Plan]) -> None:
    """Each shipment left out has a letter, a hollow mark at both ends and its reason in words."""
    problem, plan = solved
    assert plan.unserved
    sheet = sheet_of(problem, plan, WORDS, UNITS)
    text = poster(sheet, axis_of(sheet), WORDS)
    for left, out in zip(sheet.left, plan.unserved, strict=True):
        assert left.reason == WORDS.reasons[out.reason]
        assert left.pickup is not None
        assert text.count(f"<title>{left.letter}. ") == 2
    assert set(WORDS.reasons) == set(r.Reason)


def test_an_empty_plan_has_a_picture() -> None:
    """Nothing to carry is said, not a crash."""
    text = picture(r.Problem(name="rien"), r.Plan())
    assert WORDS.nothing in text
    ElementTree.fromstring(text)


def test_a_lane_alone_says_what_it_is(solved: tuple[r.Problem, r.Plan]) -> None:
    """As part of a page it has a name for who cannot see it, and leaves font and colours to the page."""
    sheet = sheet_of(*solved, WORDS, UNITS)
    root = ElementTree.fromstring(lane_drawing(sheet.lanes[0], axis_of(sheet), WORDS, "Fourgon 1"))
    assert (root.get("role"), root.get("aria-label"), root.get("font-family")) == ("img", "Fourgon 1", None)


def test_hours_are_those_of_the_place() -> None:
    """18 h 30 as a clock there shows it, also on the night the clocks change; whole hours whatever the origin."""
    assert french_hour(ORIGIN)(18 * 3600 + 1800) == "18\u00a0h\u00a030"
    changing = datetime(2026, 10, 25, tzinfo=PARIS)
    assert [french_hour(changing)(hour * 3600) for hour in (2, 3, 4)] == ["2\u00a0h", "2\u00a0h", "3\u00a0h"]
    late = datetime(2026, 11, 20, 6, 45, tzinfo=PARIS)
    axis = clock_axis(0, 4 * 3600, french_hour(late), offset_s=past_the_hour(late))
    assert next(label for _, label in axis.ticks) == "6\u00a0h"
    assert all("\u00a030" in label or label.endswith("h") for _, label in axis.ticks)
    assert french_hour(None)(-90 * 60) == "−1\u00a0h\u00a030"


@pytest.mark.parametrize(("length", "scale"), [(1, 1), (12_360_000, 10_000), (10**9, 1), (86_400 * 40, 1)])
def test_ticks_never_crowd(length: int, scale: int) -> None:
    """However long the time is, labels have room, and there are some."""
    for axis in (number_axis(0, length, scale), clock_axis(0, length, french_hour(None))):
        places = [axis.x(second) for second, _ in axis.ticks]
        assert 1 <= len(places) < 400
        assert all(two - one > 60 for one, two in pairwise(places))


def test_letters_go_on_after_z() -> None:
    """The 27th thing left out is AA."""
    assert [letter(place) for place in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]
