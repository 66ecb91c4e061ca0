"""Photos are made small and harmless, and what is no photo is refused in words for people."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from service.kit.pictures import (
    CleanPhoto,
    PhotoIncomplete,
    PhotoTooDetailed,
    PhotoTooLarge,
    PhotoUnreadable,
    clean_photo,
)
from service.kit.refusals import Refusal

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def photo(width: int = 400, height: int = 200) -> Image.Image:
    """A red picture with a blue corner at the top left, so that turning it shows."""
    picture = Image.new("RGB", (width, height), (200, 30, 30))
    ImageDraw.Draw(picture).rectangle((0, 0, width // 4, height // 4), fill=(20, 20, 220))
    return picture


def encoded(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """The bytes of a picture."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def noted(orientation: int = 1) -> Image.Exif:
    """What a phone writes beside a photo: how it was held, its make, and where it stood."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = orientation, "SecretPhone"
    position = exif.get_ifd(GPS)
    position[1], position[2] = "N", (47.0, 13.0, 6.5)
    position[3], position[4] = "W", (1.0, 33.0, 14.0)
    return exif


def reopened(data: bytes) -> Image.Image:
    """The picture as a browser would decode it."""
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_each_kind_of_photo_is_accepted(kind: str) -> None:
    """What phones and cameras send becomes the same kind of file, whatever it was."""
    pillow_heif.register_heif_opener()
    clean = clean_photo(encoded(photo(), kind))
    assert (clean.width, clean.height) == (400, 200)
    assert reopened(clean.data).format == reopened(clean.thumbnail).format == "WEBP"
    red, _, blue = reopened(clean.data).getpixel((300, 150))  # type: ignore[misc]  # an RGB pixel
    assert red > 150 > blue


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_position_and_notes_are_gone(kind: str) -> None:
    """Nobody can tell from a photo where it was taken, or with what."""
    sent = encoded(photo(), kind, exif=noted().tobytes())
    assert reopened(sent).getexif().get_ifd(GPS), "the photo sent does carry a position"
    clean = clean_photo(sent)
    for data in (clean.data, clean.thumbnail):
        kept = reopened(data)
        assert not dict(kept.getexif())
        assert not kept.getexif().get_ifd(GPS)
        assert "exif" not in kept.info
        assert "xmp" not in kept.info
        assert "icc_profile" not in kept.info
        assert b"SecretPhone" not in data
        assert b"EXIF" not in data


def test_what_hides_behind_a_picture_is_gone() -> None:
    """A program appended to a photo, or a comment in it, does not survive."""
    sent = encoded(photo(), comment=b"<script>alert(1)</script>") + b"<?php system($_GET[0]); ?>"
    clean = clean_photo(sent)
    assert b"script" not in clean.data
    assert b"php" not in clean.data


@pytest.mark.parametrize(
    ("orientation", "size", "corner"),
    [
        (1, (400, 200), (20, 20)),
        (3, (400, 200), (380, 180)),
        (6, (200, 400), (180, 20)),
        (8, (200, 400), (20, 380)),
    ],
)
def test_a_photo_is_turned_as_the_phone_was_held(
    orientation: int, size: tuple[int, int], corner: tuple[int, int]
) -> None:
    """The blue corner is where the eye saw it."""
    clean = clean_photo(encoded(photo(), exif=noted(orientation).tobytes()))
    assert (clean.width, clean.height) == size
    red, _, blue = reopened(clean.data).getpixel(corner)  # type: ignore[misc]  # an RGB pixel
    assert blue > 150 > red


def test_large_photos_are_made_small() -> None:
    """The long side is 1600 px at most, the thumbnail's 320, and the shape is kept."""
    clean = clean_photo(encoded(photo(4000, 3000)))
    assert (clean.width, clean.height) == (1600, 1200)
    assert reopened(clean.thumbnail).size == (320, 240)


def test_small_photos_are_not_blown_up() -> None:
    """A small picture stays as small as it is, down to one pixel."""
    assert clean_photo(encoded(photo(90, 50))).width == 90
    assert clean_photo(encoded(photo(1, 1), "PNG")).height == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "YCbCr"])
