"""Photos made small and harmless and kept, before any transaction begins; and carried by a form that is sent again."""

from dataclasses import astuple, dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

from config.settings import Settings
from service.clients.files.port import Files
from service.kit.pictures import clean_photo

SALT = "lot photo"
DAY = 86_400


@dataclass(frozen=True)
class StoredPhoto:
    """A photo in the store of files, not yet part of a lot."""

    file_key: str
    thumb_key: str
    width: int
    height: int


def keep_photo(files: Files, data: bytes) -> StoredPhoto:
    """Clean and keep a photo. Raises the refusals of `kit.pictures` (413, 422)."""
    photo = clean_photo(data)
    return StoredPhoto(
        file_key=files.put(photo.data, photo.content_type),
        thumb_key=files.put(photo.thumbnail, photo.content_type),
        width=photo.width,
        height=photo.height,
    )


def signed(settings: Settings, photo: StoredPhoto) -> str:
    """A text that a form may carry; nobody can name another file with it."""
    return _serializer(settings).dumps(astuple(photo))


def unsigned(settings: Settings, text: str) -> StoredPhoto | None:
    """The photo of a signed text less than a day old, else None."""
    try:
        file_key, thumb_key, width, height = _serializer(settings).loads(text, max_age=DAY)
    except (BadData, ValueError, TypeError):
        return None
    return StoredPhoto(str(file_key), str(thumb_key), int(width), int(height))


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.secret_key.get_secret_value(), salt=SALT)
