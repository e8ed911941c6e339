"""How a name is said that the front ends read wrongly: the user's own list, which comes before every rule of ours.

A name is found as a whole word, whatever its capitals; where it begins or ends with a Chinese character it may touch anything,
because Chinese has no spaces. What is written stays as it is for the subtitles.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sosie.errors import YourInput
from sosie.types import Language
from sosie.voice.text.scripts import fold, kind_of

LONGEST = 100
"""Characters of a written or spoken form."""


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """One name and how it is said: by a respelling or by its sounds, one of the two. Raises YourInput for anything else."""

    written: str
    """As it stands in texts, such as "Xiaomi", "小红书", "❤"."""
    spoken: str = ""
    """Words that are read as it should be said, such as "shao mee"; all Latin or all Chinese."""
    phonemes: str = ""
    """IPA, such as "ʃaʊmiː". Whether the voice has these sounds is for the engine to say."""
    language: Language | None = None
    """Of the texts in which it is said so; None for all."""

    def __post_init__(self) -> None:
        name = self.written.strip()[:LONGEST]
        if not any(kind_of(char) not in ("space", "sign", "control") for char in name) or len(self.written) > LONGEST:
            raise YourInput(
                f"a pronunciation is for {self.written[:40]!r}", wanted=f"a name of 1 to {LONGEST} characters"
            )
        if _IS_AMOUNT.fullmatch(self.key) or _HAS_AMOUNT.search(self.key):
            raise YourInput(
                f"a pronunciation is for {name!r}, and numbers and prices are said as they are written",
                wanted="a name",
                try_this="a name that is a number with the words that go with it, such as 4711 Cologne",
            )
        if bool(self.spoken.strip()) == bool(self.phonemes.strip()):
            found = "two ways" if self.spoken.strip() else "no way"
            raise YourInput(f"{name!r} has {found} of being said", wanted="either spoken or phonemes")
        if self.spoken:
            self._check_spoken(name)
        elif not any(kind_of(char) in ("latin", "han", "digit") for char in name):
            raise YourInput(f"{name!r} has phonemes but no letter that they are for", wanted="spoken, in words")

    def _check_spoken(self, name: str) -> None:
        kinds = {kind_of(char) for char in self.spoken}
        if {"han", "latin"} <= kinds:
            raise YourInput(
                f"{name!r} is said {self.spoken!r}, in two writings",
                wanted="Chinese characters or Latin letters",
                try_this="spell all of it in one of them",
            )
        if "digit" in kinds:
            raise YourInput(f"{name!r} is said {self.spoken!r}", wanted="words only", try_this="four in place of 4")
        if not kinds & {"han", "latin"} or len(self.spoken) > LONGEST:
            raise YourInput(f"{name!r} is said {self.spoken[:40]!r}", wanted=f"words of 1 to {LONGEST} characters")

    @property
    def key(self) -> str:
        """Equal for two written forms that are the same name."""
        return _key("".join(fold(char) for char in unicodedata.normalize("NFC", self.written)))


@dataclass(frozen=True, slots=True)
class Named:
    """A place in a text where a name stands."""

    start: int
    end: int
    spoken: str
    phonemes: str


@dataclass(frozen=True, slots=True)
class Pronunciations:
    """A list of names; none is in it twice for one language. Raises YourInput if one is."""

    entries: tuple[Pronunciation, ...] = ()

    def __post_init__(self) -> None:
        seen: set[tuple[str, Language | None]] = set()
        for entry in self.entries:
            if (entry.key, entry.language) in seen:
                raise YourInput(f"{entry.written!r} is in the pronunciations twice", wanted="each name once")
            seen.add((entry.key, entry.language))

    def over(self, others: Pronunciations) -> Pronunciations:
        """Both lists; what this one says of a name counts."""
        own = {(entry.key, entry.language) for entry in self.entries}
        own |= {
            (entry.key, other.language) for entry in self.entries if entry.language is None for other in others.entries
        }
        kept = tuple(entry for entry in others.entries if (entry.key, entry.language) not in own)
        return Pronunciations(self.entries + kept)

    def names_in(self, text: str, language: Language) -> Iterator[Named]:
        """Names in NFC ``text``, in order; where two begin at one place, the longer."""
        entries = _by_key(self, language)
        if not entries:
            return
        folded = "".join(map(fold, text))
        addresses = [match.span() for match in _ADDRESS.finditer(folded)]
        for match in _pattern(self, language).finditer(folded):
            if any(
                start <= match.start() and match.end() <= end and match.span() != (start, end)
                for start, end in addresses
            ):
                continue  # an address is read whole
            entry = entries.get(_key(match["name"]))
            if entry is None:
                continue  # what only looks like it: the pattern takes a dotless i for an i
            owned = match["owned"] if language == "en" else None
            spoken, phonemes = entry.spoken.strip(), entry.phonemes.strip()
            if owned:
                spoken, phonemes = (spoken and f"{spoken}'s"), (phonemes and phonemes + _owned(phonemes))
            yield Named(match.start(), match.end(), spoken, phonemes)


def _key(name: str) -> str:
    return " ".join(name.replace("’", "'").split()).lower()


@lru_cache(maxsize=64)
def _by_key(names: Pronunciations, language: Language) -> dict[str, Pronunciation]:
    """What counts in ``language``: what is said of it alone before what is said of all."""
    general = {entry.key: entry for entry in names.entries if entry.language is None}
    return general | {entry.key: entry for entry in names.entries if entry.language == language}


_ADDRESS = re.compile(
    r"(?:https?://|www\.)[\w./-]+|[A-Za-z0-9_.+-]+@[\w-]+\.[\w.-]+|\b[A-Za-z][\w-]*\.[a-z]{2,4}\b(?:/[\w./-]*)?",
    re.ASCII,
)
_LETTER, _DIGIT = r"[^\W\d_一-鿿〇]", r"\d"
_SIGN = "[$€£¥￥]"
_UNIT = (
    rf"(?:{_SIGN}|[%％折元块圆]|欧元|美元|英镑|人民币|(?:yuan|euro|dollar|pound|cent|centime)s?\b|livres? sterling\b"
    r"|percent\b|pour ?cent\b|(?:rmb|cny|eur|usd|gbp)\b)"
)
_IS_AMOUNT = re.compile(rf"(?:{_UNIT}|[\d\s.,:：，。])+", re.IGNORECASE)
_HAS_AMOUNT = re.compile(rf"\d\s?{_UNIT}|{_SIGN}\s?\d", re.IGNORECASE)
"""What a viewer pays: a list of names may not make 99 yuan sound like nine."""


@lru_cache(maxsize=64)
def _pattern(names: Pronunciations, language: Language) -> re.Pattern[str]:
    keys = sorted(_by_key(names, language), key=len, reverse=True)
    forms = (re.escape(key).replace(r"\ ", r"\s+").replace("'", "['’]") for key in keys)
    one_of = "|".join(_edge(key[0], before=True) + form + _edge(key[-1]) for key, form in zip(keys, forms, strict=True))
    owned = r"(?P<owned>['’]s(?![^\W\d_]))?" if language == "en" else ""
    return re.compile(f"(?P<name>{one_of}){owned}", re.IGNORECASE)


def _edge(char: str, *, before: bool = False) -> str:
    """A name that ends in a letter does not end inside a word, one that ends in a digit not inside a number or a price."""
    if kind_of(char) == "latin":
        return f"(?<!{_LETTER})" if before else f"(?!{_LETTER})"
    if kind_of(char) == "digit":
        if before:
            return rf"(?<!{_DIGIT})(?<!{_DIGIT}[.,])(?<!{_SIGN})(?<!{_SIGN}\s)"
        return rf"(?!{_DIGIT}|[.,]{_DIGIT}|\s?{_UNIT})"
    return ""


def _owned(phonemes: str) -> str:
    """How 's sounds behind these sounds."""
    last = phonemes.rstrip("ː ")[-1:]
    return "ɪz" if last in "szʃʒʧʤ" else "s" if last in "ptkfθ" else "z"
