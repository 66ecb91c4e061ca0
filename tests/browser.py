"""Which browser the tests drive: an installed Chromium, else Debian's, else the test tool's own."""

import os
import shutil
import subprocess
import sys

from workers.bench.pages.browser import ARGUMENTS, installed

__all__ = ["ARGUMENTS", "PATIENCE_MS", "ensure", "installed"]
# How long a page may take to show what is expected of it: far above what it needs, the machine may be busy.
PATIENCE_MS = 30_000


def ensure() -> None:
    """Install a browser where there is none."""
    if installed():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Debian's Chromium for the browser tests")
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        done = subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=False)
        if done.returncode == 0 and installed():
            return
    print("Installing the test tool's own Chromium")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    ensure()
