"""Hundreds of written things and what has to be heard for each: numbers, prices, dates, units, brands, signs.

The lists (tests/voice/text/reading/*.toml) are what a native reader would say. What our reading sounds like is compared with
what the plain words sound like by the same front end, so nothing here depends on how a sound is written.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sosie.engines.reader import Reader
from sosie.types import LANGUAGES, Language

LISTS = Path(__file__).parents[1] / "voice" / "text" / "reading"
_NOT_A_SOUND = frozenset(' ˈˌ;:,.!?—…"()“”ə-')
"""Spaces, stress and pauses; and ə, which is mute or weak by its neighbours in French and English."""


def items(language: Language) -> list[tuple[str, str | dict[str, str]]]:
    kinds = tomllib.loads((LISTS / f"{language}.toml").read_text("utf-8"))
    return [item for kind in kinds.values() for item in kind.items()]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def sounds(phonemes: str) -> str:
    return "".join(symbol for symbol in phonemes if symbol not in _NOT_A_SOUND)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lists_are_long(language: Language) -> None:
    assert len(items(language)) >= 60


@pytest.mark.parametrize(
    ("language", "written", "heard"), [(language, *item) for language in LANGUAGES for item in items(language)]
)
def test_it_is_read_as_a_native_reads_it(
    reader: Reader, language: Language, written: str, heard: str | dict[str, str]
) -> None:
    expected = heard["phonemes"] if isinstance(heard, dict) else reader.phonemes(heard, language)
    assert sounds(reader.phonemes(written, language)) == sounds(expected)
