"""Peers as they must not be; which one, the seed says."""

import os
import time

import routing

GOOD, NONSENSE, RAISES, DIES, HANGS = range(5)


def routes(problem: routing.Problem, until: float, seed: int, threads: int) -> list[list[str]]:
    """Answer well, badly, or not at all."""
    if seed == RAISES:
        raise ValueError("no such thing")
    if seed == DIES:
        os._exit(3)
    if seed == HANGS:
        time.sleep(600)
    if seed == NONSENSE:
        return [["99"]]
    return [[shipment.pickup.site, shipment.deliveries[0].site] for shipment in problem.shipments]
