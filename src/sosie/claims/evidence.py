"""What the catalogue shows: the numbers and words of a product's facts and claims, and of the shop's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from sosie.claims.fold import fold, is_han, words
from sosie.claims.numbers import Number, numbers
from sosie.claims.terms import Term, context
from sosie.shop.catalogue import Catalogue, Fact, Product
from sosie.types import LANGUAGES, Language

WHOLE = 0.5
"""Share of a clause's words that a fact must have before it is said to show what the clause claims."""
_CLAUSE = re.compile(r"[,.;:!?。、;—\n]+(?!\d)")


@dataclass(frozen=True, slots=True)
class Shown:
    """One fact or claim in one language."""

    text: str
    """Folded."""
    pieces: frozenset[str]
    """See ``pieces_of``."""
    source: str
    """As written."""
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is shown about one product, or about every order."""

    told: tuple[tuple[Language, tuple[Shown, ...]], ...]
    measures: frozenset[tuple[str, Decimal]]
    """(dimension, value), of every language."""
    written: frozenset[Decimal]
    """All of its numbers as they are written, whatever they measure."""
    counts: tuple[tuple[Decimal, tuple[str, ...]], ...]
    """Bare numbers and the words behind them."""
    codes: frozenset[str]

    def facts(self, language: Language) -> tuple[Shown, ...]:
        return next((shown for key, shown in self.told if key == language), ())

    def measures_as(self, number: Number) -> bool:
        return (number.of, number.value) in self.measures

    def has_value(self, number: Number) -> bool:
        """A number without its unit, as in "and still 58 after four hours"."""
        return number.written in self.written

    def counts_as(self, number: Number) -> bool:
        """The same number of the same thing."""
        return any(
            value == number.value and set(map(stem, things)) & set(map(stem, number.counted))
            for value, things in self.counts
        )


NOTHING = Evidence((), frozenset(), frozenset(), (), frozenset())


def of_product(product: Product, before: Evidence = NOTHING) -> Evidence:
    """``before``: of the same product a while ago; what is still told in the same words is not read again."""

    def texts(language: Language) -> Iterator[str]:
        for text in (*_facts(product.facts, language), *product.claims.get(language, ())):
            yield (product.fill(text, language) if language in product.name else None) or ""
        yield from dict.fromkeys(value for variant in product.variants for value in variant.options.values())
        # A name tells something too: "3-in-1 charger".
        yield product.name.get(language, "")

    return _evidence({language: tuple(texts(language)) for language in LANGUAGES}, before)


def of_shop(catalogue: Catalogue) -> Evidence:
    return _evidence({language: tuple(_facts(catalogue.facts, language)) for language in LANGUAGES}, NOTHING)


def _facts(facts: Iterable[Fact], language: Language) -> Iterator[str]:
    return (fact.text[language] for fact in facts if language in fact.text)


def _evidence(texts: dict[Language, tuple[str, ...]], before: Evidence) -> Evidence:
    known = {(language, shown.source): shown for language, told in before.told for shown in told}
    told = tuple(
        (language, tuple(known.get((language, text)) or _read(text, language) for text in said if text))
        for language, said in texts.items()
    )
    found = [number for _, said in told for shown in said for number in shown.numbers]
    return Evidence(
        told=told,
        measures=frozenset((number.of, number.value) for number in found if number.of),
        written=frozenset(number.written for number in found),
        counts=tuple((number.value, number.counted) for number in found if not number.of and number.kind == "number"),
        codes=frozenset(number.counted[0] for number in found if number.kind == "code"),
    )


def _read(source: str, language: Language) -> Shown:
    text = fold(source).text
    return Shown(text, pieces_of(text, language), source, tuple(numbers(text, language)))


# Comparing a clause with what is shown


def stem(word: str) -> str:
    """Crude on purpose: "warms", "warmed" and "warming" are one, and what is wrongly made one costs little here."""
    if is_han(word[0]) or len(word) <= 3:
        return word
    word = re.sub(r"'.*", "", word)
    cut = re.sub(r"(?:ements?|ations?|ment|ing|ees?|ied|ies|ed|ent|ons|ez|er|es|e|s|ly|y)$", "", word)
    cut = cut if len(cut) >= 3 else word
    return cut[:-1] if len(cut) > 3 and cut[-1] == cut[-2] else cut


def pieces_of(text: str, language: Language) -> frozenset[str]:
    """Stems of words, and pairs of Chinese characters; small words left out."""
    small = _SMALL[language]
    latin = {stem(word) for word in words(text) if not is_han(word[0]) and word not in small}
    pairs = {
        text[place : place + 2]
        for place in range(len(text) - 1)
        if is_han(text[place]) and is_han(text[place + 1]) and not {text[place], text[place + 1]} & _SMALL["zh"]
    }
    return frozenset(latin | pairs)


_SMALL_EN = """
a an the is are was be it its this that these those and or but so of to in on at for with from by as you your we our
has have can will there here which what when if then too also just only very
"""
_SMALL_FR = """
un une le la les l d de du des et ou mais est sont c ce cet cette ces il elle ils elles on nous vous votre vos a au
aux en dans sur pour par avec qui que se s ne y plus tres aussi son sa ses
"""
_SMALL: dict[Language, frozenset[str]] = {
    "zh": frozenset("的了是在有和就都也很个这那它我你们吧呢啊吗而与及被把"),
    "en": frozenset(_SMALL_EN.split()),
    "fr": frozenset(_SMALL_FR.split()),
}


def clause_at(text: str, start: int, end: int) -> str:
    """The stretch between punctuation in which ``text[start:end]`` stands."""
    left = max((match.end() for match in _CLAUSE.finditer(text) if match.end() <= start), default=0)
    right = min((match.start() for match in _CLAUSE.finditer(text) if match.start() >= end), default=len(text))
    return text[left:right]


def shows(fact: Shown, said: str, clause: str, term: Term, language: Language) -> bool:
    """True if the fact says what the clause claims with ``said``, as far as words can tell."""
    if term.about:
        return bool(term.pattern.search(fact.text)) and any(near in clause and near in fact.text for near in term.about)
    if not (here := _place_of(said, fact, language)):
        return False
    if term.polar:
        no = context("no", language)
        return bool(no.search(clause)) == bool(no.search(clause_at(fact.text, *here)))
    wanted = pieces_of(clause, language)
    return not wanted or len(wanted & fact.pieces) >= WHOLE * len(wanted)


def _place_of(said: str, fact: Shown, language: Language) -> tuple[int, int] | None:
    place = fact.text.find(said.strip())
    if place >= 0:
        return place, place + len(said.strip())
    if language == "zh":
        return None
    wanted = [stem(word) for word in words(said) if word not in _SMALL[language]]
    if wanted and all(piece in fact.pieces for piece in wanted):
        for match in re.finditer(r"[a-z]+", fact.text):
            if stem(match[0]) == wanted[-1]:
                return match.span()
    return None


Name = tuple[str, str, bool]
"""(folded name, product id, whole); ``whole`` is False for a short word like "cup"."""


def names_of(catalogue: Catalogue) -> tuple[Name, ...]:
    return tuple(
        (fold(name).text, product.id, whole)
        for product in catalogue.products
        for whole, names in ((True, product.name.values()), (False, [n for ns in product.called.values() for n in ns]))
        for name in names
    )


@lru_cache(maxsize=4)
def name_pattern(names: tuple[Name, ...]) -> re.Pattern[str]:
    """One pattern for all names, the longest first. Kept, because a new price changes no name."""
    forms = sorted({name for name, _, _ in names if name}, key=len, reverse=True)
    latin = "|".join(re.escape(form) for form in forms if not is_han(form[0]))
    han = "|".join(re.escape(form) for form in forms if is_han(form[0]))
    parts = [rf"(?<![a-z])(?:{latin})(?=s?(?![a-z]))"] if latin else []
    return re.compile("|".join(parts + ([f"(?:{han})"] if han else [])) or r"(?!)")
