"""What may not be said because of where the show is seen: the platform's words (platforms.toml) and those its owner adds."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sosie.claims.fold import DATA, fold, is_han
from sosie.claims.terms import Term
from sosie.types import LANGUAGES, Language


@dataclass(frozen=True, slots=True)
class Barred:
    platform: str = "own"
    """From consent.record.PLATFORMS; those without an entry in platforms.toml bar nothing."""
    own: tuple[tuple[Language, str], ...] = ()
    """Further words and phrases, literal: capitals and accents do not matter, in Latin letters whole words are meant."""

    def terms(self, language: Language) -> tuple[Term, ...]:
        """Of one language, as patterns over folded text."""
        return _terms(self, language)


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule of platforms.toml."""

    platforms: tuple[str, ...]
    why: str
    source: str
    """The rule, where it stands and its day."""
    patterns: Mapping[Language, tuple[str, ...]]


@cache
def entries() -> tuple[Entry, ...]:
    data = tomllib.loads((DATA / "platforms.toml").read_text("utf-8"))
    return tuple(
        Entry(
            tuple(entry["platforms"]),
            entry["why"],
            entry["source"],
            {language: tuple(entry[language]) for language in LANGUAGES},
        )
        for entry in data["term"]
    )


@cache
def _terms(barred: Barred, language: Language) -> tuple[Term, ...]:
    found = [
        pattern for entry in entries() if barred.platform in entry.platforms for pattern in entry.patterns[language]
    ]
    found += [_literal(fold(word).text) for each, word in barred.own if each == language]
    return tuple(
        Term("platform", re.compile(pattern), never=True, few_left=False, polar=False, spelled=False, about=())
        for pattern in found
    )


def _literal(word: str) -> str:
    if is_han(word[0]) or is_han(word[-1]):
        return re.escape(word)
    return rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])"
