"""From values to PDF: Typst, with the fonts it carries, no network and no clock of its own."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import segno
import typst

from service.documents.papers.words import printable

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
# Kept for years and read by everyone: the archive profile and the accessible one, both checked by Typst.
STANDARDS = ["a-2a", "ua-1"]


def pdf(template: str, data: Mapping[str, Any], at: datetime) -> bytes:
    """The PDF of a template filled with JSON values; the same values and time give the same bytes."""
    return cast(bytes, _compile(template, data, at, format="pdf", pdf_standards=STANDARDS))


def pages(template: str, data: Mapping[str, Any], at: datetime, ppi: float = 110) -> list[bytes]:
    """The same paper as PNG pictures, a page each, for showing it on a screen."""
    made = _compile(template, data, at, format="png", ppi=ppi)
    return [made] if isinstance(made, bytes) else cast(list[bytes], made)


def qr(address: str) -> str:
    """A QR code as SVG, black on nothing, with error correction for a crumpled paper."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def picture(data: bytes | None) -> list[int] | None:
    """Bytes as JSON can carry them; the template turns them back into a picture."""
    return None if data is None else list(data)


def _printable(value: Any) -> Any:
    """Every text of a paper reduced to what its fonts can draw; an archive PDF allows no missing letter."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list) and not (value and isinstance(value[0], int)):
        return [_printable(inner) for inner in value]
    return value


def _compile(template: str, data: Mapping[str, Any], at: datetime, **options: Any) -> object:
    # Values travel as JSON text and come out as plain strings: nothing a person typed is ever markup.
    return typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_printable(data), ensure_ascii=False)},
        timestamp=at.astimezone(UTC).replace(microsecond=0),
        **options,
    )
