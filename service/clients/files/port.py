"""What the rest of the service may ask of a store of files.

A file is named by its content: the key is the SHA-256 of its bytes and an ending for its type. Two
equal files are one, a file cannot change under its key, and no name a visitor sends reaches the disk.
"""

import re
from hashlib import sha256
from typing import Protocol

_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "application/json": "json",
    "text/csv": "csv",
    "text/calendar": "ics",
    "application/gpx+xml": "gpx",
    "application/octet-stream": "bin",
}
_TYPES = {ending: content_type for content_type, ending in _ENDINGS.items()}
_KEY = re.compile(r"[0-9a-f]{64}\.(?P<ending>[a-z]{2,4})")


class FileMissing(LookupError):
    """No file has this key, or what is asked for is no key at all."""


class FileDamaged(OSError):
    """The bytes kept are no longer those that were put: the disk or a person changed them."""


class Files(Protocol):
    """A store of files named by their content."""

    def put(self, data: bytes, content_type: str) -> str:
        """Keep the bytes and return their key; putting the same bytes again changes nothing."""
        ...

    def get(self, key: str) -> bytes:
        """The bytes of a key. Raises ``FileMissing``, or ``FileDamaged`` if they are not the same."""
        ...

    def delete(self, key: str) -> None:
        """Forget the bytes; a key already gone is no error. Whoever deletes knows that no other row
        names the same key (two equal photos share one)."""
        ...


def key_of(data: bytes, content_type: str) -> str:
    """The key these bytes will have. Raises ``ValueError`` for a type that no room keeps."""
    if content_type not in _ENDINGS:
        raise ValueError(f"no room keeps files of type {content_type!r}")
    return f"{sha256(data).hexdigest()}.{_ENDINGS[content_type]}"


def content_type(key: str) -> str:
    """The content type a key was put with. Raises ``FileMissing`` for what is no key."""
    return _TYPES[_ending(key)]


def checked(key: str) -> str:
    """Return the key, or refuse anything else: a path, a parent folder, an unknown ending."""
    _ending(key)
    return key


def whole(key: str, data: bytes) -> bytes:
    """Return the bytes if they are still those of the key."""
    if not key.startswith(sha256(data).hexdigest()):
        raise FileDamaged(f"the file {key} is not what was put")
    return data


def _ending(key: str) -> str:
    match = _KEY.fullmatch(key)
    if match is None or match["ending"] not in _TYPES:
        raise FileMissing("no such file")
    return match["ending"]
