"""What is posted begins with the AI mark."""

from __future__ import annotations

import pytest

from sosie.show.events import Say
from sosie.types import Language, Utterance


@pytest.mark.parametrize(("language", "mark"), [("zh", "[AI生成] "), ("en", "[AI] "), ("fr", "[IA] ")])
def test_a_posted_answer_is_marked(language: Language, mark: str) -> None:
    assert Say(Utterance(1, "350 ml.", language, "answer")).post == mark + "350 ml."
