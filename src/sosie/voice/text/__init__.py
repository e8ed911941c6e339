"""From a written text to clauses of words that can be spoken, each word with its written form. Pure: no models, no files."""

from sosie.voice.text.clauses import MAX_CHARACTERS, Clause, Reading, Run, clauses, estimate_seconds, read
from sosie.voice.text.normalise import Piece
from sosie.voice.text.scripts import Skipped

__all__ = ["MAX_CHARACTERS", "Clause", "Piece", "Reading", "Run", "Skipped", "clauses", "estimate_seconds", "read"]
