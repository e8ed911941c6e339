"""From what is written to what is said: numbers, prices, dates and signs become words, and each word keeps its written form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sosie.voice.text.scripts import fold, kind_of


@dataclass(frozen=True, slots=True)
class Piece:
    """A written word, number, Chinese character or sign, and how it is said."""

    written: str
    """A slice of the text; the pieces of a text, joined, are the text."""
    spoken: str
    """Words in the language of the run, punctuation of Kokoro's vocabulary, or "" for what is not said."""
    phonemes: str = ""
    """IPA that is said whatever a front end makes of ``spoken``; "" where the front end decides."""

    @property
    def is_word(self) -> bool:
        return any(char.isalnum() for char in self.spoken)


Say = Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is not said as it is written."""

    pattern: re.Pattern[str]
    """Searched in the folded text, see scripts.fold."""
    say: Say
    """The words for a match; "" when it is silent."""


def rule(pattern: str, say: Say | str, *, flags: int = 0) -> Rule:
    """``say`` may be the words themselves."""
    words = say if callable(say) else lambda match, fixed=say: fixed
    return Rule(re.compile(pattern, flags), words)


MASKS = "ǭȫ"
"""Letters of no language that we read: one stands for each character of a name that is said in its own way, so that nothing cuts
the name or reads a number in it. They take turns, so that names that touch stay two."""

# Kokoro's own marks; every other sign is silent unless a language's rule reads it.
_MARKS = {
    "，": ",",
    "、": ",",
    "。": ".",
    "．": ".",
    "！": "!",
    "？": "?",
    "；": ";",
    "：": ":",
    "–": "—",
    "«": "“",
    "»": "”",
}
_MARKS |= {"（": "(", "）": ")", "《": "“", "》": "”", "「": "“", "」": "”", "【": "“", "】": "”", "\u2026": "…"}
_MARKS |= {"/": " ", "·": " "} | {mark: mark for mark in ";:,.!?—()“”"}
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*['’]?")


def pieces(text: str, rules: Sequence[Rule]) -> tuple[Piece, ...]:
    """Cuts ``text`` at the matches of ``rules``, the first rule that matches earliest wins, and the rest into words."""
    folded = "".join(fold(char) for char in text)
    found: list[Piece] = []
    start = 0
    for match, said in _matches(folded, rules):
        found.extend(_plain(text, folded, start, match.start()))
        found.append(Piece(text[match.start() : match.end()], said))
        start = match.end()
    found.extend(_plain(text, folded, start, len(text)))
    return tuple(found)


def _matches(folded: str, rules: Sequence[Rule]) -> Iterator[tuple[re.Match[str], str]]:
    upcoming = [(found, rule) for rule in rules if (found := rule.pattern.search(folded))]
    start = 0
    while upcoming:
        # A rule whose match was overtaken by another looks again; the list keeps the order of the rules.
        upcoming = [
            (found, rule)
            for match, rule in upcoming
            if (found := match if match.start() >= start else rule.pattern.search(folded, start))
        ]
        if not upcoming:
            return
        match, rule = min(upcoming, key=lambda item: item[0].start())
        yield match, rule.say(match)
        start = max(match.end(), match.start() + 1)


def _plain(text: str, folded: str, start: int, end: int) -> Iterator[Piece]:
    """Words, single Han characters and signs of a stretch that no rule read."""
    while start < end:
        kind = kind_of(folded[start])
        stop = start + 1
        if kind == "latin" and (word := _WORD.match(folded, start, end)):
            stop = next(
                (i for i in range(start + 1, word.end()) if kind_of(folded[i]) in ("han", "script")), word.end()
            )
        written = text[start:stop]
        match kind:
            case "latin" | "han" | "digit":
                yield Piece(written, folded[start:stop])
            case "space":
                yield Piece(written, " ")
            case _:
                yield Piece(written, _MARKS.get(written, ""))
        start = stop
