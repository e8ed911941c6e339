"""Do you have it in blue? Understood in three languages, answered from the catalogue, and never of what is not there."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from sosie.claims import Claims
from sosie.shop.catalogue import Catalogue, Variant
from sosie.show.answers import Answer, Answers, _stored_vectors, read_examples
from sosie.show.variants import Asked, asked_for
from sosie.types import LANGUAGES, Floats, Language

from .playbook import sample


def variant(colour: str, size: str, stock: int) -> Variant:
    return Variant(f"{colour}-{size}", {"Color": colour, "Size": size}, Decimal(129), None, stock)


def shop(*variants: Variant) -> Catalogue:
    _, catalogue = sample()
    mug = catalogue["mug"].with_variants(variants)
    return replace(catalogue, products=tuple(mug if one.id == "mug" else one for one in catalogue.products))


SHOP = shop(variant("Blue", "M", 3), variant("Blue", "L", 2), variant("Sage Green", "M", 1), variant("Red", "M", 0))


class AlwaysStock:
    """Takes every question for one about stock, as the real encoder does with these."""

    def embed(self, texts: object) -> Floats:
        rows = [row for row, one in enumerate(read_examples()) if one.intent == "stock"]
        return np.repeat(_stored_vectors(read_examples())[rows[:1]], len(list(texts)), 0)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("do you have it in blue?", Asked("Color", "Blue")), ("有蓝色的吗", Asked("Color", "Blue")),
        ("vous l'avez en bleu ?", Asked("Color", "Blue")),
        ("is there a sage green one", Asked("Color", "Sage Green")), ("il existe en rouge ?", Asked("Color", "Red")),
        ("do you have it in pink", Asked("Color", "")), ("有粉色吗", Asked("Color", "")),
        ("have you got size L", Asked("Size", "L")),
        ("有L码吗", Asked("Size", "L")), ("is it still there?", None), ("l'avez-vous ?", None),
    ],
)  # fmt: skip
def test_what_kind_a_question_means_is_found_in_every_language(text: str, asked: Asked | None) -> None:
    assert asked_for(text, SHOP["mug"]) == asked


def test_a_product_of_one_kind_has_no_variants_to_ask_for() -> None:
    assert asked_for("do you have it in blue?", sample()[1]["mug"]) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", range(3))
def test_every_answer_is_true_of_the_catalogue_and_passes_the_firewall(language: Language, number: int) -> None:
    claims = Claims(SHOP)
    for asked, words in (
        (Asked("Color", "Blue"), {"zh": "蓝色", "en": "blue", "fr": "bleu"}),
        (Asked("Color", "Red"), {"zh": "红色", "en": "red", "fr": "rouge"}),
        (Asked("Color", ""), {"zh": "蓝色、Sage Green", "en": "blue, Sage Green", "fr": "bleu, Sage Green"}),
        (Asked("Size", "L"), {"zh": "L", "en": "L", "fr": "L"}),
    ):
        text = Answer("variant", language, "mug", variant=asked).text(SHOP, number)
        gone = any(word in text for word in ("没有货", "out of stock", "plus de stock"))
        assert gone is (asked.value == "Red"), text
        assert words[language] in text, text
        assert claims.check(text, language, "mug", author="machine").allowed, text


def test_what_is_gone_is_not_called_so_once_it_is_back_and_is_when_all_is_gone() -> None:
    red = Answer("variant", "en", "mug", variant=Asked("Color", "Red"))
    assert "out of stock" in red.text(SHOP)
    assert "out of stock" not in red.text(shop(variant("Blue", "M", 1), variant("Red", "M", 1)))
    assert "sold out" in red.text(shop(variant("Blue", "M", 0), variant("Red", "M", 0)))
    # Nobody may call the blue one sold out, and nobody the mug.
    claims = Claims(SHOP)
    assert claims.check("The mug is sold out.", "en", "mug", author="machine").reason == "stock"
    assert claims.check("In blue the mug is sold out.", "en", "mug", author="machine").reason == "stock"


def test_a_viewers_colour_that_the_shop_has_not_is_not_repeated() -> None:
    answers = Answers(SHOP, AlwaysStock(), LANGUAGES)
    found = answers.find("do you have the mug in pink with my name on it", None)
    assert found == Answer("variant", "en", "mug", True, Asked("Color", ""))
    assert "pink" not in found.text(SHOP)
    assert answers.find("are you real? in blue?", "mug").intent == "identity"
