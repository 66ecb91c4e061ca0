"""The processes a demonstration starts: each writes to its own log, all end together, none is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType

from workers.cli.serving import PARENT

END_SECONDS = 8.0


class Processes:
    """Parts of an installation as children of this process, with further words in their environment."""

    def __init__(self, folder: Path, given: Mapping[str, str] = MappingProxyType({})) -> None:
        self.folder, self.given = folder, given
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Processes":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def start(self, *parts: str) -> None:
        """Start `glane <part>` for each, away from the terminal's Ctrl-C, which is for this process to pass on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for part in parts:
            with (self.folder / f"{part}.log").open("ab") as log:
                self._running[part] = subprocess.Popen(  # noqa: S603  our own command, fixed words
                    [sys.executable, "-m", "workers.cli", part],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **self.given, PARENT: str(os.getpid())},
                    start_new_session=True,
                )

    def pid(self, part: str) -> int:
        """The process of a part."""
        return self._running[part].pid

    def lost(self) -> str | None:
        """What to say of a part that ended by itself; None while all run."""
        for part, process in self._running.items():
            if process.poll() is not None:
                lines = (self.folder / f"{part}.log").read_text(errors="replace").splitlines()[-15:]
                return "\n".join([f"« glane {part} » s'est arrêté (code {process.returncode}) :", *lines])
        return None

    def end(self) -> None:
        """Ask all to stop, wait, and end those that do not, with whatever they started."""
        for process in self._running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        until = time.monotonic() + END_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._running.clear()
