"""Being told on this phone: asked for after a tap with the reason beside it, refused without harm, choices kept."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Page, expect

from service.clients.push.encryption import CURVE, encoded, point
from service.notices import queries
from tests.journeys.screens import Screens
from tests.journeys.world import ROOT, World

# A browser whose vendor is this script: no real one can be reached from here.
STANDS_IN = """
(() => {
  let permission = "default", subscription = null;
  const keys = { p256dh: "KEY", auth: "c2l4dGVlbiBsZXR0ZXJzIQ" };
  const told = { endpoint: "https://fcm.googleapis.com/fcm/send/abc", keys };
  const pushManager = {
    getSubscription: async () => subscription,
    subscribe: async ({ applicationServerKey }) => (subscription = {
      endpoint: told.endpoint, options: { applicationServerKey }, toJSON: () => told,
      unsubscribe: async () => { subscription = null; return true; },
    }),
  };
  const registration = { pushManager };
  window.asked = 0;
  window.Notification = class {
    static get permission() { return permission; }
    static async requestPermission() { window.asked += 1; permission = "ANSWER"; return permission; }
  };
  window.PushManager = class {};
  Object.defineProperty(navigator, "serviceWorker", { value: {
    register: async () => registration, ready: Promise.resolve(registration), getRegistration: async () => registration,
    addEventListener() {}, controller: null,
  } });
})();
"""


def opened(world: World, screens: Screens, answer: str, width: int) -> Page:
    """The page of choices in a browser that would give this answer when asked."""
    key = encoded(point(ec.generate_private_key(CURVE).public_key()))
    page = (screens.phone if width == 390 else screens.desk)(world.cast.charity, service_workers="allow")
    page.add_init_script(STANDS_IN.replace("KEY", key).replace("ANSWER", answer))
    page.goto("/notices/preferences")
    return page


@pytest.mark.parametrize("width", [390, 1280])
def test_a_tap_asks_and_the_phone_is_told(world: World, screens: Screens, width: int) -> None:
    """Nothing is asked before the tap; after it this browser is among mine, and a second tap ends it."""
    page = opened(world, screens, "granted", width)
    button = page.get_by_role("button", name="Me prévenir sur ce téléphone")
    expect(button).to_be_visible()
    assert page.evaluate("window.asked") == 0
    button.click()
    expect(page.get_by_text("Ce téléphone est prévenu.")).to_be_visible()
    person = world.cast.charity.person.key
    with world.database.read() as session:
        assert len(queries.devices(session, [person])[person]) == 1
    page.get_by_role("button", name="Ne plus prévenir ce téléphone").click()
    expect(button).to_be_visible()
    with world.database.read() as session:
        assert queries.devices(session, [person]) == {}


def test_a_refusal_says_what_else_there_is(world: World, screens: Screens) -> None:
    """The person is not asked again, and reads how they are told all the same."""
    page = opened(world, screens, "denied", 390)
    page.get_by_role("button", name="Me prévenir sur ce téléphone").click()
    expect(page.get_by_text("Notifications refusées")).to_be_visible()
    expect(page.get_by_text("l'e-mail ou le SMS peuvent vous prévenir")).to_be_visible()
    expect(page.get_by_role("button", name="Me prévenir sur ce téléphone")).to_be_hidden()


def test_a_browser_without_notifications_is_told_so(world: World, screens: Screens) -> None:
    """No dead button."""
    page = screens.phone(world.cast.charity, service_workers="allow")
    page.add_init_script("delete window.PushManager")
    page.goto("/notices/preferences")
    expect(page.get_by_text("Ce navigateur ne sait pas afficher de notifications.", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Me prévenir sur ce téléphone")).to_be_hidden()


def test_choices_hours_and_number(world: World, screens: Screens) -> None:
    """A box, the daily hour and the number's code: kept, and shown again."""
    page = screens.phone(world.cast.charity, "/notices/preferences", service_workers="allow")
    group = page.get_by_role("group", name="Un lot vous est attribué")
    group.get_by_label("SMS").check()
    group.get_by_label("Notification").uncheck()
    page.get_by_label("Me dire une fois par jour").check()
    page.get_by_label("À quelle heure").fill("18:30")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Vos choix sont enregistrés.")).to_be_visible()
    expect(group.get_by_label("SMS")).to_be_checked()
    expect(group.get_by_label("Notification")).not_to_be_checked()
    expect(page.get_by_label("À quelle heure")).to_have_value("18:30")
    page.get_by_role("button", name="Recevoir un code").click()
    page.get_by_label("Code reçu par SMS").fill(world.code_for(world.cast.charity.person.phone))
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("Votre numéro est vérifié.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_worker_shows_what_is_pushed(world: World, screens: Screens) -> None:
    """A message becomes a notification, a tap opens its page of ours and never another site; noise is shown all the
    same, since a phone takes silence for an abuse."""
    page = screens.phone(service_workers="allow")
    script = (ROOT / "service/web/static/js/push-worker.js").read_text(encoding="utf-8")
    said = page.evaluate(
        """async (script) => {
          const said = [], heard = {};
          const self = { location: { origin: "https://glane.example" },
            registration: {
              showNotification: async (title, given) => { said.push([title, given.body, given.data.url]); },
            },
            clients: { matchAll: async () => [], openWindow: async (url) => { said.push(url); } },
            addEventListener: (name, act) => { heard[name] = act; } };
          new Function("self", script)(self);
          const happen = async (name, event) => {
            let done;
            heard[name]({ ...event, waitUntil(p) { done = p; } });
            await done;
          };
          const told = { title: "Attribué", text: "12,5 kg", url: "/lots/12", tag: "notice-7", urgent: false };
          await happen("push", { data: { json: () => told } });
          await happen("push", { data: { json: () => { throw new Error("noise"); } } });
          for (const url of ["/lots/12", "https://elsewhere.example/x", "//elsewhere.example"]) {
            await happen("notificationclick", { notification: { close() {}, data: { url } } });
          }
          return said;
        }""",
        script,
    )
    assert said == [
        ["Attribué", "12,5 kg", "/lots/12"],
        ["Glane", "", "/notices"],
        "https://glane.example/lots/12",
        "https://glane.example/notices",
        "https://glane.example/notices",
    ]
