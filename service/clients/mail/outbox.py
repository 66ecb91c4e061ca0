"""The null twin: mail that stays here, where a demo's visitor or a test can read it."""

import os
import re
import tempfile
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from threading import Lock

from service.clients.mail.message import compose

_SENDER = "Glane <glane@localhost>"


@dataclass(frozen=True)
class Letter:
    """A message as its reader would see it."""

    to: str
    subject: str
    text: str
    html: str | None


class OutboxMail:
    """Keeps the newest ``keep`` messages, in a folder that web and workers share, or in memory."""

    def __init__(self, folder: Path | None = None, *, keep: int = 200) -> None:
        self._folder, self._keep = folder, keep
        self._kept: list[bytes] = []
        self._lock = Lock()
        if folder is not None:
            # The letters hold sign-in links: only the account that runs Glane may read them.
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def send(self, to: str, subject: str, text: str, html: str | None = None) -> None:
        """Keep one message; see ``Mail.send``."""
        raw = compose(_SENDER, to, subject, text, html).as_bytes(policy=policy.SMTPUTF8)
        with self._lock:
            if self._folder is None:
                self._kept = [*self._kept, raw][-self._keep :]
            else:
                self._store(self._folder, raw)

    def letters(self, to: str | None = None) -> list[Letter]:
        """The messages kept, newest first, those to one address if it is given."""
        if self._folder is None:
            raws = list(reversed(self._kept))
        else:
            raws = [path.read_bytes() for path in reversed(_files(self._folder))]
        found = [_letter(raw) for raw in raws]
        return [letter for letter in found if to is None or letter.to.lower() == to.lower()]

    def _store(self, folder: Path, raw: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        # Names sort in the order of sending; the random part keeps two processes apart.
        stem = f"{time.time_ns():020d}-{re.sub(r'[^a-z0-9]', '', Path(name).stem.lower())}"
        Path(name).replace(folder / f"{stem}.eml")
        for old in _files(folder)[: -self._keep]:
            old.unlink(missing_ok=True)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.eml"))


def _letter(raw: bytes) -> Letter:
    message = message_from_bytes(raw, policy=policy.default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return Letter(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=text.get_content() if text is not None else "",
        html=html.get_content() if html is not None else None,
    )
