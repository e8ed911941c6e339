"""The words that a host may use who reads from no script: the shop's own, and those of selling and of good manners.

A closed world on purpose. Lists of what is bad never end; a show needs few words, and what is not among them is not said.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sosie.claims.evidence import stem
from sosie.claims.fold import DATA, fold, is_han
from sosie.claims.numbers import numbers
from sosie.shop.catalogue import Catalogue
from sosie.types import Language

LONGEST_HAN = 6
"""Characters of the longest Chinese stretch that is looked up as one word."""
_TOKEN = re.compile(r"[a-z]+|[\u3400-\u9fff]+")
_PARTED = re.compile(r"(?<![a-z])(?:qu|jusqu|lorsqu|[ldcnsmtj])'(?=[a-z])|'(?:s|re|ve|ll|d|m|t)\b")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    language: Language
    stems: frozenset[str]
    han: frozenset[str]
    """Chinese words, and every stretch of the shop's Chinese texts of 2 to LONGEST_HAN characters."""

    @classmethod
    def of(cls, catalogue: Catalogue, language: Language) -> Vocabulary:
        """Built once for a catalogue; a thousand facts take some ten milliseconds."""
        stems, han = set(), set()
        for text in _texts(catalogue, language):
            for token in _TOKEN.findall(_without_particles(fold(text).text)):
                if is_han(token[0]):
                    han |= _stretches(token)
                else:
                    stems.add(stem(token))
        return cls(language, frozenset(stems) | _plain(language), frozenset(han) | _plain_han())

    def strange(self, text: str) -> tuple[int, int] | None:
        """The first place of a folded text that holds a word of neither kind; None if there is none."""
        figures = [(number.start, number.end) for number in numbers(text, self.language)]
        for match in _TOKEN.finditer(_without_particles(text)):
            if any(start < match.end() and match.start() < end for start, end in figures):
                continue
            if is_han(match[0][0]):
                if unknown := self._strange_han(match[0]):
                    return match.start() + unknown[0], match.start() + unknown[1]
            elif stem(match[0]) not in self.stems and match[0] not in self.stems:
                return match.span()
        return None

    def knows(self, word: str) -> bool:
        """``word``: folded, Latin."""
        return bool(word) and (word in self.stems or stem(word) in self.stems)

    def _strange_han(self, run: str) -> tuple[int, int] | None:
        """Where no row of known words covers the run: the first character that cannot be reached."""
        reached = {0}
        for place in range(len(run)):
            if place in reached:
                reached |= {
                    end
                    for end in range(place + 1, min(len(run), place + LONGEST_HAN) + 1)
                    if run[place:end] in self.han
                }
        furthest = max(reached)
        return None if furthest == len(run) else (furthest, min(len(run), furthest + 2))


def _without_particles(text: str) -> str:
    """Blanks out the l' of "l'ecran"; letters keep their places."""
    return _PARTED.sub(lambda match: " " * len(match[0]), text)


def _texts(catalogue: Catalogue, language: Language) -> Iterator[str]:
    yield catalogue.shop.get(language, "")
    yield catalogue.show.get(language, "")
    for fact in catalogue.facts:
        yield fact.text.get(language, "")
    for product in catalogue.products:
        # Names of all languages: a host who speaks French may say "mug de voyage" and "travel mug".
        yield from product.name.values()
        for names in product.called.values():
            yield from names
        yield from (fact.text.get(language, "") for fact in product.facts)
        yield from product.claims.get(language, ())
        yield from (value for variant in product.variants for value in variant.options.values())


def _stretches(run: str) -> set[str]:
    return {
        run[start : start + length] for length in range(2, LONGEST_HAN + 1) for start in range(len(run) - length + 1)
    }


@cache
def _data() -> dict[str, str]:
    found: dict[str, str] = tomllib.loads((DATA / "vocabulary.toml").read_text("utf-8"))["words"]
    return found


@cache
def _plain(language: Language) -> frozenset[str]:
    latin = " ".join(_data()[key] for key in (("en",) if language == "zh" else (language,)))
    return frozenset(form for word in fold(latin).text.split() for form in (word, stem(word)))


@cache
def _plain_han() -> frozenset[str]:
    return frozenset(_data()["zh"].split()) | frozenset(_data()["zh_characters"].replace("\n", ""))
