"""Making the search ready: everything compiled, on a problem so small that only compiling takes time."""

from __future__ import annotations

import time

import numpy as np

from routing.engine.instance import Instance
from routing.engine.search.clock import Limits
from routing.engine.search.drive import Drive
from routing.fleet import Compartment, Vehicle
from routing.kinds import Temperature, Window
from routing.matrix import Matrix
from routing.problem import Problem
from routing.shipment import Place, Shipment, Site


def make_ready() -> float:
    """Compile what is not compiled yet, or load it; the seconds that took. The first time is about a minute."""
    began = time.perf_counter()
    way = Matrix(np.zeros((1, 1), dtype=np.int64), np.zeros((1, 1), dtype=np.int64))
    here = Place("here")
    van = Vehicle("van", "here", "here", Window(0, 10), (Compartment(Temperature.AMBIENT, 1, 1),))
    tiny = Problem((Site("here"),), (Shipment("one", here, (here,), 1),), (van,), {"van": way})
    Drive(Instance(tiny), 0, Limits(1.0, 1, 1, lambda: False), lambda phase, value, steps: None).run(None)
    return time.perf_counter() - began
