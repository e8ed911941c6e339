"""Words to Kokoro's phonemes by the program espeak-ng: French for the air, other languages to learn a voice from.

espeak-ng is GPL-3: it is run as a program of its own and nothing of it is linked. About 25 ms a clause.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence

from sosie.errors import Theirs
from sosie.voice.text import Piece

_TIMEOUT_SECONDS = 10.0
# Two letters that espeak ties are one symbol in Kokoro's vocabulary.
_TIED = {
    "a^ɪ": "I",
    "a^ʊ": "W",
    "d^z": "ʣ",
    "d^ʒ": "ʤ",
    "e^ɪ": "A",
    "o^ʊ": "O",
    "ə^ʊ": "Q",
    "s^s": "S",
    "t^s": "ʦ",
    "t^ʃ": "ʧ",
    "ɔ^ɪ": "Y",
}
_SWITCH = re.compile(r"\([^)]*\)")
"""espeak marks a word it takes for English: (en)...(fr)."""
_STRESS = "ˈˌ"


class Espeak:
    """Reads one language. Raises Theirs when the program is not installed."""

    def __init__(self, voice: str) -> None:
        """``voice``: espeak-ng's name of the language, such as "fr-fr"."""
        program = shutil.which("espeak-ng")
        if program is None:
            raise Theirs(
                "the program espeak-ng, which reads texts aloud in symbols, is not installed",
                try_this="sudo apt install espeak-ng",
            )
        self._voice = voice
        self._command = (program, "-q", "--ipa", "--tie=^", "-v", voice, "--stdin")

    def read(self, texts: Sequence[str]) -> list[str]:
        """Phonemes of each text, read for itself; punctuation is left out. Raises Theirs for a voice it has not."""
        cleaned = [re.sub(r"[^\w'’ -]|_", " ", text).strip() for text in texts]
        if not cleaned:
            return []
        lines = self._run("\n\n".join(cleaned))
        if len(lines) != len(cleaned):
            # The program took one text for two clauses, or for none: ask for each alone.
            lines = [" ".join(self._run(text)) for text in cleaned]
        return [_to_kokoro(line) for line in lines]

    def _run(self, text: str) -> list[str]:
        try:
            done = subprocess.run(
                self._command, input=text.encode(), capture_output=True, timeout=_TIMEOUT_SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Theirs(
                f"espeak-ng failed while it read a text as {self._voice}",
                try_this=f"espeak-ng -v {self._voice} a",
            ) from error
        return done.stdout.decode().split("\n")[:-1]


class French:
    """Raises Theirs when the program is not installed."""

    def __init__(self) -> None:
        self._read = Espeak("fr-fr").read

    def phonemes(self, pieces: Sequence[Piece]) -> tuple[str, ...]:
        """One string for each piece; joined they are the phonemes of the run, with the links between words (liaison)."""
        found = [_mark(piece) for piece in pieces]
        spans = _between_marks(pieces)
        together = ["".join(_spaced(pieces[i].spoken) for i in span).strip() for span in spans]
        words = [i for span in spans for i in span]
        heard = self._read([*together, *(pieces[i].spoken for i in words)])
        alone = dict(zip(words, heard[len(spans) :], strict=True))
        for span, linked in zip(spans, heard, strict=False):
            for i, part in zip(span, _share(linked, [alone[i] for i in span]), strict=True):
                found[i] = part
        for i, piece in enumerate(pieces):
            if piece.is_word and "," in piece.spoken:
                found[i] = ", ".join(self._read(piece.spoken.split(","))) + " "
        return tuple(found)


def _to_kokoro(ipa: str) -> str:
    ipa = _SWITCH.sub("", ipa)
    for tied, symbol in _TIED.items():
        ipa = ipa.replace(tied, symbol)
    return ipa.replace("^", "").replace("-", "").strip()


def _spaced(word: str) -> str:
    """The l' of l'iPhone belongs to what is behind it."""
    return word if word.endswith(("'", "’")) else word + " "


def _mark(piece: Piece) -> str:
    """Phonemes of a piece that is no word: punctuation, with a space behind it."""
    mark = piece.spoken.strip()
    return "" if piece.is_word or not mark else mark if mark in "(“" else mark + " "


def _between_marks(pieces: Sequence[Piece]) -> list[list[int]]:
    """Positions of the words that stand together without punctuation between or in them (a telephone number has some)."""
    spans: list[list[int]] = [[]]
    for i, piece in enumerate(pieces):
        if piece.is_word and "," not in piece.spoken:
            spans[-1].append(i)
        elif piece.spoken.strip():
            spans.append([])
    return [span for span in spans if span]


def _share(linked: str, alone: Sequence[str]) -> list[str]:
    """Cuts ``linked``, the phonemes of words read together, into one part a word: each symbol goes to the word whose own reading
    it fits best, in order (least edits). What fits none, such as a linking consonant, stays with the word before.
    """
    symbols = [(i, symbol) for i, word in enumerate(alone) for symbol in word if symbol not in _STRESS + " "]
    heard = [symbol for symbol in linked if symbol not in _STRESS + " "]
    owners = iter(_owners(heard, symbols))
    parts = [""] * len(alone)
    owner, waiting = 0, ""
    for symbol in linked:
        if symbol == " ":
            parts[owner] += symbol
        elif symbol in _STRESS:
            waiting += symbol
        else:
            owner = next(owners)
            parts[owner] += waiting + symbol
            waiting = ""
    parts[-1] += " "
    return parts


def _owners(heard: Sequence[str], symbols: Sequence[tuple[int, str]]) -> list[int]:
    """For each heard symbol, the word it belongs to."""
    rows, columns = len(heard) + 1, len(symbols) + 1
    cost = [[float(row + column) for column in range(columns)] for row in range(rows)]
    for row in range(1, rows):
        for column in range(1, columns):
            same = heard[row - 1] == symbols[column - 1][1]
            cost[row][column] = min(
                cost[row - 1][column - 1] + (0 if same else 1.5), cost[row - 1][column] + 1, cost[row][column - 1] + 1
            )
    owners: list[int] = []
    row, column = rows - 1, columns - 1
    while row:
        here = cost[row][column]
        same = column > 0 and heard[row - 1] == symbols[column - 1][1]
        if column and here == cost[row - 1][column - 1] + (0 if same else 1.5):
            owners.append(symbols[column - 1][0])
            row, column = row - 1, column - 1
        elif column and here == cost[row][column - 1] + 1:
            column -= 1
        else:
            owners.append(symbols[column - 1][0] if column else symbols[0][0] if symbols else 0)
            row -= 1
    return owners[::-1]
