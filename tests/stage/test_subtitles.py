"""Subtitles show the clause as written, two lines at a time, in step with what has really been played."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosie.stage.canvas import Box
from sosie.stage.subtitles import LINES, Subtitle, Subtitles, said
from sosie.types import VOICE_HZ, Audio, Language, Speech, Utterance, Word

from .pictures import plain

ZONE = Box(28, 900, 692, 1010)
SIDE = 720
CLAUSE = "这款无线蓝牙耳机现在直播间只要299元，主动降噪、续航三十小时，今天下单再送收纳盒！"
SECOND = VOICE_HZ


def _words(*texts: str) -> tuple[Word, ...]:
    return tuple(Word(text, i * SECOND, (i + 1) * SECOND) for i, text in enumerate(texts))


def _lit(text: str, words: tuple[Word, ...], second: float, language: Language = "en") -> str:
    shown = Subtitles(ZONE, SIDE).shown(Subtitle(text, words, round(second * SECOND)), language)
    assert shown is not None
    assert shown.lit is not None
    return text[shown.lit[0] : shown.lit[1]]


def test_the_word_being_said_is_lit() -> None:
    words = _words("Only", "two", "left")
    assert [_lit("Only two left!", words, at) for at in (0, 0.99, 1, 2.5, 99)] == [
        "Only",
        "Only",
        "two",
        "left",
        "left",
    ]


def test_what_is_written_otherwise_than_it_is_spoken_is_lit_as_a_whole() -> None:
    words = _words("only", "nineteen", "dollars", "ninety", "nine", "today")
    text = "It is only $19.99 today."
    assert [_lit(text, words, at) for at in (0, 1, 3, 4.5, 5)] == ["only", "$19.99", "$19.99", "$19.99", "today"]


def test_a_short_word_is_not_found_inside_a_longer_one() -> None:
    assert _lit("Later, a cup", _words("later", "a", "cup"), 1) == "a"


def test_in_chinese_the_light_grows_over_what_was_said() -> None:
    assert _lit("只要三百元", _words(*"只要三百元"), 2, "zh") == "只要三"


def test_a_speech_gives_its_own_subtitle() -> None:
    speech = Speech(
        Utterance(1, "Hello there. And more.", "en"),
        "Hello there.",
        Audio(np.zeros(2 * SECOND, np.float32), VOICE_HZ),
        (),
        _words("Hello", "there"),
        last=False,
    )
    assert Subtitle.of(speech, 5) == Subtitle("Hello there.", speech.words, 5)


def test_a_long_clause_turns_its_pages_with_the_voice() -> None:
    words = _words(*(c for c in CLAUSE if c not in "，、！"))
    subtitles = Subtitles(ZONE, SIDE)
    pages = []
    for second in range(len(words)):
        shown = subtitles.shown(Subtitle(CLAUSE, words, second * SECOND), "zh")
        assert shown is not None
        assert len(shown.lines) <= LINES
        if not pages or pages[-1] != shown.lines:
            pages.append(shown.lines)
    assert "".join(line for page in pages for line in page) == CLAUSE, "every page once, in order"
    assert len(pages) > 1
    assert all(page[-1][-1] in "，、！" for page in pages), "pages end at punctuation"


def test_the_dot_of_a_price_ends_no_page() -> None:
    text = "Today it is only $19.99 for you and for everybody who watches this evening, so hurry up please."
    pages = [
        shown.lines
        for second in range(20)
        if (shown := Subtitles(ZONE, SIDE).shown(Subtitle(text, _words(*text.split()), second * SECOND), "en"))
    ]
    assert any("$19.99" in line for page in pages for line in page)


def test_nothing_to_say_shows_nothing() -> None:
    assert Subtitles(ZONE, SIDE).shown(Subtitle(" ", (), 0), "en") is None


def test_without_word_times_the_text_stands_unlit() -> None:
    shown = Subtitles(ZONE, SIDE).shown(Subtitle("Hello there", (), 0), "en")
    assert shown is not None
    assert shown.lit is None


TEXTS = st.text(st.sampled_from("ab é你好，。！$9. 👋م"), max_size=80)


@settings(deadline=None)
@given(TEXTS, st.lists(st.text(st.sampled_from("ab你好9"), max_size=4), max_size=8), st.integers(0, 9))
def test_any_text_and_any_words_fit_the_zone(text: str, spoken: list[str], second: int) -> None:
    words = _words(*spoken)
    pieces = said(text, words)
    assert all(0 <= piece.start < piece.end <= len(text) for piece in pieces)
    assert all(one.end <= two.start for one, two in pairwise(pieces))
    subtitles = Subtitles(ZONE, SIDE)
    shown = subtitles.shown(Subtitle(text, words, second * SECOND), "zh")
    if shown is not None:
        box = subtitles.layer(shown, "zh").box
        assert ZONE.left <= box.left < box.right <= ZONE.right
        assert ZONE.top <= box.top < box.bottom == ZONE.bottom


@pytest.mark.parametrize("luma", [16, 235])
def test_words_stand_out_over_black_and_white(luma: int) -> None:
    subtitles = Subtitles(ZONE, SIDE)
    shown = subtitles.shown(Subtitle("Hot for hours", _words("Hot"), 0), "en")
    assert shown is not None
    layer, frame = subtitles.layer(shown, "en"), plain((720, 1280), luma)
    layer.blend(frame)
    box = layer.box
    seen = frame.y[box.top + 4 : box.bottom - 4, box.left + 20 : box.right - 20]
    dark, light = (((level - 16) / 219) ** 2.4 for level in np.percentile(seen, (20, 98)))
    assert (light + 0.05) / (dark + 0.05) >= 4.5
