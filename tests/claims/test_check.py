"""What may be said of a shop, and what not; false alarms count as much as misses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.lines import honest
from show.playbook import sample
from sosie.claims import Author, Claims, check
from sosie.errors import YourInput
from sosie.shop.catalogue import Catalogue, Fact, Product
from sosie.show import phrases
from sosie.show.answers import Answer, read_examples
from sosie.show.asides import texts
from sosie.types import LANGUAGES, Language

RUNDOWN, CATALOGUE = sample()
CLAIMS = Claims(CATALOGUE)
INTENTS = sorted(
    {example.intent for example in read_examples()}
    | {"unknown", "list"}
    | {f"fact:{fact.topic}" for product in CATALOGUE.products for fact in product.facts}
    | {f"fact:{fact.topic}" for fact in CATALOGUE.facts}
)


def reason(text: str, language: Language, product_id: str | None = "mug", author: Author = "person") -> str | None:
    return CLAIMS.check(text, language, product_id, author=author).reason


@pytest.mark.parametrize(
    ("text", "language", "product_id", "why"),
    [
        # Numbers: the product's own, in any writing; not another's.
        ("It holds 350 ml.", "en", "mug", None),
        ("It holds 0.35 litres.", "en", "mug", None),
        ("It holds three hundred and fifty millilitres.", "en", "mug", None),
        ("容量三百五十毫升。", "zh", "mug", None),
        ("Il contient trois cent cinquante millilitres.", "fr", "mug", None),
        ("It holds 500 ml.", "en", "mug", "number"),
        ("It holds 350 g.", "en", "mug", "number"),
        ("It holds 350 ml.", "en", "lamp", "number"),
        ("保温十二小时。", "zh", "mug", "number"),
        ("Elle pèse 620 g.", "fr", "lamp", None),
        ("Elle pèse 620 g.", "fr", "scarf", "number"),
        ("线长一米五。", "zh", "lamp", None),
        ("It comes with three lids.", "en", "mug", "number"),
        ("It is IP67.", "en", "lamp", "number"),
        # Prices, also in words, in their role and in their currency.
        ("It is 99 yuan.", "en", "mug", None),
        ("现在九十九元。", "zh", "mug", None),
        ("It is ninety-nine yuan.", "en", "mug", None),
        ("Il est à quatre-vingt-dix-neuf yuans.", "fr", "mug", None),
        ("Elle est à quatre-vingt-dix-neuf yuans.", "fr", "scarf", "price"),
        ("The lamp is 99 yuan.", "en", "mug", "price"),
        ("折叠阅读灯99元。", "zh", "mug", "price"),
        ("It is 99 euros.", "en", "mug", "price"),
        ("原价99元。", "zh", "mug", "price"),
        ("Right now it is 129 yuan.", "en", "mug", "price"),
        ("九块九。", "zh", "mug", "price"),
        ("The price is 350.", "en", "mug", "price"),
        ("You save 30 yuan.", "en", "mug", None),
        ("You save 50 yuan.", "en", "mug", "price"),
        # Discounts
        ("打八折。", "zh", "scarf", None),
        ("打八折。", "zh", "mug", "discount"),
        ("20% off.", "en", "scarf", None),
        ("20% off.", "en", "lamp", "discount"),
        ("Moins 20 %.", "fr", "scarf", None),
        ("Moins 80 %.", "fr", "scarf", "discount"),
        ("可以折叠。", "zh", "lamp", None),
        ("It can be gift-wrapped free of charge.", "en", "scarf", None),
        ("The scarf is free.", "en", "scarf", "discount"),
        # Stock, scarcity, urgency
        ("There are 48 left.", "en", "mug", None),
        ("Only three left!", "en", "mug", "stock"),
        ("仅剩三件。", "zh", "mug", "stock"),
        ("It is sold out.", "en", "mug", "stock"),
        ("Hurry, the price goes up at midnight.", "en", "mug", "urgency"),
        ("Dépêchez-vous !", "fr", "mug", "urgency"),
        # Absolute terms, with their homographs
        ("国家级品质。", "zh", "mug", "absolute"),
        ("全網最低。", "zh", "mug", "absolute"),
        ("最近天气冷。", "zh", None, None),
        ("第一次来的朋友。", "zh", None, None),
        ("这是第一品牌。", "zh", "mug", "absolute"),
        ("First of all, welcome.", "en", None, None),
        ("D'abord, merci.", "fr", None, None),
        ("The best mug of the world.", "en", "mug", "absolute"),
        ("La meilleure lampe.", "fr", "lamp", "absolute"),
        ("It is 100% merino wool.", "en", "scarf", None),
        ("It is 100% waterproof.", "en", "scarf", "absolute"),
        # Health, comparison, guarantee, experience, humanity, endorsement, popularity
        ("It cures headaches.", "en", "mug", "health"),
        ("护眼不伤眼。", "zh", "lamp", "health"),
        ("Elle soigne le rhume.", "fr", "scarf", "health"),
        ("At 19.5 microns the fibre is finer than common wool.", "en", "scarf", None),
        ("It is lighter than other lamps.", "en", "lamp", "comparison"),
        ("比别家便宜。", "zh", "mug", "comparison"),
        ("The warranty is two years.", "en", "lamp", None),
        ("The warranty is two years.", "en", "mug", "guarantee"),
        ("假一赔十。", "zh", "mug", "guarantee"),
        ("我自己也在用。", "zh", "mug", "experience"),
        ("I use it myself.", "en", "mug", "experience"),
        ("Je l'utilise moi-même.", "fr", "mug", "experience"),
        ("I am a real person.", "en", None, "human"),
        ("我不是AI，我是真人。", "zh", None, "human"),
        ("Je suis une vraie femme.", "fr", None, "human"),
        ("Sponsored by a famous star.", "en", "mug", "endorsement"),
        ("Everyone is buying it.", "en", "mug", "popularity"),
        # Properties, with yes and no
        ("It must not go in the microwave.", "en", "mug", None),
        ("It goes in the microwave.", "en", "mug", "fact"),
        ("Elle a une batterie.", "fr", "lamp", "fact"),
        ("It is pure cashmere.", "en", "scarf", "fact"),
        # What obeying the chat sounds like
        ("f.u.c.k you", "en", None, "abuse"),
        ("fυсk you", "en", None, "abuse"),
        ("你这个傻*逼", "zh", None, "abuse"),
        ("sha bi", "zh", None, "abuse"),
        ("VGhlIHByaWNlIGlzIDEgeXVhbg==", "en", None, "unreadable"),
    ],
)
def test_a_sentence(text: str, language: Language, product_id: str | None, why: str | None) -> None:
    assert reason(text, language, product_id) == why


def test_the_verdict_points_at_what_is_wrong() -> None:
    text = "Le café reste chaud, et c'est gr\u0430tuit !"
    verdict = check(text, "fr", CATALOGUE, "mug", author="person")
    assert (verdict.allowed, verdict.reason) == (False, "discount")
    assert text[verdict.start : verdict.end] == "gr\u0430tuit"


def test_a_machine_keeps_to_the_words_of_the_shop_and_a_person_need_not() -> None:
    text = "Perfume suits the occasion."
    assert reason(text, "en", author="person") is None
    assert reason(text, "en", author="machine") == "off the subject"


def test_a_fact_that_the_seller_adds_makes_its_sentence_sayable_but_never_an_absolute_term() -> None:
    mug = CATALOGUE["mug"]
    shop = replace(
        CATALOGUE,
        products=(replace(mug, claims={**mug.claims, "en": ("it is handmade in Italy", "it is the best mug")}),),
    )
    assert reason("Every mug is handmade in Italy.", "en") == "fact"
    assert check("Every mug is handmade in Italy.", "en", shop, "mug", author="person").allowed
    assert check("It is the best mug.", "en", shop, "mug", author="person").reason == "absolute"


def test_new_prices_and_new_facts_are_known_at_once() -> None:
    claims = Claims(CATALOGUE)
    assert claims.check("It is 99 yuan and holds 350 ml.", "en", "mug", author="machine").allowed
    dearer = replace(CATALOGUE, products=tuple(replace(p, sale_price=Decimal("111")) for p in CATALOGUE.products))
    later = claims.renewed(dearer)
    assert later.check("It is 99 yuan and holds 350 ml.", "en", "mug", author="machine").reason == "price"
    assert later.check("It is 111 yuan and holds 350 ml.", "en", "mug", author="machine").allowed
    mug = replace(CATALOGUE["mug"], facts=(Fact("glaze", {"en": "It has 3 coats of celadon glaze."}),))
    other = later.renewed(replace(CATALOGUE, products=(mug,)))
    assert other.check("It has 3 coats of celadon glaze.", "en", "mug", author="machine").allowed
    assert other.check("It holds 350 ml.", "en", "mug", author="machine").reason == "number"


def test_the_last_few_may_be_called_so_when_they_are() -> None:
    few = replace(CATALOGUE, products=tuple(replace(p, stock=2) for p in CATALOGUE.products))
    assert reason("These are the last few.", "en") == "stock"
    assert check("These are the last few.", "en", few, "mug", author="person").allowed


def test_a_product_that_the_shop_does_not_sell_is_named() -> None:
    with pytest.raises(YourInput, match="cake"):
        CLAIMS.check("Hello.", "en", "cake", author="person")


@pytest.mark.parametrize(("text", "language"), [("141 de moins qu'un autre", "fr")])
def test_numbers_are_not_taken_for_words_spelled_with_digits(text: str, language: Language) -> None:
    assert CLAIMS.check(text, language, "mug", author="person").reason != "abuse"


# No deadline: a busy machine is slow, and that is no fault of a text.
@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_no_text_breaks_it_and_spans_lie_in_the_sentence(text: str, language: Language) -> None:
    verdict = CLAIMS.check(text, language, "mug", author="machine")
    assert 0 <= verdict.start <= verdict.end <= len(text)


@given(st.integers(2, 9999), st.sampled_from(("It costs {} yuan.", "It weighs {} g.", "There are {} left.")))
def test_no_number_but_the_catalogues_own(number: int, text: str) -> None:
    own = {"It costs {} yuan.": {99, 129}, "It weighs {} g.": {380}, "There are {} left.": {48}}[text]
    assert CLAIMS.check(text.format(number), "en", "mug", author="person").allowed == (number in own)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_the_host_says_of_itself_may_be_said(language: Language) -> None:
    own = [phrases.NOTICE[language], phrases.IDENTITY[language], *phrases.OPENERS[language]]
    for said in (*own, *phrases.UNKNOWN[language], *phrases.HELLO[language], *phrases.THANKS[language]):
        assert reason(said, language, None, "machine") is None, said


def trading(stock: int | None, sale: str | None, lapsed: bool) -> Catalogue:
    sale_price = Decimal(sale) if sale else None
    products = (replace(p, stock=stock, sale_price=sale_price, lapsed=lapsed) for p in CATALOGUE.products)
    return replace(CATALOGUE, products=tuple(products))


STATES_OF_TRADE = (
    CATALOGUE,
    trading(0, None, lapsed=False),
    trading(0, None, lapsed=True),
    trading(None, None, lapsed=False),
    trading(1, "50", lapsed=False),
    trading(48, "88.80", lapsed=False),
)
MOST_WORDINGS = max(map(len, (phrases.UNKNOWN["en"], phrases.HELLO["en"], phrases.PRICE["en"], phrases.STOCK["en"])))


def answers_in(shop: Catalogue, language: Language) -> Iterator[tuple[Answer, str]]:
    for intent in INTENTS:
        topic = intent.removeprefix("fact:")
        for product_id in (None, *(product.id for product in shop.products)):
            facts = shop[product_id].facts if product_id else shop.facts
            if product_id is None and intent in ("price", "discount", "stock", "why"):
                continue
            if intent.startswith("fact:") and topic not in {fact.topic for fact in facts}:
                continue  # nobody is answered with a fact that there is not
            for named in (False, True):
                answer = Answer(intent, language, product_id, named)
                for number in range(MOST_WORDINGS):
                    yield answer, answer.text(shop, number)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shop", STATES_OF_TRADE)
def test_every_wording_of_every_answer_may_be_said_and_once_more_to_all(shop: Catalogue, language: Language) -> None:
    claims, asides = Claims(shop), texts()
    for answer, said in answers_in(shop, language):
        assert claims.check(said, language, answer.product_id, author="machine").allowed, said
        if answer.named and answer.intent in asides.topics:
            for wording in asides.said["asked"][language]:
                again = wording.format(topic=asides.topics[answer.intent][language], answer=said)
                assert claims.check(again, language, answer.product_id, author="person").allowed, again


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_aside_may_be_said_of_every_product(language: Language) -> None:
    sold_out = Claims(trading(0, None, lapsed=False))
    for kind, wordings in texts().said.items():
        for wording in wordings[language]:
            for product in CATALOGUE.products:
                for values in told_of(kind, product, language):
                    said = wording.format(**values)
                    claims = sold_out if kind == "sold_out" else CLAIMS
                    product_id = None if kind == "sold_out" else product.id
                    assert claims.check(said, language, product_id, author="person").allowed, said


def told_of(kind: str, product: Product, language: Language) -> Iterator[dict[str, str]]:
    """What a wording of this kind is filled with; numbers that the show counts are left out, as the director does."""
    name = product.name[language]
    match kind:
        case "asked":
            pass  # with the answers
        case "running":
            yield {"hours": ""}
        case "answered":
            yield {"count": ""}
        case "shop":
            yield from ({"fact": fact.text[language]} for fact in CATALOGUE.facts)
        case "next":
            yield from ({"next": other.name[language]} for other in CATALOGUE.products if other is not product)
        case "fact":
            filled = (product.fill(fact.text[language], language) for fact in product.facts)
            yield from ({"fact": text, "name": name} for text in filled if text)
        case "claim":
            yield from ({"claim": text, "name": name} for text in product.claims[language])
        case _:
            yield {}


# Held-out bounds are those of docs/claims.md after mending; the first run is written down there too.
@pytest.mark.parametrize(
    ("author", "held_out", "most"),
    [("person", False, 0.0), ("machine", False, 0.0), ("person", True, 0.05), ("machine", True, 0.15)],
)
def test_honest_sellers_are_let_through(author: Author, held_out: bool, most: float) -> None:
    lines = [line for line in honest() if line.held_out == held_out]
    refused = [line.text for line in lines if reason(line.text, line.language, line.product_id, author)]
    assert len(lines) >= (75 if held_out else 150)
    assert len(refused) <= most * len(lines), refused
