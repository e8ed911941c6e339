"""Several ways to say one thing, written as one: "[This|Here is a] mug [for|made for] the road" is four sentences.

Whoever writes a show thus gives a point many wordings with few words. They are all written out when the file is read, so that
each is held against the shop like any other line.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from sosie.errors import YourInput

MOST_WORDINGS = 64
"""Of one text; more are not heard in a day."""
_CHOICE = re.compile(r"\[([^\[\]]*)\]")


def wordings(text: str, where: str) -> tuple[str, ...]:
    """All ways to say it, the first of each choice first, then always the one that differs in most choices from the one before.

    Raises YourInput naming ``where`` for a bracket without its other half, or without a choice in it.
    """
    parts = _CHOICE.split(text)
    fixed, choices = parts[0::2], [part.split("|") for part in parts[1::2]]
    if any(bracket in part for part in fixed for bracket in "[]") or any(len(choice) < 2 for choice in choices):
        raise YourInput(
            f"{where}: a bracket that is no choice in {text[:60]!r}", wanted="[this|that] and nothing nested"
        )
    ways = list(itertools.islice(itertools.product(*(range(len(choice)) for choice in choices)), MOST_WORDINGS + 1))
    if len(ways) > MOST_WORDINGS:
        raise YourInput(f"{where}: {text[:60]!r} has more than {MOST_WORDINGS} wordings", wanted="fewer choices")
    return tuple(_written(fixed, choices, way) for way in _far_apart(ways))


def in_turns(texts: Iterable[str], where: str) -> tuple[str, ...]:
    """The wordings of several texts, one of each text in turn, so that the likest ones are far apart."""
    each = [wordings(text, where) for text in texts]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*each))
    return tuple(dict.fromkeys(text for text in turns if text is not None))


def _written(fixed: Sequence[str], choices: Sequence[Sequence[str]], way: Sequence[int]) -> str:
    chosen = [choice[index] for choice, index in zip(choices, way, strict=True)]
    return "".join(itertools.chain.from_iterable(itertools.zip_longest(fixed, chosen, fillvalue="")))


def _far_apart(ways: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    ordered = ways[:1]
    left = ways[1:]
    while left:
        last = ordered[-1]
        best = max(left, key=lambda way: sum(a != b for a, b in zip(way, last, strict=True)))
        left.remove(best)
        ordered.append(best)
    return ordered
