"""Which variant a question is about, and what the catalogue says of it: "do you have it in blue?" in any of our languages.

What comes out is a value of the catalogue, or that none of its values was meant; no word of the viewer's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sosie.claims.fold import fold, is_han
from sosie.claims.options import all_of, kinds, words_of
from sosie.shop.catalogue import Product
from sosie.types import Language


@dataclass(frozen=True, slots=True)
class Asked:
    option: str
    """Name of the option as the seller has it, such as "Color"."""
    value: str
    """As the seller writes it; "" where none of his values was meant, but another of the same kind."""


def asked_for(question: str, product: Product) -> Asked | None:
    """The variant that a question names; None if it names none."""
    text = fold(question).text
    for option, value in _values(product):
        if any(_stands(word, text) for word in _called(value)):
            return Asked(option, value)
    for values in kinds().values():
        if any(_stands(word, text) for words in values for word in all_of(words)):
            of_kind = [option for option, value in _values(product) if words_of(value) in values]
            if of_kind:
                return Asked(of_kind[0], "")
    return None


def in_words(value: str, language: Language) -> str:
    """A seller's value in the language of the answer, where we know it; else as he writes it."""
    words = words_of(value)
    return value if words is None else words[language][0]


def offered(product: Product, asked: Asked) -> bool:
    """Whether any variant with this value can be had."""
    return any(variant.offered for variant in product.variants if variant.options.get(asked.option) == asked.value)


def values_of(product: Product, option: str) -> list[str]:
    """The values of an option that can be had, each once, in the seller's order."""
    return list(
        dict.fromkeys(
            variant.options[option] for variant in product.variants if option in variant.options and variant.offered
        )
    )


def _values(product: Product) -> list[tuple[str, str]]:
    """(option, value), the longest value first, so that "light blue" is not taken for "blue"."""
    found = {(option, value) for variant in product.variants for option, value in variant.options.items()}
    return sorted(found, key=lambda pair: (-len(pair[1]), pair))


def _called(value: str) -> Sequence[str]:
    """Folded words by which viewers may mean a value. A single letter or a bare number is a size only beside the word for it."""
    plain = fold(value).text.strip()
    if len(plain) < 2 or plain.isdigit():
        return [f"size {plain}", f"taille {plain}", f"{plain}码", f"{plain}号"]
    words = words_of(value)
    return [plain] if words is None else [plain, *all_of(words)]


def _stands(word: str, text: str) -> bool:
    if is_han(word[0]) or is_han(word[-1]):
        return word in text
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None
