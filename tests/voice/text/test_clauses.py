"""A text becomes clauses: early, in order, nothing lost but what is reported."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosie.errors import YourInput
from sosie.types import LANGUAGES, Language
from sosie.voice.text import MAX_CHARACTERS, Skipped, clauses, estimate_seconds, read
from sosie.voice.text.clauses import MAX_SECONDS, PAUSE_SECONDS
from sosie.voice.text.scripts import kind_of


def texts(text: str, language: Language) -> list[str]:
    return [clause.text for clause in clauses(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "zh",
            "大家好，欢迎来到我们的直播间！今天有好东西。",
            ["大家好，", "欢迎来到我们的直播间！", "今天有好东西。"],
        ),
        ("zh", "你好,欢迎!今天9:30开播", ["你好,欢迎!", "今天9:30开播"]),
        ("en", "It costs $1,299.00. Dr. Smith says: buy!", ["It costs $1,299.00. ", "Dr. Smith says: buy!"]),
        ("en", "Version 3.5 from the U.S. team... ready?", ["Version 3.5 from the U.S. team... ", "ready?"]),
        ("fr", "Bonjour ! Seulement 24,50 € : profitez-en.", ["Bonjour ! ", "Seulement 24,50 € : profitez-en."]),
    ],
)
def test_cut_at_punctuation_but_not_inside_numbers_and_abbreviations(
    language: Language, text: str, expected: list[str]
) -> None:
    found = texts(text, language)
    assert "".join(found) == text
    assert [part.strip() for part in found] == [part.strip() for part in expected]


def test_the_first_clause_is_short_and_later_ones_are_longer() -> None:
    text = "大家好，" + "这是我们今天的第一款产品，" * 6
    lengths = [estimate_seconds(part) for part in texts(text, "zh")]
    assert lengths[0] < 2.5
    assert max(lengths[1:-1]) > 2.5


def test_a_long_opening_without_a_comma_is_cut_before_a_linking_word_and_not_paused() -> None:
    first, rest = clauses("This wireless headphone set comes with a charging case that fits every pocket.", "en")
    assert first.text == "This wireless headphone set comes "
    assert rest.text == "with a charging case that fits every pocket."
    assert first.pause_seconds == 0


@pytest.mark.parametrize(
    "text", ["." * 19_000 + "a", "a@" * 9_000, "1 299 € et " * 900, "1-2 " * 2_000, "1" * 19_000, "你." * 9_000]
)
def test_no_text_takes_long_to_read(text: str) -> None:
    """Repetition drives a careless pattern into quadratic time: dots once took 18 s."""
    started = time.process_time()
    read(text, "en")
    assert time.process_time() - started < 5


def test_pauses_follow_punctuation() -> None:
    found = {
        clause.text.strip(): clause.pause_seconds
        for clause in clauses("先看这一款很好的新品，再看价格。\n\n最后", "zh")
    }
    assert found["再看价格。"] == PAUSE_SECONDS["paragraph"]
    assert PAUSE_SECONDS["paragraph"] > PAUSE_SECONDS["strong"] > PAUSE_SECONDS["weak"]


def test_each_script_goes_to_its_own_front_end() -> None:
    def runs(text: str, language: Language) -> list[tuple[str, str]]:
        return [
            (run.language, "".join(piece.written for piece in run.pieces).strip())
            for clause in clauses(text, language)
            for run in clause.runs
        ]

    assert runs("这款iPhone很好", "zh") == [("zh", "这款"), ("en", "iPhone"), ("zh", "很好")]
    assert runs("Say 你好 now", "en") == [("en", "Say"), ("zh", "你好"), ("en", "now")]
    assert runs("Dites 买1送1 ici", "fr") == [("fr", "Dites"), ("zh", "买1送1"), ("fr", "ici")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "empty"),
        ("  \n ", "empty"),
        ("😀👍🏽🇫🇷", "only emoji"),
        ("!!! ... ？", "only punctuation"),
        ("\x00\x07\u200b", "empty"),
        ("مرحبا بكم", "Arabic script"),
        ("שלום", "Hebrew script"),
        ("こんにちは", "Hiragana script"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_text_with_nothing_to_say_is_refused_by_name(text: str, found: str, language: Language) -> None:
    with pytest.raises(YourInput, match=found):
        read(text, language)


def test_what_is_skipped_is_reported_and_stays_in_the_subtitles() -> None:
    reading = read("好的👍🏽！مرحبا Hello\x00 world", "zh")
    assert reading.skipped == (Skipped("👍🏽", "emoji"), Skipped("مرحبا", "script"), Skipped("\x00", "control"))
    assert "".join(clause.text for clause in reading.clauses) == "好的👍🏽！مرحبا Hello world"
    spoken = "".join(piece.spoken for clause in reading.clauses for run in clause.runs for piece in run.pieces)
    assert "👍" not in spoken
    assert "م" not in spoken


def test_ten_thousand_characters_are_streamed_and_more_than_the_limit_is_refused_with_the_number() -> None:
    long = "".join(clause.text for clause in clauses("这是一个很长的句子没有标点" * 800, "zh"))
    assert len(long) == 10_400
    with pytest.raises(YourInput, match=f"{MAX_CHARACTERS + 1} characters.*at most {MAX_CHARACTERS}"):
        read("a" * (MAX_CHARACTERS + 1), "en")


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=300), language=st.sampled_from(LANGUAGES))
def test_any_text_is_refused_by_name_or_kept_whole(text: str, language: Language) -> None:
    try:
        reading = read(text, language)
    except YourInput:
        assert not any(kind_of(char) in ("han", "latin", "digit") for char in unicodedata.normalize("NFC", text))
        return
    kept = [char for char in unicodedata.normalize("NFC", text) if kind_of(char) != "control"]
    assert "".join(clause.text for clause in reading.clauses) == "".join(kept)
    for clause in reading.clauses:
        pieces = [piece for run in clause.runs for piece in run.pieces]
        assert "".join(piece.written for piece in pieces) == clause.text
        assert any(piece.is_word for piece in pieces)
    skipped = sum(len(part.text) for part in reading.skipped)
    assert skipped == sum(kind_of(c) in ("emoji", "control", "script") for c in unicodedata.normalize("NFC", text))


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(alphabet="ab 你好12,。.!é€%-", min_size=1, max_size=600),
    language=st.sampled_from(LANGUAGES),
)
def test_no_clause_is_too_long_to_be_spoken_at_once(text: str, language: Language) -> None:
    try:
        reading = read(text, language)
    except YourInput:
        return
    assert all(estimate_seconds(clause.text) <= MAX_SECONDS + 0.5 for clause in reading.clauses)
