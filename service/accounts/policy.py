"""The policy: which role may do which verb to which resource, through which relation. The table is `policy.toml`.

Relations: `any` (anything in the region), `own` (of an organisation one acts for), `assigned` (given to this person),
`self` (this person's own data). The room that owns a row says which relations hold; `demand` compares.
"""

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from service.kit.refusals import NotAllowed

if TYPE_CHECKING:
    from service.accounts.who import Who

# "anyone" is also somebody who is not signed in; "person" is everybody who is, whatever their role; "poster" is whoever
# scanned a site's poster, for one lot.
ROLES = frozenset({"anyone", "person", "poster", "donor", "charity", "driver", "dispatcher", "region", "administrator"})
RELATIONS = frozenset({"any", "own", "assigned", "self"})


@lru_cache
def table() -> frozenset[tuple[str, str, str, str]]:
    """Every row (role, resource, verb, relation)."""
    raw = tomllib.loads(Path(__file__).with_name("policy.toml").read_text(encoding="utf-8"))
    rows = set()
    for resource, verbs in raw.items():
        for verb, grants in verbs.items():
            for role, relation in grants.items():
                if role not in ROLES or relation not in RELATIONS:
                    raise ValueError(f"policy.toml: {resource}.{verb}: {role} = {relation!r} is unknown")
                rows.add((role, resource, verb, relation))
    return frozenset(rows)


def relations(roles: Iterable[str], resource: str, verb: str) -> frozenset[str]:
    """The relations through which any of these roles may do it."""
    held = set(roles)
    return frozenset(rel for role, res, v, rel in table() if role in held and res == resource and v == verb)


def demand(who: "Who", resource: str, verb: str, *holding: str) -> None:
    """Refuse (403) unless the policy lets this person do it through `any` or one of the relations that hold."""
    allowed = who.relations(resource, verb)
    if "any" not in allowed and not allowed & set(holding):
        raise NotAllowed()
