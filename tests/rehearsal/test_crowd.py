"""The simulated crowd and trade: the load that was asked for, the same for the same seed."""

from __future__ import annotations

import tomllib
from collections import Counter
from itertools import pairwise, takewhile
from pathlib import Path

import pytest

import sosie.rehearsal.crowd
from show.playbook import sample
from show.questions import questions
from sosie.chat.language import language_of
from sosie.chat.message import comment
from sosie.errors import YourInput
from sosie.rehearsal.crowd import MIX, Crowd, Posted
from sosie.rehearsal.trade import ALL_GONE_AT, ALL_GONE_SECONDS, changes
from sosie.show.answers import read_examples
from sosie.show.identity import asks_if_real
from sosie.types import LANGUAGES

CATALOGUE = sample()[1]
DAY = 86400.0
TEXTS = tomllib.loads(Path(sosie.rehearsal.crowd.__file__).with_name("crowd.toml").read_text("utf-8"))


def posted(seed: int = 1, rate: float = 6.0, seconds: float = DAY) -> list[Posted]:
    crowd = Crowd(CATALOGUE, comments_per_minute=rate, seed=seed)
    return list(takewhile(lambda one: one.at < seconds, crowd.comments()))


def test_it_writes_as_much_as_was_asked_for_and_everything_comes_up() -> None:
    day = posted()
    counts = Counter(one.kind for one in day)
    # Rushes and floods come on top of the mean.
    assert 6 * 1440 < len(day) < 1.35 * 6 * 1440
    assert set(counts) == {*MIX, "flood"}
    assert {language_of(one.text, "zh") for one in day} == set(LANGUAGES)
    assert all(before.at <= after.at for before, after in pairwise(day))
    assert 1 < len(day) / len({one.user for one in day}) < 10


def test_the_same_seed_gives_the_same_crowd_and_another_one_another() -> None:
    assert posted(1, seconds=3600) == posted(1, seconds=3600) != posted(2, seconds=3600)


def test_an_empty_room_and_an_impossible_one() -> None:
    assert posted(rate=0) == []
    with pytest.raises(YourInput, match="comments a minute"):
        Crowd(CATALOGUE, comments_per_minute=-1, seed=1)


def test_whatever_it_writes_is_a_comment_and_its_questions_are_not_those_that_answers_were_set_on() -> None:
    for one in posted(seconds=4 * 3600):
        assert comment("id", one.text, one.user, one.at).text
    written = {text for language in TEXTS["ask"].values() for texts in language.values() for text in texts}
    assert not written & {question.text for question in questions()}
    assert not written & {example.text for example in read_examples()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_asks_whether_it_is_real_is_understood_by_the_words_alone(language: str) -> None:
    assert all(asks_if_real(text) for text in TEXTS["real"][language])


def test_trade_brings_orders_sales_and_a_while_with_nothing_left() -> None:
    day = list(changes(CATALOGUE, seconds=DAY, seed=1))
    assert day == list(changes(CATALOGUE, seconds=DAY, seed=1))
    products = [product for changed in day for product in changed.catalogue.products]
    assert all(product.stock >= 0 for product in products)
    assert all(product.sale_price is None or 0 < product.sale_price < product.price for product in products)
    assert {product.sale_price is None for product in products if product.id == "lamp"} == {True, False}
    gone = [changed.at for changed in day if not any(product.offered for product in changed.catalogue.products)]
    planned = [at for at in gone if DAY * ALL_GONE_AT <= at < DAY * ALL_GONE_AT + ALL_GONE_SECONDS]
    assert planned[0] == DAY * ALL_GONE_AT
    assert planned[-1] - planned[0] > ALL_GONE_SECONDS / 2
