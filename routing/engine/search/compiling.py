"""How the search is compiled: once per version of its source, kept in a folder of its own, without the GIL.

numba only notices that a file itself has changed, not one it calls, so the folder is named after all of them.
It lies in the user's cache folder (XDG_CACHE_HOME where that is set).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

# The files whose code, or whose layout of records, is compiled.
COMPILED = (
    "compiling",
    "dice",
    "gaps",
    "moments",
    "recreate",
    "resting",
    "ruin",
    "scan",
    "state",
    "steps",
    "tables",
    "timing",
)

Function = TypeVar("Function", bound=Callable[..., object])


def _digest() -> str:
    """A name for the source of this package as it stands, and for the numba that compiles it."""
    told = hashlib.sha256(numba.__version__.encode())
    for name in COMPILED:
        told.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return told.hexdigest()[:16]


def _folder() -> Path:
    """Where compiled code is kept: the user's cache folder, or a temporary one where that cannot be written."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "glane"
    folder = base / f"search-{_digest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"glane-{os.getuid()}" / folder.name
        folder.mkdir(parents=True, exist_ok=True)
    return folder


numba.config.CACHE_DIR = str(_folder())  # type: ignore[attr-defined]  # numba fills its settings in when it starts

_INNER: dict[str, Any] = {"nogil": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_ENTRY: dict[str, Any] = {"nogil": True, "no_cfunc_wrapper": True, "cache": True}


def inner(function: Function) -> Function:
    """`function` as machine code for other compiled code only; the interpreter cannot call it."""
    return cast(Function, numba.njit(**_INNER)(function))


def entry(function: Function) -> Function:
    """`function` as machine code the interpreter calls; kept on disk, runs beside the interpreter."""
    return cast(Function, numba.njit(**_ENTRY)(function))
