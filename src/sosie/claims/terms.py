"""The lists of terms.toml as patterns: what may not be said, or only where the catalogue shows it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from sosie.claims.fold import DATA, is_han
from sosie.types import LANGUAGES, Language

Reason = Literal[
    "price",
    "number",
    "discount",
    "stock",
    "urgency",
    "absolute",
    "health",
    "comparison",
    "guarantee",
    "experience",
    "human",
    "endorsement",
    "popularity",
    "fact",
    "orders",
    "contact",
    "platform",
    "abuse",
    "harm",
    "politics",
    "unreadable",
    "off the subject",
    "not quoted",
]
"""Why a sentence is not said; docs/claims.md explains each."""

FEW = 5
"""Pieces left at which "the last few" is true."""


@dataclass(frozen=True, slots=True)
class Term:
    """One list of one language."""

    reason: Reason
    pattern: re.Pattern[str]
    """Searched in folded text."""
    never: bool
    """No fact makes it sayable."""
    few_left: bool
    """Sayable while ``FEW`` pieces or fewer are left."""
    polar: bool
    """A property: it is enough that a fact names it with the same yes or no."""
    spelled: bool
    """Also found where digits and signs stand for letters."""
    about: tuple[str, ...]
    """One of these must stand near it, here and in the fact; empty where nothing more is asked."""


@cache
def terms(language: Language) -> tuple[Term, ...]:
    data = tomllib.loads((DATA / "terms.toml").read_text("utf-8"))
    return tuple(_term(entry, language) for entry in data["term"])


def _term(entry: Mapping[str, object], language: Language) -> Term:
    known: dict[object, Reason] = {reason: reason for reason in get_args(Reason)}
    if entry["reason"] not in known:
        raise ValueError(f"terms.toml has the reason {entry['reason']!r}, wanted one of {', '.join(get_args(Reason))}")
    patterns = entry[language]
    about = entry.get(f"about_{language}", ())
    assert isinstance(patterns, list)
    assert isinstance(about, list | tuple)
    spelled = bool(entry.get("spelled")) and language != "zh"
    return Term(
        reason=known[entry["reason"]],
        pattern=re.compile("|".join(f"(?:{_spelled(p) if spelled else p})" for p in patterns)),
        never=bool(entry.get("never")),
        few_left=bool(entry.get("few_left")),
        polar=bool(entry.get("polar")),
        spelled=spelled,
        about=tuple(about),
    )


@cache
def context(name: str, language: Language) -> re.Pattern[str]:
    """What the words around a number are about: "money", "before", "now", "save", "off", "stock", "sold_out"; and "no"."""
    data = tomllib.loads((DATA / "terms.toml").read_text("utf-8"))
    return re.compile(data["context"][name][language])


_WRITTEN = {
    "a": "a4@*", "b": "b8*", "c": "c(*k", "e": "e3*", "g": "g69*", "h": "h#*", "i": "i1!|*l", "k": "k*", "l": "l1|*",
    "n": "n*", "o": "o0*", "s": "s5$*", "t": "t7+*", "u": "uv*", "z": "z2*",
}  # fmt: skip
"""How the letters of a word that should not be found are written otherwise."""


def _spelled(word: str) -> str:
    """A pattern for a word however it is spelled: letters doubled, starred, written as digits, or set apart by one sign or space.

    The first letter is never a star, and a whole word is wanted: "as seen" holds nothing.
    """
    if len(word) <= 3 and " " not in word:
        # So short that stars and digits would find it everywhere: "d.i.e", but not "d1e".
        apart = r"[ .*_-]?".join(re.escape(letter) for letter in word)
        return rf"(?<![a-z0-9]){apart}(?![a-z0-9])"
    parts = []
    for place, letter in enumerate(word):
        if letter in " -":
            parts.append(r"[\W_]*")
            continue
        forms = _WRITTEN.get(letter, letter)
        forms = forms.replace("*", "") if place == 0 else forms
        parts.append(f"[{re.escape(forms)}]+")
    loose = r"[\W_]?".join(parts)
    return rf"(?<![a-z0-9]){loose}s?(?![a-z0-9])"


def languages_in(text: str, language: Language) -> Iterator[Language]:
    """Whose lists a text in ``language`` is held against: Chinese ones wherever Chinese stands, English ones inside Chinese."""
    yield language
    if language != "zh" and any(map(is_han, text)):
        yield "zh"
    if language == "zh" and re.search(r"[a-z]{2}", text):
        yield "en"


assert set(LANGUAGES) == {"zh", "en", "fr"}, "languages_in knows these three"
