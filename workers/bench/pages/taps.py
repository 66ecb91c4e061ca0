"""How many taps it takes to give: a thumb that counts, and the two ways it goes."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

PUBLISHED = re.compile(r"/lots/\d+(\?|$)")
# A photo is taken outside the page: one tap on the shutter, one to keep the picture.
CAMERA_TAPS = 2


@dataclass
class Thumb:
    """Taps on a page, counted and named. Typing is not tapping, but going into a field is."""

    page: Page
    taps: list[str] = field(default_factory=list)

    def tap(self, what: Locator, name: str) -> None:
        """One tap."""
        what.tap()
        self.taps.append(name)

    def write(self, what: Locator, text: str, name: str) -> None:
        """A tap into a field, then typing."""
        self.tap(what, name)
        what.fill(text)

    def take_photo(self, what: Locator, picture: bytes, name: str) -> None:
        """A tap on the page, then those in the camera."""
        with self.page.expect_file_chooser() as asked:
            self.tap(what, name)
        asked.value.set_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture})
        self.taps.extend(["Déclencheur", "Garder la photo"][:CAMERA_TAPS])


def same_as_last_time(page: Page) -> list[str]:
    """From a donor's home, the lot of last time once more; the taps it took."""
    thumb = Thumb(page)
    page.goto("/give")
    thumb.tap(page.get_by_text(re.compile("Comme (hier|la dernière fois)")).first, "Comme la dernière fois")
    publish(thumb)
    return thumb.taps


def a_new_lot(page: Page, picture: bytes, kg: str = "8") -> list[str]:
    """From a donor's home, a lot with its photo, its kind and its weight; the taps it took."""
    thumb = Thumb(page)
    page.goto("/give")
    thumb.tap(page.get_by_role("main").get_by_role("link", name="Donner", exact=True), "Donner")
    page.wait_for_url("**/lots/new")
    thumb.take_photo(page.locator("label.photo-field").first, picture, "Prendre une photo")
    with page.expect_response(re.compile("/lots/new/details")):
        thumb.tap(page.locator("label.tile").first, "Catégorie")
    thumb.write(page.get_by_label("Poids", exact=True), kg, "Poids")
    publish(thumb)
    return thumb.taps


def publish(thumb: Thumb) -> None:
    """Send the form and wait for the lot's page."""
    thumb.tap(thumb.page.get_by_role("button", name="Publier le lot"), "Publier")
    thumb.page.wait_for_url(PUBLISHED)
