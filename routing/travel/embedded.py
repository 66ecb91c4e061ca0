"""A road engine inside this process: Valhalla over tiles made from an OpenStreetMap extract. Needs no network.

Optional: `pip install glane[roads]` brings it (some 600 MB); without it a TravelError says so. Tiles are made once
with `build_tiles` and read from one file.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import subprocess
import tarfile
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from routing.errors import TravelError
from routing.travel.blocks import Block, BlockTravel
from routing.travel.interface import Point, Tables
from routing.travel.valhalla import valhalla_refusal, valhalla_request, valhalla_tables

FARTHEST_M = 2_000_000.0
BLOCK = 200


def _engine() -> ModuleType:
    try:
        return importlib.import_module("valhalla")
    except ImportError as error:
        raise TravelError(f"the embedded road engine is not installed (pip install 'glane[roads]'): {error}") from error


def installed() -> bool:
    """Whether the optional engine is there."""
    return importlib.util.find_spec("valhalla") is not None


class EmbeddedTravel(BlockTravel):
    """Tables from a tile file; `profiles` maps ours to Valhalla's costings."""

    def __init__(self, tiles: Path, profiles: Mapping[str, str], *, block_size: int = BLOCK) -> None:
        """`tiles` is the tar file that `build_tiles` made. Raises TravelError when it cannot be used."""
        # The engine works for one caller at a time.
        super().__init__(profiles, block_size, at_once=1)
        engine = _engine()
        if not tarfile_of_tiles(tiles):
            raise TravelError(f"{tiles} is no file of road tiles; glane travel build makes one")
        config = engine.get_config(tile_extract=tiles, tile_dir="")
        for limits in config["service_limits"].values():
            if isinstance(limits, dict) and "max_matrix_location_pairs" in limits:
                limits["max_matrix_location_pairs"] = block_size**2
                limits["max_matrix_distance"] = FARTHEST_M
        self._actor = _actor(engine, config)
        self._lock = threading.Lock()

    @contextmanager
    def session(self, profile: str) -> Iterator[Block]:
        """The engine, alone with us."""
        with self._lock:
            yield lambda origins, ends: self._block(origins, ends, profile)

    def _block(self, origins: Sequence[Point], ends: Sequence[Point], costing: str) -> Tables:
        try:
            answer = self._actor.matrix(valhalla_request(origins, ends, costing))
        except RuntimeError as error:
            raise valhalla_refusal(None, str(error))(f"the road engine refused: {error}") from error
        return valhalla_tables(answer)


def _actor(engine: ModuleType, config: dict[str, Any]) -> Any:
    """The engine over this configuration; it reads it from a file, which it is done with when it is built."""
    handle, name = tempfile.mkstemp(suffix=".json")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(config, file)
        return engine.Actor(Path(name))
    except RuntimeError as error:
        raise TravelError(f"the road engine does not start: {error}") from error
    finally:
        Path(name).unlink()


def tarfile_of_tiles(path: Path) -> bool:
    """Whether this is a whole tar file with road tiles in it."""
    try:
        with tarfile.open(path) as archive:
            return any(name.endswith(".gph") for name in archive.getnames())
    except (OSError, tarfile.TarError):
        return False


def build_tiles(extract: Path, out: Path, *, threads: int = 1) -> Path:
    """Make the tile file `out` from an OpenStreetMap extract (.osm.pbf). Raises TravelError with the engine's words.

    `out` is written whole or not at all.
    """
    engine = _engine()
    if not extract.is_file():
        raise TravelError(f"{extract} is no file")
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as work:
        tiles = Path(work) / "tiles"
        tiles.mkdir()
        config = engine.get_config(tile_extract="", tile_dir=tiles)
        config["mjolnir"]["concurrency"] = threads
        settings = Path(work) / "valhalla.json"
        settings.write_text(json.dumps(config), encoding="utf-8")
        program = Path(str(engine.__file__)).parent / "bin" / "valhalla_build_tiles"
        run = subprocess.run(  # noqa: S603  # the engine's own program, on paths we made
            [program, "-c", settings, extract], capture_output=True, text=True, errors="replace", check=False
        )
        found = sorted(tiles.rglob("*.gph"))
        if run.returncode or not found:
            words = (run.stderr.strip() or run.stdout.strip() or "it made no tile").splitlines()[-1]
            raise TravelError(f"{extract}: no road tiles could be made: {words}")
        packed = Path(work) / out.name
        with tarfile.open(packed, "w") as archive:
            for tile in found:
                archive.add(tile, tile.relative_to(tiles).as_posix())
        packed.replace(out)
    return out
