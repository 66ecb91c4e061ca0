"""What routing refuses, and how it says so."""

from __future__ import annotations


class RoutingError(Exception):
    """The root of every error that routing raises on purpose."""


class ProblemError(RoutingError):
    """Something in a problem or a plan is wrong; `field` says where, `reason` says what."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason

    def within(self, path: str) -> ProblemError:
        """The same error seen from one level up: `path` is put before the field."""
        joint = "" if self.field.startswith("[") or not self.field else "."
        return ProblemError(f"{path}{joint}{self.field}", self.reason)


class FormatError(RoutingError):
    """A file cannot be read: names the file's place (line or JSON path) and what is wrong there."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class EngineError(RoutingError):
    """The engine's process died, answered nonsense or ran past its hard limit."""


class Cancelled(EngineError):
    """The caller asked the engine to stop before it had answered."""


class TravelError(RoutingError):
    """A matrix service did not answer, or answered something that is not a matrix."""
