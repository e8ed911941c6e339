"""A sentence made plain for comparing: one case, no accents, no look-alike letters, and each letter knows where it stood."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Folded:
    text: str
    """Lower case, without accents; digits are 0-9, spaces plain, Chinese in simplified characters."""
    places: tuple[int, ...]
    """For each letter of ``text``, its index in the sentence as written."""
    written: int
    """Length of the sentence as written."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open range of the sentence as written that ``text[start:end]`` was made of."""
        if not self.places or start >= len(self.places):
            return self.written, self.written
        return self.places[start], self.places[max(start, end - 1)] + 1


@cache
def _lookalikes() -> Mapping[str, str]:
    data = tomllib.loads((DATA / "lookalikes.toml").read_text("utf-8"))
    pairs: dict[str, str] = {}
    for table in ("letters", "characters"):
        pairs |= {odd: plain for plain, odds in data[table]["plain"].items() for odd in odds}
    return pairs


def fold(sentence: str) -> Folded:
    """Never raises; a letter may become several (½), or none (zero-width space)."""
    pairs = _lookalikes()
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(sentence):
        for part in unicodedata.normalize("NFKD", letter):
            plain = _plain(pairs.get(part, part), pairs)
            letters += plain
            places += [place] * len(plain)
    return Folded("".join(letters), tuple(places), len(sentence))


def _plain(letter: str, pairs: Mapping[str, str]) -> str:
    category = unicodedata.category(letter[0])
    if category in ("Mn", "Me", "Cf"):
        return ""
    if category[0] in "ZC":
        return " "
    if category == "Nd":
        return str(unicodedata.digit(letter))
    return "".join(pairs.get(low, low) for low in letter.casefold())


_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[\u3400-\u9fff]|\d+(?:[.,]\d+)*")


def words(text: str) -> list[str]:
    """Latin words, single Chinese characters and numbers of a folded text."""
    return _WORD.findall(text)


def is_han(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff"
