"""A live voice with its lips, piece by piece: each piece is given to the lip engine with what was said before it and a little of
what comes after, and only its own rows are kept. Pure.

How far this is from lips that were made of the whole sentence was measured (docs/experiments.md, "A person's voice on the clone's
lips"); what comes after costs delay, what comes before costs work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sosie.ports import LipEngine
from sosie.types import VOICE_HZ, Audio, Floats, Language, LipShapes, Speech, Utterance

BEFORE_FRAMES = 25
"""Heard before a piece, by the lip engine only."""
PIECE_FRAMES = 5
AFTER_FRAMES = 4
"""Heard after a piece before its lips are made."""
DELAY_FRAMES = PIECE_FRAMES + AFTER_FRAMES
"""From the first sound of a piece to its lips, without the engine's own time."""
_NO_WORDS = "…"
"""Nobody writes down what a person says live; lip engines hear, and do not read."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Some frames of a person's live voice, with the clone's lips for them."""

    frames: tuple[Floats, ...]
    """Each float32, (960,)."""
    shapes: LipShapes
    """One row for each frame."""
    language: Language

    def __post_init__(self) -> None:
        if len(self.shapes) != len(self.frames):
            raise ValueError(f"a piece needs {len(self.frames)} shapes for its frames, got {len(self.shapes)}")


class Pieces:
    """One for each time that a person begins to speak."""

    def __init__(self, lips: LipEngine, language: Language) -> None:
        self._lips, self._language = lips, language
        self._frames: list[Floats] = []
        """What may still be needed: at most BEFORE_FRAMES that were given out, and what was not yet."""
        self._given = 0
        """How many of these were given out."""

    def push(self, frame: Floats) -> Piece | None:
        """``frame``: float32, (960,). A piece whenever enough was heard, PIECE_FRAMES of them at a time."""
        self._frames.append(frame)
        end = self._given + PIECE_FRAMES
        if len(self._frames) < end + AFTER_FRAMES:
            return None
        utterance = Utterance(0, _NO_WORDS, self._language, "operator")
        heard = Audio(np.concatenate(self._frames), VOICE_HZ)
        shapes = self._lips.shapes(Speech(utterance, _NO_WORDS, heard, (), (), last=False)).numbers[self._given : end]
        piece = Piece(tuple(self._frames[self._given : end]), LipShapes(shapes), self._language)
        del self._frames[: max(0, end - BEFORE_FRAMES)]
        self._given = min(end, BEFORE_FRAMES)
        return piece
