"""Chinese characters to Kokoro's phonemes: jieba cuts words, pypinyin reads them, misaki (Apache-2.0) writes the sounds.

The parts of misaki are called one by one and not through its ZHG2P, because subtitles need to know which sounds belong to which
character.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import cast

import jieba
from misaki.zh import ZHG2P
from pypinyin import Style, lazy_pinyin

from sosie.voice.text import Piece

_NON_SYLLABIC = chr(815)
"""Kokoro was trained without this mark under the weak half of a diphthong."""


class Chinese:
    """About 0.5 s to load, 1 ms a sentence."""

    def __init__(self) -> None:
        jieba.setLogLevel(logging.WARNING)
        jieba.initialize()

    def phonemes(self, pieces: Sequence[Piece]) -> tuple[str, ...]:
        """One string for each piece; joined they are the phonemes of the run."""
        found = [""] * len(pieces)
        owners = [i for i, piece in enumerate(pieces) for _ in piece.spoken]
        text = "".join(piece.spoken for piece in pieces)
        for position, sound in _sounds(text):
            found[owners[position]] += sound
        return tuple(found)


def _sounds(text: str) -> Iterator[tuple[int, str]]:
    """(position, phonemes) in order; words are parted by a space, as misaki does and Kokoro was trained."""
    position = 0
    after_word = False
    for word in jieba.cut(text):
        if not _is_han(word[0]):
            yield position, word + " " if word in ",.!?;:" else word
            after_word = False
        else:
            if after_word:
                yield position - 1, " "
            for offset, pinyin in enumerate(_pinyin(word)):
                yield position + offset, _ipa(pinyin)
            after_word = True
        position += len(word)


def _pinyin(word: str) -> list[str]:
    """One syllable a character; 一 and 不 change their tone by what follows."""
    # pypinyin's own type for `errors` forgets that a list is taken as one entry a character.
    errors = cast(Callable[[str], str], _unread)
    return list(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, errors=errors))


def _unread(characters: str) -> list[str]:
    """pypinyin wants one entry a character even for those it cannot read."""
    return list(characters)


@lru_cache(maxsize=2048)
def _ipa(pinyin: str) -> str:
    """Phonemes of a syllable; nothing for a character that pypinyin cannot read."""
    try:
        return str(ZHG2P.py2ipa(pinyin)).replace(_NON_SYLLABIC, "")
    except ValueError:
        return ""


def _is_han(char: str) -> bool:
    return "一" <= char <= "鿿" or char == "〇"
