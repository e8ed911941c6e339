"""What the host says between the lines: of the moment, counted or from the catalogue, and never more than that."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sosie.show.answers import Answer
from sosie.show.asides import OFTEN, Asides, texts
from sosie.show.rundown import local_time
from sosie.show.script import Aside
from sosie.types import LANGUAGES, Language

from .playbook import sample

RUNDOWN, CATALOGUE = sample()
SHANGHAI = ZoneInfo("Asia/Shanghai")
MUG = Aside("en", "mug")


def said(asides: Asides, now: float, place: Aside = MUG) -> str:
    spoken = asides.say(place, CATALOGUE, now)
    assert spoken is not None
    return spoken.text


@pytest.mark.parametrize(
    ("hour", "word"), [(3, "night"), (8, "morning"), (13, "afternoon"), (19, "evening"), (23, "night")]
)
def test_the_time_of_day_is_the_shops(hour: int, word: str) -> None:
    asides = Asides(RUNDOWN)
    asides.start(datetime(2026, 11, 23, hour, 0, tzinfo=SHANGHAI))
    assert said(asides, 1600) in texts().said[word]["en"]


def test_without_a_time_zone_the_time_of_day_is_not_spoken_of() -> None:
    assert local_time(replace(RUNDOWN, time_zone=None), datetime.now(UTC)) is None
    asides = Asides(RUNDOWN)
    asides.start(None)
    days = {text for part in ("morning", "afternoon", "evening", "night") for text in texts().said[part]["en"]}
    assert not {said(asides, 60.0 * minute) for minute in range(300)} & days


def test_what_many_asked_is_answered_once_more_to_all_and_then_forgotten() -> None:
    asides = Asides(RUNDOWN)
    for second in range(OFTEN):
        asides.asked(1000.0 + second, Answer("price", LANGUAGES[second % 3], "lamp"))
    text = said(asides, 1010)
    assert "the price" in text
    assert "259 yuan" in text
    assert "asked" in text
    assert "259" not in said(asides, 1011)


def test_nobody_is_told_that_many_asked_what_few_did() -> None:
    asides = Asides(RUNDOWN)
    asides.asked(10.0, Answer("price", "en", "lamp"))
    for second in range(OFTEN - 1):
        asides.asked(1000.0 + second, Answer("price", "en", "lamp"))
    assert not any("asked" in said(asides, 1010.0 + step) for step in range(30))


def test_hours_and_answers_are_those_that_were_counted() -> None:
    asides = Asides(RUNDOWN)
    for _ in range(12):
        asides.answered()
    spoken = [said(asides, 60.0 * minute) for minute in range(6 * 60)]
    assert any("12 questions" in text for text in spoken)
    for minute, text in enumerate(spoken):
        if found := re.search(r"(\d+) hours", text):
            hours = int(found[1])
            # "48 hours" is how soon the shop ships.
            assert hours in (minute // 60, 48)
            assert hours > 1


def test_with_the_chat_off_nobody_is_asked_to_write() -> None:
    asides = Asides(replace(RUNDOWN, chat=False))
    asides.start(datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI))
    for language, words in (("en", "chat|question|type|ask"), ("zh", "公屏|问题|打字"), ("fr", "chat|question|écri")):
        spoken = {said(asides, 60.0 * minute, Aside(language, "mug")) for minute in range(400)}  # type: ignore[arg-type]
        assert not [text for text in spoken if re.search(words, text) and "perhaps" not in text.lower()
                    and "demander" not in text and "也许你会问" not in text]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_said_of_a_product_is_the_catalogues_own_sentence(language: Language) -> None:
    """No number, and no sentence on a product, that is not a fact, a claim, an answer or counted."""
    asides = Asides(RUNDOWN)
    product = CATALOGUE["scarf"]
    own = [fact.text[language] for fact in (*product.facts, *CATALOGUE.facts)] + list(product.claims[language])
    for minute in range(500):
        text = said(asides, 60.0 * minute, Aside(language, "scarf"))
        rest = text
        for sentence in own:
            rest = rest.replace(sentence, "")
        numbers = re.findall(r"\d+", rest)
        assert numbers in ([], [str(minute // 60)]), text


def test_nothing_is_said_of_the_numbers_of_a_product_without_naming_what_it_rests_on() -> None:
    asides = Asides(RUNDOWN)
    for minute in range(100):
        spoken = asides.say(MUG, CATALOGUE, 60.0 * minute)
        assert spoken is not None
        if any(fact.text["en"] in spoken.text for fact in CATALOGUE["mug"].facts):
            assert spoken.rests_on == {"mug"}
    assert asides.say_sold_out("en", CATALOGUE, 9000.0).rests_on == {"mug", "lamp", "scarf"}
