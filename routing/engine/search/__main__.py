"""`python -m routing.engine.search`: compile the search now, so that the first plan does not wait for it."""

import sys

from routing.engine.search.ready import make_ready

if __name__ == "__main__":
    sys.stdout.write(f"The planner is ready ({make_ready():.1f} s)\n")
