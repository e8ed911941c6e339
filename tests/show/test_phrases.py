"""What the host must say is said, whatever a user writes into the list of pronunciations."""

from __future__ import annotations

import pytest

from sosie.errors import Refused
from sosie.show.phrases import check_notice_is_said
from sosie.types import Language
from sosie.voice.text import Pronunciation, Pronunciations


@pytest.mark.parametrize(
    ("written", "spoken", "language"),
    [
        ("artificial intelligence", "human hands", "en"),
        ("Artificial  Intelligence", "human hands", None),
        ("digital clone", "person", None),
        ("not a real person", "a real person", "en"),
        ("人工智能", "真人", "zh"),
        ("数字人", "真人", None),
        ("不是", "就是", "zh"),
        ("intelligence artificielle", "la main", "fr"),
        ("IA", "moi", "fr"),
        ("AI", "me", None),
    ],
)
def test_no_pronunciation_changes_the_spoken_notice(written: str, spoken: str, language: Language | None) -> None:
    with pytest.raises(Refused, match="a word of the spoken AI notice"):
        check_notice_is_said(Pronunciations((Pronunciation(written, spoken, language=language),)))


def test_names_of_products_are_let_pass() -> None:
    names = Pronunciation("Xiaomi", "shao mee"), Pronunciation("小红书", "红薯"), Pronunciation("Ada", "ah dah")
    check_notice_is_said(Pronunciations(names))


def test_a_word_of_another_languages_notice_is_let_pass() -> None:
    check_notice_is_said(Pronunciations((Pronunciation("voix", "voy", language="en"),)))
