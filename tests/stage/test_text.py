"""Every script of the audience is drawn, shaped and cut right; what cannot be drawn is said so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosie.errors import YourInput
from sosie.stage import text as stage_text
from sosie.stage.canvas import paint
from sosie.stage.text import (
    Run,
    Style,
    clean,
    clusters,
    draw_line,
    drawable,
    fitted,
    require_drawable,
    uncovered,
    width_of,
    wrapped,
)
from sosie.types import Bytes, Language

BLACK = Style(48, (0, 0, 0))
FAMILY = "👨‍👩‍👧‍👦"
MIXED = f"数字人 AI生成 مرحبا hello 👋🏽 {FAMILY} ❤️ 🇫🇷 1️⃣"
NOWHERE = "\U000f0000"


def _drawn(words: str, language: Language = "en") -> Bytes:
    return paint(900, 80, lambda canvas: draw_line(canvas, [Run(words, BLACK)], 10, 56, language))


def test_a_line_may_mix_every_script() -> None:
    assert uncovered(MIXED) == ""
    assert _drawn(MIXED)[..., 3].any()


@pytest.mark.parametrize("one_sign", [FAMILY, "👋🏽", "🇫🇷", "1️⃣", "❤️", "👩🏾‍🦱"])
def test_joined_emoji_are_one_sign_and_no_outline(one_sign: str) -> None:
    assert width_of(one_sign, BLACK, "zh") < 1.5 * width_of("👍", BLACK, "zh")
    assert list(clusters(f"a{one_sign}b")) == ["a", one_sign, "b"]
    ink = _drawn(one_sign)
    # Since 2023 Noto draws families as white and grey shapes on a tile; every other sign has colours.
    assert (ink[..., :3].max(axis=2) > 100).any(), "the sign is a black outline or an empty box"


def test_signs_that_ask_for_colour_get_it_though_text_fonts_have_them_too() -> None:
    assert (np.ptp(_drawn("☎️")[..., :3].astype(int), axis=2) > 60).any()


def test_arabic_letters_join() -> None:
    together = width_of("مرحبا", BLACK, "en")
    apart = sum(width_of(letter, BLACK, "en") for letter in "مرحبا")
    assert together < 0.9 * apart


def test_a_line_that_starts_in_arabic_runs_from_the_right() -> None:
    picture = _drawn("مرحبا 🔴")
    columns = np.flatnonzero((picture[..., 0].astype(int) - picture[..., 2] > 80).any(axis=0))
    ink = np.flatnonzero(picture[..., 3].any(axis=0))
    assert columns.mean() < ink.mean(), "the red dot ends an Arabic line, so it stands at its left"


def test_letters_without_a_font_are_reported_not_boxed() -> None:
    assert uncovered(f"ok {NOWHERE} 𓀀") == f"{NOWHERE}𓀀"
    assert drawable(f"a{NOWHERE}b") == "a\N{REPLACEMENT CHARACTER}b"
    with pytest.raises(YourInput, match=r"the name .*U\+F0000"):
        require_drawable(f"a{NOWHERE}b", "the name")


def test_a_missing_font_names_its_debian_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage_text, "FAMILIES", ("Noto Sans", "Noto Sans CJK SC", "A Font Nobody Has"))
    monkeypatch.setitem(stage_text._PACKAGES, "A Font Nobody Has", "fonts-nobody")
    with pytest.raises(YourInput, match=r"A Font Nobody Has.*apt-get install fonts-nobody"):
        stage_text._fonts.__wrapped__()
    assert "fonts-noto-cjk fonts-noto-color-emoji fonts-noto-core" in str(
        stage_text.missing_fonts(["Noto Sans", "Noto Sans CJK SC", "Noto Color Emoji"])
    )


def test_clean_takes_out_what_could_move_or_hide_other_words() -> None:
    assert clean("a\u202eb\nc\x00\t d\u2066") == "ab c d"
    assert clean("24,50\u00a0€") == "24,50\u00a0€"
    assert clean(FAMILY) == FAMILY


def test_chinese_breaks_between_characters_but_not_before_a_comma() -> None:
    lines = wrapped("今天，下单，立减，十元，还送，好礼", BLACK, 240, "zh")
    assert len(lines) > 1
    assert not any(line[0] in "，。" for line in lines)


def test_words_stay_whole_and_lines_are_of_about_one_length() -> None:
    lines = wrapped("one two three four five six seven eight nine", BLACK, 700, "en")
    assert len(lines) == 2
    assert all(line.strip().split() for line in lines)
    first, second = (width_of(line.strip(), BLACK, "en") for line in lines)
    assert min(first, second) > 0.7 * max(first, second)


WORDS = (
    st.lists(st.sampled_from([*"ab é你好，。1 ", FAMILY, "م", "👋🏽"]), min_size=1, max_size=60)
    .map("".join)
    .filter(str.strip)
)


@settings(deadline=None)
@given(WORDS, st.integers(120, 600))
def test_wrapping_loses_nothing_and_fits(words: str, width: int) -> None:
    words = clean(words)
    lines = wrapped(words, BLACK, width, "zh")
    assert "".join(lines) == words
    for line in lines:
        too_wide = width_of(line.rstrip(), BLACK, "zh") > width
        assert not too_wide or len(list(clusters(line.strip()))) <= 2


@settings(deadline=None)
@given(WORDS, st.integers(60, 400))
def test_a_fitted_text_is_no_wider_than_asked(words: str, width: int) -> None:
    assert width_of(fitted(clean(words), BLACK, width, "en"), BLACK, "en") <= width


def test_struck_text_has_its_line() -> None:
    def ink(struck: bool) -> int:
        style = Style(48, (0, 0, 0), struck=struck)
        bitmap = paint(200, 80, lambda canvas: draw_line(canvas, [Run("1 1", style)], 10, 56, "en"))
        return int((bitmap[..., 3] > 128).sum())

    assert ink(True) > ink(False) + 40
