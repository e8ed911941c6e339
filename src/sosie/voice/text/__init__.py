"""From a written text to clauses of words that can be spoken, each word with its written form. Pure: no models, no files."""

from sosie.voice.text.clauses import MAX_CHARACTERS, Clause, Reading, Run, clauses, estimate_seconds, read
from sosie.voice.text.names import NAMES
from sosie.voice.text.normalise import Piece
from sosie.voice.text.pronunciations import Pronunciation, Pronunciations
from sosie.voice.text.scripts import Skipped

__all__ = [
    "MAX_CHARACTERS",
    "NAMES",
    "Clause",
    "Piece",
    "Pronunciation",
    "Pronunciations",
    "Reading",
    "Run",
    "Skipped",
    "clauses",
    "estimate_seconds",
    "read",
]
