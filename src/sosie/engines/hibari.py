"""English words to Kokoro's phonemes: the front end inside hibari-tts (Apache-2.0), which needs neither spaCy nor espeak-ng."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hibari.g2p import G2P

from sosie.voice.text import Piece
from sosie.voice.text.scripts import plain_letters

_SEPARATOR = re.compile(r"\s+")
_SHOUTED = re.compile(r"(?=.*[AEIOUY])[A-Z]{5,}")
"""A long word in capitals that can be read; shorter ones are mostly said letter by letter (USB, HDMI)."""


class English:
    """About 1.4 s to load, 1 ms a sentence."""

    def __init__(self) -> None:
        self._g2p = G2P()
        # The network for words outside the lexicon is loaded when it is first asked; on air that would be a pause.
        self._g2p.oov("sosie")

    def phonemes(self, pieces: Sequence[Piece]) -> tuple[str, ...]:
        """One string for each piece; joined they are the phonemes of the run."""
        text, starts = _joined(pieces)
        found = [""] * len(pieces)
        position = 0
        tokens = list(self._g2p.phonemize_tokens(self._g2p.tokenize(text)))
        words = [token.text for token in tokens if any(map(str.isalnum, token.text))]
        n_words = 0
        for token in tokens:
            at = text.find(token.text, position)
            # A token that the tokenizer changed is put where reading has come to.
            start = position if at < 0 else at
            owner = max(i for i, begin in enumerate(starts) if begin <= start)
            position = start + len(token.text)
            heard = "ˈA" if token.text == "A" and _is_letter(words, n_words) else token.phonemes or ""
            found[owner] += heard + (" " if token.whitespace else "")
            n_words += any(map(str.isalnum, token.text))
        return tuple(found)


def _is_letter(words: Sequence[str], place: int) -> bool:
    """Whether the A at ``place`` is a letter (A4, plan A, A I) and not the article: alone, before a letter, or behind a word."""
    return place > 0 or len(words) == 1 or len(words[1]) == 1


def _joined(pieces: Sequence[Piece]) -> tuple[str, list[int]]:
    """The spoken text with single spaces and plain letters, and where each piece begins in it."""
    text = ""
    starts = []
    for piece in pieces:
        spoken = _SEPARATOR.sub(" ", _plain(piece.spoken))
        if text.endswith(" ") or not text:
            spoken = spoken.lstrip(" ")
        starts.append(len(text))
        text += spoken
    return text, starts


def _plain(text: str) -> str:
    """Words as the lexicon has them: cafe for café, huawei for HUAWEI, which would be spelled out."""
    text = "".join(plain_letters(char) or char for char in text.replace("’", "'"))
    return text.lower() if _SHOUTED.fullmatch(text) else text
