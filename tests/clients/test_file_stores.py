"""Every store of files keeps the same promises, and no key leads out of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.clients.files.folder import FolderFiles
from service.clients.files.memory import MemoryFiles
from service.clients.files.port import FileDamaged, FileMissing, Files, content_type, key_of


@pytest.fixture(params=["folder", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    """Each store in turn."""
    return FolderFiles(tmp_path / "files") if request.param == "folder" else MemoryFiles()


def test_what_is_put_is_got(files: Files) -> None:
    """The bytes come back, and the key tells their type."""
    key = files.put(b"%PDF-1.7 ...", "application/pdf")
    assert files.get(key) == b"%PDF-1.7 ..."
    assert content_type(key) == "application/pdf"


def test_equal_bytes_are_one_file(files: Files) -> None:
    """Putting the same bytes twice gives the same key; other bytes give another."""
    assert files.put(b"a", "image/webp") == files.put(b"a", "image/webp")
    assert files.put(b"a", "image/webp") != files.put(b"b", "image/webp")


def test_an_empty_file_is_a_file(files: Files) -> None:
    """Nothing is special about zero bytes."""
    assert files.get(files.put(b"", "application/octet-stream")) == b""


def test_a_deleted_file_is_missing(files: Files) -> None:
    """It is gone, and deleting it once more is no error."""
    key = files.put(b"a", "image/webp")
    files.delete(key)
    files.delete(key)
    with pytest.raises(FileMissing):
        files.get(key)


def test_an_unknown_type_is_refused(files: Files) -> None:
    """No room keeps pages or programs."""
    with pytest.raises(ValueError):
        files.put(b"<script>", "text/html")


@pytest.mark.parametrize(
    "key",
    ["", ".", "../secret", "/etc/passwd", "a" * 64 + ".html", "a" * 64, "A" * 64 + ".pdf",
     "../" + "a" * 61 + ".pdf", "a" * 64 + ".pdf\n", "a" * 64 + ".pdf/..", "\x00" * 64 + ".pdf"],
)  # fmt: skip
def test_what_is_no_key_is_missing(files: Files, key: str) -> None:
    """A path, a parent folder or an unknown ending is answered like a file that does not exist."""
    for asked in (files.get, files.delete, content_type):
        with pytest.raises(FileMissing):
            asked(key)


@given(st.text(max_size=90))
def test_no_text_whatever_reaches_another_file(key: str) -> None:
    """Whatever is asked, a store that holds nothing answers that it holds nothing."""
    with pytest.raises(FileMissing):
        MemoryFiles().get(key)


def test_no_half_file_is_left(tmp_path: Path) -> None:
    """The folder holds whole files under their keys and nothing else."""
    files = FolderFiles(tmp_path)
    keys = {files.put(bytes([number]) * 1000, "image/webp") for number in range(5)}
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == keys


def test_a_changed_file_is_not_served(tmp_path: Path) -> None:
    """A signed slip whose bytes were altered on the disk is refused, not shown."""
    files = FolderFiles(tmp_path)
    key = files.put(b"12 kg", "application/pdf")
    (tmp_path / key[:2] / key).write_bytes(b"99 kg")
    with pytest.raises(FileDamaged):
        files.get(key)


def test_a_file_cut_short_by_a_crash_is_written_again(tmp_path: Path) -> None:
    """Putting the bytes again mends a file of the wrong length."""
    files = FolderFiles(tmp_path)
    key = files.put(b"12 kg", "application/pdf")
    (tmp_path / key[:2] / key).write_bytes(b"12")
    assert files.put(b"12 kg", "application/pdf") == key == key_of(b"12 kg", "application/pdf")
    assert files.get(key) == b"12 kg"
