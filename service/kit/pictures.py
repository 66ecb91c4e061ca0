"""Photos that people send, made small and harmless.

Only pixels go through: what comes out is encoded anew, so that neither the position a phone writes
into a photo nor anything hidden behind the picture is kept.
"""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from service.kit.i18n import N_
from service.kit.refusals import Refusal

MAX_BYTES = 25 * 1000 * 1000
# A phone's 50-megapixel photo passes; decoding one of these never takes more than about 300 MB.
MAX_PIXELS = 64_000_000
MAX_SIDE = 1600
THUMBNAIL_SIDE = 320
CONTENT_TYPE = "image/webp"

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# What Pillow and its decoders raise for bytes that are no picture, or only half of one.
_BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, RuntimeError, EOFError, LookupError, OverflowError,
    AssertionError, struct.error, zlib.error,
)  # fmt: skip

pillow_heif.register_heif_opener(thumbnails=False)


class PhotoTooLarge(Refusal):
    """More bytes than are accepted."""

    status = 413
    code = "photo-too-large"
    message = N_(
        "Cette photo est trop lourde (%(megabytes)s Mo). La limite est de %(most)s Mo : "
        "reprenez-la avec une qualité plus basse."
    )


class PhotoTooDetailed(Refusal):
    """Few bytes that unfold into more pixels than are accepted."""

    status = 413
    code = "photo-too-detailed"
    message = N_(
        "Cette image a trop de pixels (%(width)s × %(height)s). Reprenez la photo avec une définition plus basse."
    )


class PhotoUnreadable(Refusal):
    """Not a picture, or not one of the accepted kinds."""

    status = 422
    code = "photo-unreadable"
    message = N_("Ce fichier n'est pas une photo lisible. Envoyez une photo JPEG, PNG, WebP ou HEIF.")


class PhotoIncomplete(Refusal):
    """A picture that stops in the middle."""

    status = 422
    code = "photo-incomplete"
    message = N_("Cette photo est arrivée incomplète ou abîmée. Envoyez-la de nouveau.")


@dataclass(frozen=True)
class CleanPhoto:
    """A photo ready to keep: WebP bytes, a small one beside it, and its size in pixels."""

    data: bytes
    thumbnail: bytes
    width: int
    height: int
    content_type: str = CONTENT_TYPE


def clean_photo(data: bytes) -> CleanPhoto:
    """Turn a JPEG, PNG, WebP or HEIF photo into an upright WebP of at most 1600 px a side.

    Raises ``PhotoTooLarge`` above 25 MB, ``PhotoTooDetailed`` above 64 megapixels, ``PhotoUnreadable``
    for anything but a photo whatever its name says, ``PhotoIncomplete`` for one cut short.
    """
    if len(data) > MAX_BYTES:
        raise PhotoTooLarge(megabytes=round(len(data) / 1e6), most=MAX_BYTES // 1_000_000)
    with _opened(data) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise PhotoTooDetailed(width=picture.width, height=picture.height)
        try:
            upright = _upright(picture)
        except _BROKEN as error:
            raise PhotoIncomplete() from error
    upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    small = upright.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return CleanPhoto(
        data=_encoded(upright, 80), thumbnail=_encoded(small, 72), width=upright.width, height=upright.height
    )


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """Read the header only: the pixels are decoded once their number is known to be reasonable."""
    try:
        picture = Image.open(BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoTooDetailed(width="…", height="…") from error
    except _BROKEN as error:
        raise PhotoUnreadable() from error
    with picture:
        yield picture


def _upright(picture: Image.Image) -> Image.Image:
    """Decode, turn as the camera was held, and bring every colour model to plain sRGB on white."""
    # A JPEG can be decoded at a fraction of its size, which saves most of the time and memory.
    picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
    picture.load()
    profile = picture.info.get("icc_profile")
    turned = ImageOps.exif_transpose(picture)
    if turned.mode.startswith("I"):
        # 16-bit greys would all be clipped to white: keep their upper eight bits.
        turned = turned.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if turned.mode in ("LA", "PA", "La", "RGBa", "RGBA") or "transparency" in turned.info:
        flat = Image.new("RGBA", turned.size, "white")
        flat.alpha_composite(turned.convert("RGBA"))
        return flat.convert("RGB")
    if profile and turned.mode in ("RGB", "CMYK"):
        turned = _in_srgb(turned, profile)
    return turned.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Translate the camera's colours; a profile that cannot be read leaves them as they are."""
    try:
        translated = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return picture if translated is None else translated


def _encoded(picture: Image.Image, quality: int) -> bytes:
    """WebP bytes of the pixels alone: a new picture, so that nothing of the old one's notes is copied."""
    bare = Image.frombytes("RGB", picture.size, picture.tobytes())
    out = BytesIO()
    bare.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()
