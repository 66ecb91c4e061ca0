"""The rules of sharing that may be compared, each by the actions of production that carry it out."""

import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import config.regions as regions
from config.planning import planning_with
from service.observatory.simulations import POLICIES

# What region.toml says of it; departements and EPCI that do otherwise are said further down in the same file.
SAYS = re.compile(r'^(\s*claim_policy\s*=\s*)"[^"]*"', re.MULTILINE)


@dataclass(frozen=True)
class Rule:
    """One rule of sharing: the policy every territory follows, and whether vans carry or every charity fetches."""

    name: str
    policy: str
    rounds: bool = True

    @property
    def label(self) -> str:
        """What people call it, in French."""
        return POLICIES[self.name]


RULES = {
    rule.name: rule
    for rule in (
        Rule("first-come-collect", "first-come", rounds=False),
        Rule("first-come", "first-come"),
        Rule("sealed", "sealed-window"),
        Rule("two-choices", "two-choices"),
    )
}


def worth(cents_per_kg: int) -> AbstractContextManager[None]:
    """Let a kilogram be worth so much to a round in this process."""
    return planning_with({"worth": {"cents_per_kg": cents_per_kg}})


@contextmanager
def in_force(rule: Rule, region: str, folder: Path) -> Iterator[None]:
    """Let the whole region follow a rule in this process: regions are read from a copy in which it is written."""
    shutil.copytree(regions.REGIONS, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    file = folder / region / "region.toml"
    said = file.read_text(encoding="utf-8")
    written, times = SAYS.subn(rf'\g<1>"{rule.policy}"', said)
    if not times:
        written += f'\n[settings]\nclaim_policy = "{rule.policy}"\n'
    file.write_text(written, encoding="utf-8")
    theirs, regions.REGIONS = regions.REGIONS, folder
    regions.load_region_config.cache_clear()
    try:
        yield
    finally:
        regions.REGIONS = theirs
        regions.load_region_config.cache_clear()
