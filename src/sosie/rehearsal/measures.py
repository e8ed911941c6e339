"""How much of what was said had been said before: whole sentences, and runs of five words.

What has to be said again (the AI notice, the answer to "are you real?") is left out. A word of Chinese is one character. Marks,
spaces and capitals do not make a sentence another one; a number does.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sosie.rehearsal.air import Said
from sosie.types import LANGUAGES

N_WORDS = 5
HOUR = 3600.0
SOON = 600.0
"""Seconds within which a viewer who stays hears it twice."""
_ENDS = re.compile(r"(?<=[。！？!?…])|(?<=[.])(?=\s|$)|\n")
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+(?:['’.,][^\W\u3400-\u9fff]+)*")


@dataclass(frozen=True, slots=True)
class Repeats:
    """Shares of sentences, or of runs of five words, that had been said before; in [0, 1]."""

    n: int
    day: float
    """Of the whole show: 1 - different ones / all."""
    hour_mean: float
    """The same within one hour, mean of all hours."""
    hour_worst: float
    soon: float
    """Said before within ``SOON``."""


def free(said: Iterable[Said]) -> list[Said]:
    """What nobody orders the host to say."""
    return [one for one in said if one.kind != "notice" and one.intent != "identity"]


def sentences(said: Iterable[Said]) -> Iterator[tuple[float, str]]:
    """(when, words) of each sentence; sentences of an utterance all bear its time."""
    for one in said:
        for part in _ENDS.split(one.text):
            if words := words_of(part):
                yield one.at, " ".join(words)


def runs(said: Iterable[Said]) -> Iterator[tuple[float, tuple[str, ...]]]:
    """(when, five words) of each run, within an utterance."""
    for one in said:
        words = words_of(one.text)
        for start in range(len(words) - N_WORDS + 1):
            yield one.at, tuple(words[start : start + N_WORDS])


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def repeats(told: Sequence[tuple[float, Hashable]]) -> Repeats:
    """``told`` in the order of its times."""
    if not told:
        return Repeats(0, 0.0, 0.0, 0.0, 0.0)
    hours: dict[int, list[Hashable]] = {}
    last: dict[Hashable, float] = {}
    soon = 0
    for at, what in told:
        hours.setdefault(int(at // HOUR), []).append(what)
        soon += at - last.get(what, float("-inf")) < SOON
        last[what] = at
    # The last, broken hour has had no time to repeat itself.
    whole = [1 - len(set(one)) / len(one) for hour, one in sorted(hours.items()) if hour < int(told[-1][0] // HOUR)]
    whole = whole or [1 - len(last) / len(told)]
    return Repeats(len(told), 1 - len(last) / len(told), sum(whole) / len(whole), max(whole), soon / len(told))


def shares_of_languages(said: Sequence[Said]) -> dict[str, float]:
    """Of the time spoken."""
    total = sum(one.seconds for one in said) or 1.0
    return {language: sum(one.seconds for one in said if one.language == language) / total for language in LANGUAGES}


def largest_interval(said: Sequence[Said], seconds: float) -> float:
    """Longest time without the beginning of an AI notice, in seconds, from the start to the end of the show."""
    times = [0.0, *(one.at for one in said if one.kind == "notice"), seconds]
    return max(after - before for before, after in pairwise(times))
