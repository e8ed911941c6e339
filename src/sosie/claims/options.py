"""Colours and sizes in our languages (options.toml), so that a seller's "Bleu" is 蓝色 and blue."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from sosie.claims.fold import DATA, fold
from sosie.types import LANGUAGES, Language

Words = Mapping[Language, tuple[str, ...]]
"""What one value is called, folded."""


@cache
def kinds() -> Mapping[str, tuple[Words, ...]]:
    """By kind, each value's words."""
    data = tomllib.loads((DATA / "options.toml").read_text("utf-8"))
    return {
        kind: tuple(
            {language: tuple(fold(word).text for word in words[language]) for language in LANGUAGES}
            for words in values.values()
        )
        for kind, values in data.items()
    }


def words_of(value: str) -> Words | None:
    """What a seller's value is called in every language; None where we do not know it."""
    plain = fold(value).text.strip()
    return next((words for values in kinds().values() for words in values if plain in all_of(words)), None)


def all_of(words: Words) -> list[str]:
    return [word for language in LANGUAGES for word in words[language]]
