"""What the AI label says, and the check that it says enough.

Two rule sets ask for two things (design/rules.md, sections 1.1 and 1.2, L1-L3):

* China, GB 45438-2025: an AI element ("人工智能" or "AI") and a generation element ("生成" or "合成"), and, for a digital human
  on a live stream, "数字人" all the time. Only the Chinese wording meets this: a show for a platform in China uses it in
  whatever language the host speaks.
* European Union, AI Act article 50 and its Code of Practice: a clear notice at first sight, with the letters "AI" as the
  common sign and words that the audience reads. English meets this as it is. French readers say "IA", so the French wording
  carries both: the common sign "AI" and the sentence "GÉNÉRÉ PAR IA".

So every wording has the two letters "AI", and no wording can be set from outside.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from sosie.errors import Refused
from sosie.types import Language

LabelKind = Literal["clone", "measurement", "fictional"]
"""A consented clone of a living person; a clone made from footage nobody signed for, to measure only; a person who does
not exist."""

MANDATED: dict[Language, str] = {
    "zh": "数字人 · AI生成",
    "en": "AI GENERATED",
    "fr": "AI · GÉNÉRÉ PAR IA",
}
"""The words whose ink must reach 5 % of the shorter side."""

MEASUREMENT_ONLY = "MEASUREMENT ONLY - NO CONSENT"
"""Under the mandated words when no consent was signed; the same in every language, so that one search finds it."""

_MEASUREMENT_TOO: dict[Language, str] = {
    "zh": "仅供测量 · 未经本人同意",
    "en": "",
    "fr": "MESURE SEULEMENT, SANS CONSENTEMENT",
}
_CLONE_OF: dict[Language, str] = {
    "zh": "数字分身：{name}",
    "en": "digital clone of {name}",
    "fr": "clone numérique de {name}",
}
_HUMAN_VOICE: dict[Language, str] = {"zh": "此刻为真人声音", "en": "live human voice", "fr": "voix humaine en direct"}
_FICTIONAL: dict[Language, str] = {"zh": "虚构人物", "en": "fictional person", "fr": "personne fictive"}

# Whole words: the letters of "MAIN" or "AIGC" are not an AI element that a viewer would see.
_AI = re.compile(r"(?<![^\W\d_])AI(?![A-Za-z])|(?<=[一-鿿])AI(?![A-Za-z])|人工智能")
_FRENCH_AI = re.compile(r"(?<![^\W\d_])IA(?![^\W\d_])|INTELLIGENCE ARTIFICIELLE", re.IGNORECASE)
_GENERATION: dict[Language, re.Pattern[str]] = {
    "zh": re.compile("生成|合成"),
    "en": re.compile(r"\b(generated|synthetic|synthesi[sz]ed)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(générée?s?|synthétiques?|synthétisée?s?)\b", re.IGNORECASE),
}
_FULLWIDTH = {0xFF21 + i: 0x41 + i for i in range(26)}


def lacking(words: str, language: Language, *, host: bool = True) -> tuple[str, ...]:
    """What ``words`` lack to be an AI label, in words for a person; () when nothing.

    ``host`` False leaves out what only a digital human needs ("数字人"). Fullwidth letters (ＡＩ) count as the letters they
    are. Lookalikes do not: a Cyrillic or Greek А, a small l or a 1 for I, letters held apart or struck through; they read
    the same to some people, to no machine and to no inspector.
    """
    plain = unicodedata.normalize("NFC", words).translate(_FULLWIDTH)
    faults: list[str] = []
    if any(unicodedata.category(letter) in ("Mn", "Me", "Cf", "Cc") for letter in plain):
        faults.append("plain letters, without invisible or overlaid marks")
    if not _AI.search(plain):
        faults.append('an AI element: "AI" or "人工智能"')
    if language == "fr" and not _FRENCH_AI.search(plain):
        faults.append('the French sign: "IA"')
    if not _GENERATION[language].search(plain):
        faults.append(f'a generation element, as in "{MANDATED[language]}"')
    if host and language == "zh" and "数字人" not in plain:
        faults.append('"数字人"')
    return tuple(faults)


def require_label_words(words: str, language: Language) -> None:
    """Raises Refused, naming what is lacking, unless ``words`` make an AI label for a digital human."""
    if faults := lacking(words, language):
        raise Refused(
            f'"{words}" is not an AI label',
            wanted=" and ".join(faults),
            try_this=f'"{MANDATED[language]}"',
        )


def small_lines(kind: LabelKind, language: Language, name: str, *, human_voice: bool = False) -> tuple[str, ...]:
    """What stands below the mandated words.

    A measurement names nobody: who did not consent is not announced to strangers either. ``human_voice``: a person speaks now,
    live, and the clone only moves its lips; the face is as made as ever, so this stands under the mandated words, never for them.
    """
    if human_voice:
        said, others = _HUMAN_VOICE[language], small_lines(kind, language, name)
        # Before a name, whose end is cut where it is very long; behind a warning, which is looked for where it always is.
        return (*others, said) if kind == "measurement" else (said, *others)
    if kind == "clone":
        # An isolate, so that a name written right to left does not turn the sentence around it.
        return (_CLONE_OF[language].format(name=f"\u2068{name}\u2069"),)
    if kind == "fictional":
        line = _FICTIONAL[language]
        return (f"\u2068{name}\u2069 · {line}" if name else line,)
    return tuple(line for line in (MEASUREMENT_ONLY, _MEASUREMENT_TOO[language]) if line)
