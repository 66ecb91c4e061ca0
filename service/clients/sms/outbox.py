"""The null twin: text messages that stay here, where a demo's visitor or a test can read them."""

import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

from service.clients.sms.alphabet import to_gsm
from service.clients.sms.port import checked


@dataclass(frozen=True)
class Text:
    """A message as the phone would show it."""

    to: str
    text: str


class OutboxSms:
    """Keeps the newest ``keep`` messages, in a folder that web and workers share, or in memory."""

    def __init__(self, folder: Path | None = None, *, keep: int = 200) -> None:
        self._folder, self._keep = folder, keep
        self._kept: list[Text] = []
        self._references: list[str] = []
        self._lock = Lock()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def send(self, to_e164: str, text: str, reference: str = "") -> None:
        """Keep one message; see ``Sms.send``. A reference that was kept before is not kept again."""
        kept = Text(checked(to_e164), to_gsm(text))
        with self._lock:
            if reference and reference in self._references:
                return
            self._references = [*self._references, reference][-self._keep :]
            if self._folder is None:
                self._kept = [*self._kept, kept][-self._keep :]
            else:
                self._store(self._folder, kept)

    def texts(self, to: str | None = None) -> list[Text]:
        """The messages kept, newest first, those to one number if it is given."""
        if self._folder is None:
            found = list(reversed(self._kept))
        else:
            paths = sorted(self._folder.glob("*.json"), reverse=True)
            found = [Text(**json.loads(path.read_text(encoding="utf-8"))) for path in paths]
        return [text for text in found if to is None or text.to == to]

    def _store(self, folder: Path, kept: Text) -> None:
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(kept), file, ensure_ascii=False)
        Path(name).replace(folder / f"{time.time_ns():020d}-{os.getpid()}.json")
        for old in sorted(folder.glob("*.json"))[: -self._keep]:
            old.unlink(missing_ok=True)
