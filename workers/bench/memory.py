"""Peak memory of a process and of what it started, from the kernel's own account (Linux)."""

import threading
from pathlib import Path

PROC = Path("/proc")


def peak_kib(pid: int) -> int:
    """The most a process has held so far (VmHWM), in KiB; 0 where the system does not tell, or it is gone."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def family(pid: int) -> list[int]:
    """A process and everything below it."""
    found = [pid]
    for parent in found:
        for task in (PROC / str(parent) / "task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except OSError:
                continue
    return found


class Watched:
    """Looks at a process and its children several times a second; `peak` is the sum of the peaks of those seen."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peaks: dict[int, int] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            for pid in family(self._pid):
                self._peaks[pid] = max(self._peaks.get(pid, 0), peak_kib(pid))

    @property
    def own_mib(self) -> float:
        """The process's own peak, in MiB."""
        return self._peaks.get(self._pid, 0) / 1024

    @property
    def child_mib(self) -> float:
        """The largest peak among its children, in MiB: searches run one after another."""
        return max([kib for pid, kib in self._peaks.items() if pid != self._pid], default=0) / 1024
