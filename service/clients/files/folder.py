"""Files in a folder of this machine, or of a disk that several machines mount."""

import os
import tempfile
from pathlib import Path

from service.clients.files.port import FileMissing, checked, key_of, whole


class FolderFiles:
    """Spreads files over 256 sub-folders by the first letters of their key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, data: bytes, content_type: str) -> str:
        """Keep the bytes: written whole under another name first, so that no reader ever sees half a
        file and a power cut leaves either all of it or nothing; see ``Files.put``."""
        key = key_of(data, content_type)
        target = self._path(key)
        if target.exists() and target.stat().st_size == len(data):
            return key
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        return key

    def get(self, key: str) -> bytes:
        """The bytes of a key; see ``Files.get``."""
        try:
            return whole(key, self._path(key).read_bytes())
        except FileNotFoundError as error:
            raise FileMissing("no such file") from error

    def delete(self, key: str) -> None:
        """Forget the bytes; see ``Files.delete``."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / checked(key)[:2] / key
