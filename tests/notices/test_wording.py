"""Every kind of message has words in both languages, and says times and weights as people do."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from service.clients.sms.alphabet import segments
from service.kit.i18n import LOCALES
from service.notices.kinds import KINDS
from service.notices.wording import check_params, mail_html, mail_text, words_of

Samples = dict[str, dict[str, Any]]
ZONE = "Europe/Paris"


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_has_words(name: str, locale: str, samples: Samples, now: datetime) -> None:
    """Nothing is left unfilled, nothing is left in French for an English reader, and a text message stays short."""
    kind = KINDS[name]
    words = words_of(name, check_params(kind, samples[name]), locale=locale, zone=ZONE, now=now)
    for said in (words.title, words.text, words.short, words.action):
        assert said
        assert "%(" not in said
        assert "None" not in said
    french = words_of(name, check_params(kind, samples[name]), locale="fr", zone=ZONE, now=now)
    if locale == "en":
        assert words.text != french.text
        assert words.short != french.short
    assert segments(words.short) <= 2
    assert "%(" not in words.link


def test_every_kind_is_sampled(samples: Samples) -> None:
    """A new kind comes with an example, so that the test above reads it."""
    assert set(samples) == set(KINDS)


def test_times_are_told_from_where_the_reader_stands(samples: Samples, now: datetime) -> None:
    """What was tomorrow is today the day after; a French hour is "18 h 30", an English one "18:30"."""
    params = check_params(KINDS["claim_granted"], {**samples["claim_granted"], "until": now + timedelta(hours=26)})

    def told(locale: str, at: datetime) -> str:
        return words_of("claim_granted", params, locale=locale, zone=ZONE, now=at).text.replace("\u00a0", " ")

    assert "avant demain à 19 h." in told("fr", now)
    assert "avant 19 h." in told("fr", now + timedelta(days=1))
    assert "before tomorrow at 19:00." in told("en", now)
    assert "12,5 kg" in told("fr", now)
    assert "12.5 kg" in told("en", now)


@pytest.mark.parametrize(
    "change",
    [{"lot_id": "12"}, {"until": "2026-11-20"}, {"until": datetime(2026, 11, 20)}, {"more": 1}],  # noqa: DTZ001  naive on purpose
)
def test_wrong_params_are_refused_when_told_not_when_sent(change: dict[str, Any], samples: Samples) -> None:
    """A room that forgets a param learns it in its own test, not at night in the worker's log."""
    with pytest.raises(ValueError):
        check_params(KINDS["claim_granted"], {**samples["claim_granted"], **change})
    with pytest.raises(ValueError):
        check_params(KINDS["claim_granted"], {})


def test_a_mail_has_a_plain_and_a_rich_body(samples: Samples, now: datetime) -> None:
    """Both carry the words, the link and the way to the preferences; what people typed is escaped."""
    params = check_params(KINDS["claim_granted"], {**samples["claim_granted"], "label": "<b>pain</b>"})
    words = words_of("claim_granted", params, locale="fr", zone=ZONE, now=now)
    plain = mail_text(words, address="http://glane.example", locale="fr", name="Amélie")
    rich = mail_html(words, address="http://glane.example", locale="fr", name="Amélie", zone=ZONE, now=now)
    for body in (plain, rich):
        assert "http://glane.example/lots/12" in body
        assert "http://glane.example/notices/preferences" in body
        assert "Amélie" in body
    assert "<b>pain</b>" in plain
    assert "<b>pain</b>" not in rich


def test_names_are_told_with_their_moments_in_the_readers_words(samples: Samples, now: datetime) -> None:
    """ "18 h 30" for one, "18:30" for the other; the seventh is only counted."""
    kind = KINDS["driver_away"]
    hours = [("Fourgon 1", now + timedelta(hours=1, minutes=30)), ("Fourgon 2", now + timedelta(days=3))]

    def told(locale: str, rounds: Any) -> str:
        params = check_params(kind, {**samples["driver_away"], "rounds": rounds})
        return words_of("driver_away", params, locale=locale, zone=ZONE, now=now).title.replace("\u00a0", " ")

    assert told("fr", hours) == "Sans chauffeur : Fourgon 1 (18 h 30), Fourgon 2 (lundi 23 novembre à 17 h)"
    assert told("en", hours).endswith("Fourgon 1 (18:30), Fourgon 2 (Monday 23 November at 17:00)")
    assert told("fr", [hours[0]] * 8).count("Fourgon 1") == 6
    assert told("fr", [hours[0]] * 8).endswith(" et 2 de plus")
    with pytest.raises(ValueError):
        told("fr", [("Fourgon 1", "18:30")])


def test_what_was_told_before_is_read_as_it_was_written(samples: Samples, now: datetime) -> None:
    """Messages of last month hold days and hours as texts: they are shown, not refused."""
    params = {"person": "Zoé", "from": "21/11", "to": "22/11", "rounds": "Fourgon 1 (21/11 08:30)"}
    words = words_of("driver_away", params, locale="fr", zone=ZONE, now=now)
    assert "du 21/11 au 22/11" in words.text
    assert "Fourgon 1 (21/11 08:30)" in words.text
