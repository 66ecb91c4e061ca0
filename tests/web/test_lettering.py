"""The text of a page as it leaves: right-to-left names set apart, French spaced, and nothing else touched."""

import pytest

from service.web.lettering import lettered
from service.web.templating import environment


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>مخبز النور · 3 km</p>", "<p>\u2068مخبز النور\u2069 · 3 km</p>"),
        ("<b>בית לחם → مخبز</b> 12 kg", "<b>\u2068בית לחם\u2069 → \u2068مخبز\u2069</b> 12 kg"),
        ("<p>de \u2068مخبز 24\u2069, 12 kg</p>", "<p>de \u2068مخبز 24\u2069, 12 kg</p>"),
        ('<input value="مخبز"><p>x</p>', '<input value="مخبز"><p>x</p>'),
        ("<textarea name=note>مخبز</textarea>", "<textarea name=note>مخبز</textarea>"),
        ("<p>Chez Ali 🥖 · 3 km</p>", "<p>Chez Ali 🥖 · 3 km</p>"),
    ],
)
def test_runs_are_set_apart(html: str, shown: str) -> None:
    """Each run once; what is typed in a box is sent back as it was typed."""
    assert lettered(html, "en") == shown
    assert lettered(shown, "en") == shown


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Chargement : ambiant</p>", "<p>Chargement\u00a0: ambiant</p>"),
        ("<p>Prêt ?</p> <b>« oui »</b>", "<p>Prêt\u202f?</p> <b>«\u00a0oui\u00a0»</b>"),
        ('<p title="Prêt ?">12 kg</p>', '<p title="Prêt ?">12\u00a0kg</p>'),
        (
            "<textarea>Prêt ?</textarea><script>a ? b : c</script>",
            "<textarea>Prêt ?</textarea><script>a ? b : c</script>",
        ),
    ],
)
def test_french_is_spaced_whoever_wrote_it(html: str, shown: str) -> None:
    """Between tags; never in what is typed or run, nor on an English page."""
    assert lettered(html, "fr") == shown
    assert lettered(html, "en") == html


def test_a_text_is_filled_with_names_set_apart() -> None:
    """Exactly, the number that belongs to the name included; numbers and our own marks are not names."""
    page = environment().from_string('{{ _("de %(place)s", place=name) }} {{ name|apart }} {{ _("étape %(n)s", n=3) }}')
    assert page.render(locale="fr", name="مخبز 24") == "de \u2068مخبز 24\u2069 \u2068مخبز 24\u2069 étape 3"
