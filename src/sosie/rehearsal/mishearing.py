"""An ear without ears: it hears what the voice would have said, and now and then that was another number than the one to be said.

Nothing is recognised, so nothing is misunderstood: what a real recogniser makes of a real voice is measured by
benchmarks/correction.py. Here the way from a wrong word to its correction is rehearsed, under the load of a whole show.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from sosie.shop.catalogue import Catalogue
from sosie.show.correction import Aired, Comparer, Wrong
from sosie.types import Language, Transcript

LISTENED = ("line", "answer")
"""Kinds of utterances that are heard (live/ear.py)."""
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Heard:
    misspoken: bool
    """The voice said a number wrong, on purpose."""
    wrong: Wrong | None


class Mishearing:
    """The voice's errors and the ear that should find them. The same seed makes the same errors."""

    def __init__(self, catalogue: Catalogue, *, misspoken: float, seed: int) -> None:
        """``misspoken``: share in [0, 1] of the utterances with a number in digits that are said with another one."""
        if not 0 <= misspoken <= 1:
            raise ValueError(f"misspoken must be a share, got {misspoken}")
        self._share, self._chance = misspoken, random.Random(f"misspoken {seed}")
        self._comparer = Comparer(catalogue, _letters)

    def hear(self, aired: Aired, now: Catalogue) -> Heard:
        places = list(_DIGITS.finditer(aired.text))
        misspoken = bool(places) and self._chance.random() < self._share
        said = self._with_another_number(aired.text, places) if misspoken else aired.text
        return Heard(misspoken, self._comparer.wrong(aired, Transcript(said, aired.language, ()), now))

    def _with_another_number(self, text: str, places: list[re.Match[str]]) -> str:
        """A digit dropped, or another one in its place."""
        place = self._chance.choice(places)
        digits = place[0]
        at = self._chance.randrange(len(digits))
        other = self._chance.choice([digit for digit in "123456789" if digit != digits[at]])
        put = "" if len(digits) > 1 and self._chance.random() < 0.5 else other
        return text[: place.start()] + digits[:at] + put + digits[at + 1 :] + text[place.end() :]


def _letters(text: str, language: Language) -> str:
    """Nothing is misheard here, so the letters are the sounds."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
