"""Text to Kokoro's phonemes: as ``engines/kokoro.py`` says the languages of the air, and roughly for any other.

For comparing what was said with what was understood, and for learning a voice from speech in whatever language it is.
"""

from __future__ import annotations

from typing import get_args

from sosie.engines.espeak import Espeak
from sosie.engines.kokoro import FrontEnd, open_front_end, phonemes_of
from sosie.errors import Theirs, YourInput
from sosie.types import Language
from sosie.voice.text import NAMES, Pronunciations, read

_ESPEAK_NAMES = {"pt": "pt-br"}
"""Where espeak-ng's name differs from Whisper's, or the model knows one accent better: its Portuguese is Brazil's."""


class Reader:
    """Loads the front end of a language (about 1 s) when it is first needed."""

    def __init__(self, names: Pronunciations = NAMES) -> None:
        """``names`` come before every rule."""
        self._names = names
        self._front_ends: dict[Language, FrontEnd] = {}

    def phonemes(self, text: str, language: str) -> str:
        """One symbol a character; empty if there is nothing in the text that can be spoken, or nothing reads its language.

        ``language``: ISO 639-1, as a recogniser names it.
        """
        if not text.strip():
            return ""
        if language not in get_args(Language):
            return self._by_espeak(text, language)
        try:
            clauses = read(text, language, self._names).clauses  # type: ignore[arg-type]
        except YourInput:
            return ""
        runs = (run for clause in clauses for run in clause.runs)
        return " ".join("".join(phonemes_of(run, self._front_end(run.language))).strip() for run in runs)

    @staticmethod
    def _by_espeak(text: str, language: str) -> str:
        try:
            return Espeak(_ESPEAK_NAMES.get(language, language)).read([text])[0]
        except Theirs:
            return ""

    def _front_end(self, language: Language) -> FrontEnd:
        if language not in self._front_ends:
            self._front_ends[language] = open_front_end(language)
        return self._front_ends[language]
