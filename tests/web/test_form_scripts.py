"""What the scripts of forms do: nothing typed is lost, nothing is sent twice."""

from playwright.sync_api import Route, expect

from tests.web.conftest import HEAD, Show

FORM = HEAD + (
    '<form method="post" action="/sent" data-keep="lot">{{ ui.csrf() }}'
    '{{ ui.quantity("crates", "Cagettes", 2, max=3) }}'
    '{{ ui.field("title", "Titre") }}{{ ui.field("secret", "Mot de passe", type="password") }}'
    '{{ ui.select("why", "Motif", [("closed", "Fermé"), ("other", "Autre")], "closed") }}'
    '{{ ui.field("reason", "Précisez", data_show_when="why=other") }}'
    '{{ ui.button("Envoyer", "primary") }}</form>{% endblock %}'
)


def test_a_half_filled_form_is_found_again(show: Show) -> None:
    """A reload loses nothing that was typed, but a password is never kept."""
    page = show(FORM)
    page.get_by_label("Titre").fill("Pains et brioches")
    page.get_by_label("Mot de passe").fill("tulipe")
    page.reload()
    expect(page.get_by_label("Titre")).to_have_value("Pains et brioches")
    expect(page.get_by_label("Mot de passe")).to_have_value("")
    assert "tulipe" not in page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")


def test_a_condition_shows_its_field(show: Show) -> None:
    """A field that does not apply is neither seen nor sent."""
    page = show(FORM)
    expect(page.get_by_label("Précisez")).to_be_hidden()
    expect(page.get_by_label("Précisez")).to_be_disabled()
    page.get_by_label("Motif").select_option("other")
    expect(page.get_by_label("Précisez")).to_be_enabled()


def test_the_buttons_around_a_number_keep_its_limits(show: Show) -> None:
    """Plus stops at the most, minus at the least."""
    page = show(FORM)
    for _ in range(3):
        page.get_by_label("Plus : Cagettes").click()
    expect(page.get_by_label("Cagettes", exact=True)).to_have_value("3")
    for _ in range(5):
        page.get_by_label("Moins : Cagettes").click()
    expect(page.get_by_label("Cagettes", exact=True)).to_have_value("0")


def test_two_taps_send_once(show: Show) -> None:
    """The second tap on a slow network does nothing."""
    page = show(FORM)
    sent: list[str] = []

    def take(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=204)

    page.route("**/sent", take)
    for _ in range(3):
        page.locator("[data-keep] .btn-primary").click(no_wait_after=True)
        page.wait_for_timeout(150)
    assert sent == ["POST"]
    expect(page.locator("[data-keep] .btn-primary")).to_have_attribute("aria-busy", "true")


def test_the_phones_position_fills_the_place(show: Show) -> None:
    """One tap puts the phone's own position into the two boxes; without it they can be typed."""
    source = HEAD + (
        '<form method="post" action="/x"><fieldset data-place>'
        '{{ ui.button("Ici", type="button", data_locate=true, hidden=true) }}'
        '{{ ui.field("latitude", "Latitude") }}{{ ui.field("longitude", "Longitude") }}</fieldset></form>{% endblock %}'
    )
    page = show(source)
    # The test's pages are not from a secure address, where browsers give no position: one is put in its place.
    page.evaluate(
        "() => Object.defineProperty(navigator, 'geolocation', {value: {getCurrentPosition: "
        "(found) => found({coords: {latitude: 47.2184, longitude: -1.5536}})}})"
    )
    page.get_by_role("button", name="Ici").click()
    expect(page.get_by_label("Latitude")).to_have_value("47.21840")
    expect(page.get_by_label("Longitude")).to_have_value("-1.55360")
