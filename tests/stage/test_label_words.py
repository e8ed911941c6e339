"""What counts as an AI label, and what only looks like one."""

from __future__ import annotations

import pytest

from sosie.errors import Refused
from sosie.stage.label_words import MANDATED, MEASUREMENT_ONLY, lacking, require_label_words, small_lines
from sosie.types import LANGUAGES, Language

CHINESE = [
    ("AI生成", True),
    ("AI合成", True),
    ("人工智能生成", True),
    ("人工智能合成", True),
    ("本视频由AI生成", True),
    ("ＡＩ生成", True),
    ("AI主播", False),
    ("虚拟主播", False),
    ("数字人", False),
    ("生成", False),
    ("AI", False),
    ("MAIN生成", False),
    ("AIGC生成", False),
    ("ai生成", False),
    ("A I生成", False),
    ("А\u0406生成", False),  # Cyrillic
    ("\u0391\u0399生成", False),  # Greek
    ("Al生成", False),  # small L
    ("A1生成", False),
    ("A\u200bI生成", False),
    ("A\u0336I\u0336生成", False),
    ("", False),
]


@pytest.mark.parametrize(("words", "enough"), CHINESE)
def test_the_two_elements_of_gb_45438(words: str, enough: bool) -> None:
    assert (lacking(words, "zh", host=False) == ()) is enough


def test_a_chinese_host_is_a_digital_human_in_words() -> None:
    assert lacking("AI生成", "zh") == ('"数字人"',)
    assert lacking("数字人 · AI生成", "zh") == ()


@pytest.mark.parametrize(
    ("words", "language", "enough"),
    [
        ("AI GENERATED", "en", True),
        ("AI-generated", "en", True),
        ("AI presenter", "en", False),
        ("GENERATED", "en", False),
        ("AIR GENERATED", "en", False),
        ("AI · GÉNÉRÉ PAR IA", "fr", True),
        ("GÉNÉRÉ PAR IA", "fr", False),
        ("AI GÉNÉRÉ", "fr", False),
        ("AI · ANIMÉ PAR IA", "fr", False),
    ],
)
def test_the_same_two_elements_in_europe(words: str, language: Language, enough: bool) -> None:
    assert (lacking(words, language) == ()) is enough


def test_the_error_says_what_is_lacking() -> None:
    with pytest.raises(Refused, match=r"AI主播.*生成.*数字人"):
        require_label_words("AI主播", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_words_pass_and_a_measurement_says_so(language: Language) -> None:
    require_label_words(MANDATED[language], language)
    assert small_lines("measurement", language, "")[0] == MEASUREMENT_ONLY
    assert "Camille" in small_lines("clone", language, "Camille")[0]
