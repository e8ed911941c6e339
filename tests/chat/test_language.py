"""The language of a question, by its script and its small words."""

from __future__ import annotations

import pytest

from sosie.chat.language import language_of
from sosie.types import Language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("多少钱", "zh"), ("这个 lamp 多少钱", "zh"), ("how much is it", "en"), ("combien ça coûte", "fr"), ("is it real", "en"),
        ("c'est quoi la matière", "fr"), ("es-tu réelle ?", "fr"), ("price please", "en"), ("prix svp", "fr"), ("Bonjour", "fr"),
        ("hello there", "en"), ("does it leak", "en"), ("est-ce que ça fuit", "fr"), ("USB-C的吗", "zh"),
        ("mug en céramique", "fr"),
    ],
)  # fmt: skip
def test_told_apart(text: str, language: Language) -> None:
    assert language_of(text, "zh" if language == "en" else "en") == language


@pytest.mark.parametrize("text", ["350 ml?", "???", "xyzzy", ""])
def test_what_tells_nothing_is_the_default(text: str) -> None:
    assert language_of(text, "fr") == "fr"
