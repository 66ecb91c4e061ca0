"""Other open solvers, each `routes(problem, until, seed, threads)` on a public instance; none need be installed."""
