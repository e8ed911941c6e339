"""Which names of viewers may be said aloud: those known to be given names (names.toml), in which nothing else is said.

A name is a viewer's text, so it is data: either it is said as a name or it is not said. When in doubt it is not; whoever is
greeted without a name has lost little. Nothing here is logged, and nothing is kept.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sosie.chat.message import clean
from sosie.claims import Claims
from sosie.claims.fold import fold, is_han
from sosie.show.identity import asks_if_real
from sosie.types import LANGUAGES, Language

_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿŒœ]+(?:[-'’][A-Za-zÀ-ÖØ-öø-ÿŒœ]+)?")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,3}")


def sayable(name: str, language: Language, claims: Claims) -> str:
    """The name as it is to be said in ``language``; "" if it is not to be said. About a millisecond."""
    # A year or a number behind it belongs to the platform's own uniqueness, not to the name.
    written = re.sub(r"[ _]?\d{1,4}$", "", clean(name).removeprefix("@")).replace("_", " ").strip()
    if not written or asks_if_real(written) or _is_bad(written) or _says_something(written, claims):
        return ""
    first = written.split()[0]
    if _LATIN.fullmatch(first):
        return first.title() if _is_given(first) else ""
    # An English or French voice cannot read Chinese characters; a Chinese one reads both.
    return written if language == "zh" and _HAN.fullmatch(written) and _is_chinese_name(written) else ""


def warm() -> None:
    """Reads the lists, so that the first name on air costs no more than the next."""
    _lists()
    _sounds("你好")


def _is_given(first: str) -> bool:
    known = _lists().given
    parts = re.findall(r"[a-z]+", fold(first).text)
    return "".join(parts) in known or all(part in known for part in parts)


def _is_chinese_name(written: str) -> bool:
    lists = _lists()
    head, rest = written[0], written[1:]
    if head == rest:
        return head in lists.han
    return (head in lists.surnames or head in "小阿") and all(letter in lists.han for letter in rest)


def _says_something(written: str, claims: Claims) -> bool:
    """Whether it would be refused as a sentence, or is a word of the shop: who is called Rose may be taken for the colour."""
    if any(not claims.check(written, language, None, author="person").allowed for language in LANGUAGES):
        return True
    first = re.findall(r"[^\W\d_]+", written)[:1]
    return any(claims.knows(word, language) for word in first if not is_han(word[0]) for language in LANGUAGES)


def _is_bad(written: str) -> bool:
    lists, plain = _lists(), fold(written).text
    words = re.findall(r"[a-z]+", plain)
    whole = _single("".join(words))
    if lists.words.intersection(words) or any(bad in whole or bad in whole[::-1] for bad in lists.inside):
        return True
    han = "".join(letter for letter in plain if is_han(letter))
    sounds = f" {' '.join(_sounds(han))} " if han else ""
    return bool(lists.characters.intersection(han)) or any(f" {bad} " in sounds for bad in lists.sounds)


def _single(word: str) -> str:
    """Doubled letters made one: "fuuck"."""
    return re.sub(r"(.)\1+", r"\1", word)


def _sounds(written: str) -> Sequence[str]:
    from pypinyin import lazy_pinyin

    syllables: list[str] = lazy_pinyin(written)
    return syllables


@dataclass(frozen=True, slots=True)
class _Lists:
    given: frozenset[str]
    surnames: frozenset[str]
    han: frozenset[str]
    inside: tuple[str, ...]
    words: frozenset[str]
    sounds: tuple[str, ...]
    characters: frozenset[str]


@cache
def _lists() -> _Lists:
    data = tomllib.loads((Path(__file__).parent / "names.toml").read_text("utf-8"))
    return _Lists(
        frozenset(data["given"].split()),
        frozenset(data["surnames"].replace("\n", "")),
        frozenset(data["characters_of_names"].replace("\n", "")),
        tuple(sorted({_single(word) for word in data["inside"].split()})),
        frozenset(data["words"].split()),
        tuple(data["sounds"]),
        frozenset(fold(data["characters"]).text),
    )
