"""Frozen dataclasses to JSON and back by their own types, with the path of anything wrong, and their schema."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from routing.errors import FormatError, ProblemError
from routing.matrix import UNREACHABLE, Matrix

NAMES = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


def encode(value: Any) -> Any:
    """`value` as plain JSON data; sets are sorted, missing pairs of a matrix become null."""
    if isinstance(value, Matrix):
        rows = {"metres": value.metres.tolist(), "seconds": value.seconds.tolist()}
        if (value.metres == UNREACHABLE).any():
            rows = {k: [[None if e == UNREACHABLE else e for e in row] for row in v] for k, v in rows.items()}
        return rows
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, (frozenset, set)):
        return sorted(encode(item) for item in value)
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def decode(kind: Any, data: Any, path: str = "$") -> Any:
    """`data` as an instance of `kind`; FormatError names the path of what does not fit."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        if data is None and type(None) in arguments:
            return None
        rest = [argument for argument in arguments if argument is not type(None)]
        if len(rest) == 1:
            return decode(rest[0], data, path)
        if isinstance(data, bool) or not isinstance(data, tuple(rest)):
            raise FormatError(path, f"must be {' or '.join(NAMES[kind] for kind in rest)}, not {data!r:.80}")
        return data
    if origin in (tuple, frozenset):
        if not isinstance(data, list):
            raise FormatError(path, f"must be a list, not {_called(data)}")
        items = [decode(arguments[0], item, f"{path}[{at}]") for at, item in enumerate(data)]
        return tuple(items) if origin is tuple else frozenset(items)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(data, dict):
            raise FormatError(path, f"must be an object, not {_called(data)}")
        return {
            decode(arguments[0], key, f"{path}.{key}"): decode(arguments[1], item, f"{path}.{key}")
            for key, item in data.items()
        }
    if kind is Matrix or is_dataclass(kind):
        return _object(kind, data, path)
    return _simple(kind, data, path)


def _called(data: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(data), "a number")


def _object(kind: Any, data: Any, path: str) -> Any:
    if not isinstance(data, dict):
        raise FormatError(path, f"must be an object, not {_called(data)}")
    known = {field.name: field for field in fields(kind)}
    for name in data:
        if name not in known:
            raise FormatError(f"{path}.{name}", f"is not known here; there are {', '.join(known)}")
    for name, field in known.items():
        if field.default is MISSING and field.default_factory is MISSING and name not in data:
            raise FormatError(f"{path}.{name}", "is missing")
    hints = dict.fromkeys(known, Any) if kind is Matrix else _hints(kind)
    values = {name: decode(hints[name], item, f"{path}.{name}") for name, item in data.items()}
    try:
        return kind(**values)
    except ProblemError as error:
        raise FormatError(f"{path}.{error.field}", error.reason) from error


def _simple(kind: Any, data: Any, path: str) -> Any:
    if kind is Any:
        return data
    if kind is datetime:
        try:
            return datetime.fromisoformat(data)
        except (TypeError, ValueError) as error:
            raise FormatError(path, f"must be a time as in ISO 8601, not {data!r}") from error
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        try:
            return kind(data)
        except ValueError as error:
            raise FormatError(path, f"must be one of {', '.join(kind)}, not {data!r}") from error
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if not isinstance(data, kind) or (kind is not bool and isinstance(data, bool)):
        raise FormatError(path, f"must be {NAMES[kind]}, not {data!r:.80}")
    return data


def schema(kind: type, title: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a dataclass, made from its types."""
    definitions: dict[str, Any] = {}
    root = _schema_of(kind, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _schema_of(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_schema_of(argument, definitions) for argument in arguments]}
    if origin in (tuple, frozenset):
        return {"type": "array", "items": _schema_of(arguments[0], definitions)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema_of(arguments[1], definitions)}
    if kind is Matrix:
        entry = {"anyOf": [{"type": "integer", "minimum": UNREACHABLE}, {"type": "null"}]}
        table = {"type": "array", "items": {"type": "array", "items": entry}}
        return _named("Matrix", {"metres": table, "seconds": table}, ["metres", "seconds"], "", definitions)
    if is_dataclass(kind) and isinstance(kind, type):
        if kind.__name__ in definitions:
            return {"$ref": f"#/$defs/{kind.__name__}"}
        definitions[kind.__name__] = {}
        hints = _hints(kind)
        needed = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
        parts = {field.name: _schema_of(hints[field.name], definitions) for field in fields(kind)}
        return _named(kind.__name__, parts, needed, kind.__doc__ or "", definitions)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"enum": [str(item) for item in kind]}
    if kind is datetime:
        return {"type": "string", "format": "date-time"}
    names = {int: "integer", float: "number", str: "string", bool: "boolean", type(None): "null"}
    return {"type": names[kind]}


def _named(
    name: str, parts: dict[str, Any], needed: list[str], words: str, definitions: dict[str, Any]
) -> dict[str, Any]:
    definitions[name] = {
        "type": "object",
        "description": " ".join(words.split()),
        "properties": parts,
        "required": needed,
        "additionalProperties": False,
    }
    return {"$ref": f"#/$defs/{name}"}
