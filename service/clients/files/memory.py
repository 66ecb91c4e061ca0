"""The twin in memory, for tests and for trying things out."""

from service.clients.files.port import FileMissing, checked, key_of


class MemoryFiles:
    """Keeps files as long as the process lives."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def put(self, data: bytes, content_type: str) -> str:
        """Keep the bytes; see ``Files.put``."""
        key = key_of(data, content_type)
        self._kept[key] = data
        return key

    def get(self, key: str) -> bytes:
        """The bytes of a key; see ``Files.get``."""
        try:
            return self._kept[checked(key)]
        except KeyError as error:
            raise FileMissing("no such file") from error

    def delete(self, key: str) -> None:
        """Forget the bytes; see ``Files.delete``."""
        self._kept.pop(checked(key), None)
