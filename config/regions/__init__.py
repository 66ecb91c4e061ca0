"""A region is a folder here: `region.toml` (what it is called and how it works) and `communes.csv` (its territory)."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from config.allocation import policies

REGIONS = Path(__file__).resolve().parent


class UnknownRegion(LookupError):
    """There is no such folder; the message lists those that exist."""


class BadRegionFile(ValueError):
    """A region.toml that cannot be used; the message names the file and each key that is wrong."""


def _known_time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"no such time zone: {name}")
    return name


def _known_policy(name: str) -> str:
    if name not in policies().names:
        raise ValueError(f"no such policy: {name}; config/allocation.toml has: {', '.join(sorted(policies().names))}")
    return name


ClaimPolicy = Annotated[str, AfterValidator(_known_policy)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Part(BaseModel):
    """Base of every part of a region.toml: read only, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DepartementConfig(Part):
    """A département: its INSEE code (text: "2A" exists) and its name."""

    code: str = Field(pattern=r"^(\d[0-9AB]|97\d)$")
    name: str = Field(min_length=1)


class Bounds(Part):
    """The box that holds the whole region, in degrees WGS84."""

    south: Latitude
    west: Longitude
    north: Latitude
    east: Longitude

    @model_validator(mode="after")
    def _the_right_way_up(self) -> "Bounds":
        if self.south >= self.north or self.west >= self.east:
            raise ValueError("south must be below north, and west left of east")
        return self

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a point is inside, edges included."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


class TileSource(Part):
    """Where the map's background comes from; without a URL the map draws outlines and the communes' points alone."""

    url: str = ""
    attribution: str = ""
    max_zoom: int = Field(default=19, ge=1, le=22)

    @model_validator(mode="after")
    def _a_source_is_named(self) -> "TileSource":
        if self.url and not (self.url.startswith("https://") and self.attribution):
            raise ValueError("tiles need an https:// URL and the attribution their licence asks for")
        return self

    @property
    def origin(self) -> str:
        """Scheme and host, for the Content-Security-Policy; empty without tiles."""
        parts = urlsplit(self.url)
        # Leaflet's {s} stands for several hosts: the policy's wildcard covers them.
        return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}" if self.url else ""


class MapConfig(Part):
    """What the map shows first."""

    latitude: Latitude
    longitude: Longitude
    zoom: int = Field(default=8, ge=1, le=19)
    bounds: Bounds
    tiles: TileSource = TileSource()


class HelpConfig(Part):
    """Who answers people of this region. The shipped values are invented: a region sets its own."""

    phone: str = Field(pattern=r"^\+\d{8,15}$", description="E.164")
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    hours: str = Field(default="", description="When somebody answers, in OpenStreetMap opening_hours syntax.")
    accessibility_email: str = Field(
        default="",
        pattern=r"^([^@\s]+@[^@\s]+)?$",
        description="Who is told what cannot be used (the page /accessibility); `email` where empty.",
    )


class TerritorySettings(Part):
    """How the work is done in a territory."""

    claim_policy: ClaimPolicy = "sealed-window"


class TerritoryOverride(Part):
    """What one département or EPCI does differently; None keeps the region's way."""

    claim_policy: ClaimPolicy | None = None


class RegionConfig(Part):
    """A region, as its folder describes it."""

    slug: str
    code: str = Field(pattern=r"^\d{2}$", description="INSEE code of the region.")
    name: str = Field(min_length=1)
    country: str = Field(default="FR", pattern=r"^[A-Z]{2}$", description="Whose public holidays close places.")
    time_zone: Annotated[str, AfterValidator(_known_time_zone)]
    departements: tuple[DepartementConfig, ...] = Field(min_length=1)
    map: MapConfig
    help: HelpConfig
    settings: TerritorySettings = TerritorySettings()
    overrides: dict[str, TerritoryOverride] = Field(
        default_factory=dict, description="By INSEE code of a département or SIREN of an EPCI."
    )

    @model_validator(mode="after")
    def _departements_differ(self) -> "RegionConfig":
        codes = [departement.code for departement in self.departements]
        if len(set(codes)) != len(codes):
            raise ValueError("a département is listed twice")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone people of the region read times in."""
        return ZoneInfo(self.time_zone)

    @property
    def folder(self) -> Path:
        """Where the region's files are."""
        return region_folder(self.slug)

    def settings_of(self, *codes: str | None) -> TerritorySettings:
        """The settings of a territory, the finest last: `settings_of("44", "244400404")`."""
        settings = self.settings
        for override in (self.overrides[code] for code in codes if code in self.overrides):
            settings = settings.model_copy(update=override.model_dump(exclude_none=True))
        return settings


def list_regions() -> tuple[str, ...]:
    """The slug of every region that has a folder, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in REGIONS.glob("*/region.toml")))


def region_folder(slug: str) -> Path:
    """The folder of a region; UnknownRegion when there is none (a path is never accepted as a slug)."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or not (REGIONS / slug / "region.toml").is_file():
        raise UnknownRegion(f"no region {slug!r}; there are: {', '.join(list_regions())}")
    return REGIONS / slug


def read_region_file(path: Path) -> RegionConfig:
    """Read one region.toml; its folder's name is the slug. BadRegionFile says what is wrong in it."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return RegionConfig(slug=path.parent.name, **content)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as problem:
        raise BadRegionFile(f"{path}: {problem}") from problem
    except ValidationError as problem:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in problem.errors())
        raise BadRegionFile(f"{path}: {wrong}") from problem


@lru_cache
def load_region_config(slug: str) -> RegionConfig:
    """The description of a region, read once a process. Raises UnknownRegion or BadRegionFile."""
    return read_region_file(region_folder(slug) / "region.toml")
