"""Small instances in the public forms, made on the spot."""

import math
from itertools import pairwise
from pathlib import Path
from random import Random

from routing.formats import read
from workers.bench.routing.instances import Best, Instance, load

Routes = list[list[str]]


def li_lim(pairs: int, seed: int = 1, vehicles: int = 4, capacity: int = 20, width: int = 9000) -> str:
    """A Li & Lim file with so many shipments, nodes 1 … n picked up and n+1 … 2n delivered, open for `width`."""
    random = Random(seed)
    lines = [f"{vehicles}\t{capacity}\t1", "0 50 50 0 0 10000 0 0 0"]
    spots = [(random.randint(0, 100), random.randint(0, 100)) for _ in range(2 * pairs)]
    for number, (x, y) in enumerate(spots, 1):
        first = number <= pairs
        sibling = number + pairs if first else number - pairs
        load_, opens = (7 if first else -7), 0 if width >= 9000 else random.randint(0, 400)
        lines.append(
            f"{number} {x} {y} {load_} {opens} {opens + width} 10 {0 if first else sibling} {sibling if first else 0}"
        )
    return "\n".join(lines) + "\n"


def instance(folder: Path, name: str = "tiny", pairs: int = 3, best: Best | None = None, **more: int) -> Instance:
    """That file, written and read."""
    file = folder / f"{name}.txt"
    file.write_text(li_lim(pairs, **more))
    return load(file, {name: best} if best else {})


def one_by_one(pairs: int) -> Routes:
    """A vehicle for each shipment: always feasible here."""
    return [[str(number), str(number + pairs)] for number in range(1, pairs + 1)]


def length(file: Path, routes: Routes) -> float:
    """The Euclidean length of routes, from the file's own coordinates."""
    named = read(file).named
    assert named is not None
    points = [line.split()[1:3] for line in file.read_text().splitlines()[1:]]
    total = 0.0
    for route in routes:
        stops = [0, *map(int, route), 0]
        for here, there in pairwise(stops):
            total += math.dist([float(one) for one in points[here]], [float(one) for one in points[there]])
    return total
