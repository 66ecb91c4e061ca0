"""The settings choose who tells travel times, and what cannot be used is told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

import routing as r
from config.settings import Settings
from routing.travel import Knot, SpeedProfile
from routing.travel.fitting import write_profiles
from service.rounds.planning.situation import Point
from service.rounds.planning.travel import matrix

POINTS = [Point(47.2, -1.5), Point(47.3, -1.6)]


def test_learnt_speeds_are_used(settings: Settings, tmp_path: Path) -> None:
    """A file of learnt profiles replaces the shipped ones; vehicles it does not name keep theirs."""
    file = tmp_path / "profiles.json"
    file.write_text(write_profiles({"van": SpeedProfile((Knot(1000, 2.0, 36),))}), encoding="utf-8")
    slow = settings.model_copy(update={"travel_profiles": file})
    van = matrix(slow, POINTS, "van")
    assert van.seconds[0, 1] == pytest.approx(van.metres[0, 1] / 10, abs=1)
    assert van.metres[0, 1] > 1.5 * matrix(settings, POINTS, "van").metres[0, 1]
    assert matrix(slow, POINTS, "truck") == matrix(settings, POINTS, "truck")


def test_what_cannot_be_used_is_told(settings: Settings, tmp_path: Path) -> None:
    """A damaged or missing file of profiles, a service without an address, roads that were never made."""
    damaged = tmp_path / "profiles.json"
    damaged.write_text('{"van": [[1000', encoding="utf-8")
    for changes, said in [
        ({"travel_profiles": damaged}, r"profiles\.json.*line 1"),
        ({"travel_profiles": tmp_path / "none.json"}, "none.json"),
        ({"travel": "osrm"}, "address"),
        ({"travel": "embedded", "travel_tiles": tmp_path / "none.tar"}, r"none\.tar|glane\[roads\]"),
    ]:
        with pytest.raises(r.TravelError, match=said):
            matrix(settings.model_copy(update=changes), POINTS, "van")
