"""What counts as said before."""

from __future__ import annotations

import pytest

from sosie.rehearsal.air import Said
from sosie.rehearsal.measures import free, largest_interval, repeats, runs, sentences, shares_of_languages, words_of
from sosie.rehearsal.weight import weight
from sosie.types import Language, UtteranceKind


def one(at: float, text: str, language: Language = "en", kind: UtteranceKind = "line", intent: str = "") -> Said:
    return Said(at, 2.0, text, language, kind, intent)


def test_sentences_are_the_same_whatever_their_marks_and_capitals_but_not_with_another_number() -> None:
    said = [
        one(0, "It is 9.50 today! Come in."),
        one(5, "it is 9.50 today. Come in, friends?"),
        one(9, "It is 9.60 today."),
    ]
    assert [text for _, text in sentences(said)] == [
        "it is 9.50 today", "come in", "it is 9.50 today", "come in friends", "it is 9.60 today",
    ]  # fmt: skip
    found = repeats(list(sentences(said)))
    assert (found.n, found.day, found.soon) == (5, pytest.approx(0.2), pytest.approx(0.2))


def test_a_chinese_word_is_a_character() -> None:
    assert words_of("容量350毫升，USB-C。") == ["容", "量", "350", "毫", "升", "usb", "c"]
    assert [text for _, text in sentences([one(0, "你好！欢迎。", "zh")])] == ["你 好", "欢 迎"]


def test_runs_do_not_cross_utterances() -> None:
    assert len(list(runs([one(0, "one two three four five six"), one(1, "seven eight nine")]))) == 2


def test_hours_are_counted_apart_and_soon_is_ten_minutes() -> None:
    told = [(0.0, "a"), (300.0, "a"), (1000.0, "a"), (3700.0, "a"), (3800.0, "b"), (7300.0, "c")]
    found = repeats(told)
    assert found.day == pytest.approx(1 / 2)
    assert (found.hour_worst, found.hour_mean) == (pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert found.soon == pytest.approx(1 / 6)


def test_nothing_said_is_nothing_repeated() -> None:
    assert repeats([]).day == 0


def test_what_has_to_be_said_again_is_not_held_against_the_host() -> None:
    said = [
        one(0, "Notice.", kind="notice"),
        one(1, "I am not real.", kind="answer", intent="identity"),
        one(2, "Line."),
    ]
    assert [each.text for each in free(said)] == ["Line."]


def test_the_interval_of_notices_is_counted_to_the_end() -> None:
    assert largest_interval([one(0, "n", kind="notice"), one(500, "n", kind="notice")], 1200) == 700


def test_languages_share_the_time() -> None:
    assert shares_of_languages([one(0, "x", "zh"), one(2, "y", "fr")]) == {"zh": 0.5, "en": 0.0, "fr": 0.5}


def test_an_object_weighs_what_hangs_on_it_and_nothing_twice() -> None:
    text = "x" * 10_000
    assert 10_000 < weight([text, text]) < 11_000
    assert weight([text], without=(str,)) < 1000
    assert weight({"a": list(range(1000, 2000))}) > weight({"a": []}) + 1000 * 28
