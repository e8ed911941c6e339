"""Which characters can be spoken, and by which language's front end."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["han", "latin", "digit", "space", "sign", "emoji", "control", "script"]
"""What a character is to us. "sign" is punctuation and symbols such as € and %; "script" is a letter that no front end reads."""

SkipReason = Literal["emoji", "control", "script"]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A stretch of text that is not spoken."""

    text: str
    why: SkipReason
    """"emoji": pictures; "control": characters without a shape; "script": letters that the voice does not speak."""


# Zero-width joiner, variation selectors, enclosing keycap and skin tones belong to the picture before them.
_OF_EMOJI = frozenset("\u200d\ufe0e\ufe0f\u20e3")
# Symbols that a front end or a rule reads aloud or that are part of a number, though Unicode files them with pictures.
_READ_SYMBOLS = frozenset("°℃℉№©®™½¼¾²³")
_SIGN_CATEGORIES = frozenset({"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk"})
# Latin letters that Unicode does not take apart.
_BUILT_ON = {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
_BUILT_ON |= {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
_KEPT_CONTROLS = frozenset("\n\t\r\u2028\u2029")


@lru_cache(maxsize=4096)
def kind_of(char: str) -> Kind:
    """The kind of one character."""
    if "一" <= char <= "鿿" or char == "〇":
        return "han"
    category = unicodedata.category(char)
    if char in _KEPT_CONTROLS or category == "Zs":
        return "space"
    if char in _OF_EMOJI or (category == "So" and char not in _READ_SYMBOLS) or "\U0001f3fb" <= char <= "\U0001f3ff":
        return "emoji"
    if category.startswith("C") or category in ("Zl", "Zp"):
        return "control"
    if char in _READ_SYMBOLS or category in _SIGN_CATEGORIES:
        return "sign"
    if fold(char).isascii() and fold(char).isdigit():
        return "digit"
    return "latin" if category.startswith("L") and plain_letters(char) else "script"


@lru_cache(maxsize=4096)
def plain_letters(char: str) -> str:
    """The ASCII letters that a Latin letter is built on: "e" for é, "ss" for ß; "" for letters of other scripts."""
    if char in _BUILT_ON:
        return _BUILT_ON[char]
    base = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return base if base.isascii() and base.isalpha() else ""


@lru_cache(maxsize=4096)
def fold(char: str) -> str:
    """One character for one: full-width forms and digits of other writings as ASCII, so that rules need one form only.

    Full-width punctuation stays, it says how Chinese is cut into clauses.
    """
    decimal = unicodedata.decimal(char, None)
    if decimal is not None:
        return str(int(decimal))
    if char in "￥":
        return "¥"
    if "！" <= char <= "～" and char not in "！（），．：；？":
        return unicodedata.normalize("NFKC", char)
    if unicodedata.category(char) == "No" and char not in "²³":
        folded = unicodedata.normalize("NFKC", char)
        return folded if len(folded) == 1 else char
    if char in "\u00a0\u202f\u2009\u3000\t\r\n\u2028\u2029":
        return " "
    return char


def speakable(char: str) -> bool:
    """Whether the character is a word or part of one; signs and spaces alone say nothing."""
    return kind_of(char) in ("han", "latin", "digit")


def skipped_in(text: str) -> tuple[Skipped, ...]:
    """What of ``text`` is not spoken, in order, neighbours of one kind joined."""
    found: list[Skipped] = []
    before: Kind = "space"
    for char in text:
        kind = kind_of(char)
        if kind == "emoji" or kind == "control" or kind == "script":
            if before == kind:
                char = found.pop().text + char
            found.append(Skipped(char, kind))
        before = kind
    return tuple(found)
