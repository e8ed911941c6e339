"""Text to Kokoro's phonemes, as ``engines/kokoro.py`` would say it: for comparing what was said with what was understood."""

from __future__ import annotations

from sosie.engines.kokoro import FrontEnd, open_front_end
from sosie.errors import YourInput
from sosie.types import Language
from sosie.voice.text import read


class Reader:
    """Loads the front end of a language (about 1 s) when it is first needed."""

    def __init__(self) -> None:
        self._front_ends: dict[Language, FrontEnd] = {}

    def phonemes(self, text: str, language: Language) -> str:
        """One symbol a character; empty if there is nothing in the text that can be spoken."""
        try:
            clauses = read(text, language).clauses if text.strip() else ()
        except YourInput:
            return ""
        runs = (run for clause in clauses for run in clause.runs)
        return " ".join("".join(self._front_end(run.language).phonemes(run.pieces)).strip() for run in runs)

    def _front_end(self, language: Language) -> FrontEnd:
        if language not in self._front_ends:
            self._front_ends[language] = open_front_end(language)
        return self._front_ends[language]
