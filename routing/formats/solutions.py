"""Solutions of problem files, read back as plans (a warm start, or another program's answer) and written.

Both public sets share one text form, the SINTEF one: a short head, `Solution`, then `Route k : nodes` without the
depot. JSON is either a Glane plan or `glane solve`'s answer to a public instance (`routes` of node numbers). A reader
builds the plan that the file states, at the earliest times; whether it is one of this problem and keeps the rules is
for `routing.check` to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from routing.errors import FormatError
from routing.formats.glane_json import parsed, read_plan
from routing.formats.routes import plan_of_routes
from routing.formats.source import Source, text_of
from routing.plan import Plan

ROUTE = re.compile(r"route\s+#?(\d+)\s*:\s*(.*)", re.IGNORECASE)
FIELDS = ("Instance name", "Authors", "Date", "Reference")


@dataclass(frozen=True, slots=True)
class Routes:
    """Node numbers of each route, where in the file each stands, and what the file says is left out."""

    nodes: tuple[tuple[int, ...], ...]
    places: tuple[str, ...]
    unserved: tuple[str, ...]
    end: str


def read_solution(path: Path, source: Source, whole: bool = True) -> Plan:
    """The plan in a solution file of this problem. Raises FormatError naming the line or the path.

    `whole` False also takes routes that lack some shipments, for who goes on from there.
    """
    return solution_of(text_of(path), source, path, whole)


def solution_of(text: str, source: Source, path: Path | None = None, whole: bool = True) -> Plan:
    """The plan in a solution's text: JSON or the public sets' own form. Raises FormatError."""
    if text.lstrip().startswith(("{", "[")):
        data = parsed(text)
        if "routes" not in data:
            if "rounds" not in data:
                raise FormatError("$", "is no solution: it has neither rounds (a plan) nor routes (of nodes)")
            return read_plan(text)
        routes = _from_json(data)
    else:
        routes = _from_text(text, f"{path}: " if path else "")
    if source.named is None:
        raise FormatError(routes.end, "holds routes of node numbers, which only answer a public instance")
    return plan_of_routes(source.problem, routes.nodes, routes.places, routes.unserved, routes.end, whole)


def _from_text(text: str, name: str) -> Routes:
    lines = text.splitlines()
    nodes: list[tuple[int, ...]] = []
    places: list[str] = []
    begun = False
    for number, line in enumerate(lines, 1):
        words = line.strip()
        found = ROUTE.fullmatch(words)
        if found is None:
            if words.lower() == "solution":
                begun = True
            elif words and (begun or nodes):
                raise FormatError(f"{name}line {number}", f"a route is expected (Route 1 : 4 7 …), not {words:.60}")
            continue
        try:
            nodes.append(tuple(int(word) for word in found[2].split()))
        except ValueError as error:
            raise FormatError(f"{name}line {number}", f"a node number is expected: {error}") from error
        if int(found[1]) != len(nodes):
            raise FormatError(f"{name}line {number}", f"route {len(nodes)} is expected, not {found[1]}")
        places.append(f"{name}line {number}")
    if not nodes and not begun:
        raise FormatError(f"{name}line {len(lines) or 1}", "the file ends before its solution begins")
    return Routes(tuple(nodes), tuple(places), (), f"{name}line {len(lines)}")


def _from_json(data: dict[str, Any]) -> Routes:
    rows = data["routes"]
    if not isinstance(rows, list):
        raise FormatError("$.routes", "must be a list of lists of node numbers")
    for at, row in enumerate(rows):
        if not isinstance(row, list):
            raise FormatError(f"$.routes[{at}]", "must be a list of node numbers")
        for to, node in enumerate(row):
            if isinstance(node, bool) or not isinstance(node, int):
                raise FormatError(f"$.routes[{at}][{to}]", f"must be a node number, not {node!r:.60}")
    told = data.get("vehicles", len(rows))
    if told != len(rows):
        raise FormatError("$.vehicles", f"says {told!r}, but there are {len(rows)} routes")
    unserved = data.get("unserved", [])
    if not isinstance(unserved, list) or not all(isinstance(name, (str, int)) for name in unserved):
        raise FormatError("$.unserved", "must be a list of shipments")
    places = tuple(f"$.routes[{at}]" for at in range(len(rows)))
    return Routes(tuple(map(tuple, rows)), places, tuple(map(str, unserved)), "$.routes")


def write_text(
    routes: Sequence[Sequence[int]], instance: str, authors: str = "", date: str = "", reference: str = ""
) -> str:
    """Routes of node numbers in the text form of both public sets; `date` as yyyy-mm-dd."""
    told = zip(FIELDS, (instance, authors, date, reference), strict=True)
    head = [f"{name:13} : {' '.join(value.split())}".rstrip() for name, value in told]
    body = [f"Route {number} : {' '.join(map(str, nodes))}" for number, nodes in enumerate(routes, 1)]
    return "\n".join([*head, "Solution", *body]) + "\n"
