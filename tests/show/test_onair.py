"""An order can be counted for the very words that were on air."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from sosie.shop.feed import open_shop
from sosie.shop.learned import wording_id
from sosie.show.onair import wording_of
from sosie.show.rundown import read_rundown
from sosie.types import LANGUAGES, Utterance

SAMPLE = Path(__file__).parents[2] / "src/sosie/sample/shop"
RUNDOWN = read_rundown(SAMPLE / "show.toml")
SHOP = open_shop(SAMPLE / "shop.toml")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_the_sample_is_known_by_what_was_said(language: str) -> None:
    found = set()
    for segment in RUNDOWN.segments:
        product = SHOP[segment.product_id]
        for wording in (text for wordings in segment.lines[language] for text in wordings):
            said = product.fill(wording, language)
            if said is not None:
                line = Utterance(1, said, language, "line", product.id)
                assert wording_of(line, RUNDOWN, SHOP) == wording_id(language, product.id, wording)
                found.add(wording_of(line, RUNDOWN, SHOP))
    assert len(found) > 20


def test_the_same_wording_is_the_same_at_another_price() -> None:
    mug = SHOP["mug"]
    wording = next(text for wordings in RUNDOWN.segments[0].lines["en"] for text in wordings if "{sale_price}" in text)
    cheaper = replace(mug, sale_price=Decimal(89))
    shop = replace(SHOP, products=(cheaper, *SHOP.products[1:]))
    now, then = (Utterance(1, each.fill(wording, "en"), "en", "line", "mug") for each in (mug, cheaper))
    assert now.text != then.text
    assert wording_of(now, RUNDOWN, SHOP) == wording_of(then, RUNDOWN, shop) is not None


def test_a_greeting_is_known_and_what_is_not_written_in_the_rundown_is_not() -> None:
    greeting = RUNDOWN.greeting["en"][0].replace("{shop}", SHOP.shop["en"])
    assert wording_of(Utterance(1, greeting, "en", "line"), RUNDOWN, SHOP)
    assert wording_of(Utterance(1, "It holds 350 ml.", "en", "line", "mug"), RUNDOWN, SHOP) is None
    assert wording_of(Utterance(1, greeting, "en", "answer"), RUNDOWN, SHOP) is None
