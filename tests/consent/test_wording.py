"""The text says what the fields say, in the language of the person who signs."""

from __future__ import annotations

import pytest

from sosie.consent.record import KINDS, Kind
from sosie.consent.wording import consent_text, text_sha256
from sosie.types import LANGUAGES, Language

from .making import FOOTAGE, unsigned


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_text_holds_every_limit(kind: Kind, language: Language) -> None:
    record = unsigned(kind, text_language=language)
    text = record.text
    assert text == consent_text(record)
    assert record.text_sha256 == text_sha256(text)
    for said in ("Ada Example", "Example Shop Ltd", record.intended_use, FOOTAGE, "2026-01-01", record.disclosure):
        assert said in text
    assert "$" not in text


@pytest.mark.parametrize(("language", "words"), [("zh", "18周岁"), ("en", "18 years"), ("fr", "18 ans")])
def test_a_person_states_to_be_of_age(language: Language, words: str) -> None:
    assert words in unsigned(text_language=language).text


@pytest.mark.parametrize(("language", "words"), [("zh", "虚构"), ("en", "fictional"), ("fr", "fictif")])
def test_a_figure_is_said_to_be_fictional_and_by_whom(language: Language, words: str) -> None:
    text = unsigned("fictional", text_language=language).text
    assert words in text
    assert "Ada Example" in text


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "没有同意"), ("en", "NOT a consent"), ("fr", "PAS un consentement")]
)
def test_a_measurement_record_says_that_nobody_agreed(language: Language, words: str) -> None:
    assert words in unsigned("measurement", text_language=language).text


def test_parts_that_are_not_ticked_are_not_in_the_text() -> None:
    text = unsigned(cloned=("voice",)).text
    assert "Cloned: voice." in text