def test_every_colour_model_becomes_plain_colour(mode: str) -> None:
    """Scans, drawings and transparent pictures are shown too, on white."""
    grey = Image.new("L", (40, 40), 128)
    match mode:
        case "I;16":
            picture = Image.new("I;16", (40, 40), 128 * 256)
        case "P":
            picture = grey.convert("RGB").quantize(8)
        case _:
            picture = grey.convert("RGB").convert(mode)
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    shown = reopened(clean_photo(encoded(picture, kind)).data)
    assert shown.mode == "RGB"
    if mode != "1":
        assert abs(shown.getpixel((20, 20))[0] - 128) < 12  # type: ignore[index]  # an RGB pixel


def test_transparency_becomes_white() -> None:
    """A cut-out product stands on paper, not on black."""
    shown = reopened(clean_photo(encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG")).data)
    assert min(shown.getpixel((10, 10))) > 245  # type: ignore[arg-type]  # an RGB pixel


def test_colours_are_translated_from_the_cameras_profile() -> None:
    """A photo with its own colour profile is brought to the one every screen assumes."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    good = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for sent in (profile, good, b"no profile at all"):
        assert clean_photo(encoded(photo(), icc_profile=sent)).width == 400


def test_sixty_megabytes_are_refused_before_they_are_read() -> None:
    """The limit is said, with what to do."""
    with pytest.raises(PhotoTooLarge) as refused:
        clean_photo(b"\xff" * 60_000_000)
    assert refused.value.status == 413
    assert "60 Mo" in refused.value.text("fr")
    assert "25 Mo" in refused.value.text("fr")


def test_twenty_five_megabytes_are_accepted() -> None:
    """A photo of exactly the limit passes: the bytes behind its end are ignored."""
    data = encoded(photo())
    assert clean_photo(data + b"\0" * (25_000_000 - len(data))).width == 400


@pytest.mark.parametrize(
    "data",
    [b"", b"bonjour, ceci est un texte\n" * 50, b"GIF89a" + b"\0" * 100, b"%PDF-1.7\n",
     b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n",
     b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic"],
)  # fmt: skip
def test_what_is_no_photo_is_refused_whatever_its_name(data: bytes) -> None:
    """A text called .jpg is told apart by its content, in words for people."""
    with pytest.raises((PhotoUnreadable, PhotoIncomplete)) as refused:
        clean_photo(data)
    assert refused.value.status == 422
    assert "photo" in refused.value.text("fr")


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO"])
def test_other_kinds_of_picture_are_refused(kind: str) -> None:
    """Fewer decoders, fewer holes."""
    with pytest.raises(PhotoUnreadable):
        clean_photo(encoded(photo(64, 64), kind))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_cut_in_the_middle_is_refused(kind: str) -> None:
    """A transfer that broke off is not shown half grey: the person is asked to send it again."""
    whole = encoded(Image.effect_noise((500, 500), 80).convert("RGB"), kind)
    with pytest.raises((PhotoIncomplete, PhotoUnreadable)):
        clean_photo(whole[: len(whole) // 2])


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused() -> None:
    """40,000 × 40,000 pixels in a few bytes are refused before a single one is decoded."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    for side in (9_000, 12_000, 40_000):
        header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
        bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
        with pytest.raises(PhotoTooDetailed) as refused:
            clean_photo(bomb)
        assert refused.value.status == 413


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "HEIF"]),
    harm=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_damaged_bytes_never_surprise(kind: str, harm: list[tuple[float, int]]) -> None:
    """Whatever bytes are changed, the answer is a photo or a named refusal, never a crash."""
    data = bytearray(encoded(photo(48, 32), kind))
    for where, value in harm:
        data[int(where * len(data))] = value
    try:
        answer: CleanPhoto | Refusal = clean_photo(bytes(data))
    except Refusal as refusal:
        answer = refusal
    assert isinstance(answer, CleanPhoto) or answer.status in (413, 422)
