"""A show may sell nothing: it talks, tells and answers with the same care; and one may sell and tell in turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path

import pytest

from rehearsal.made_encoder import MadeEncoder
from sosie.claims import Author, Claims
from sosie.errors import YourInput
from sosie.shop.catalogue import Catalogue, Fact
from sosie.show import phrases
from sosie.show.answers import Answer, Answers
from sosie.show.asides import SHOW, texts
from sosie.show.director import Director
from sosie.show.events import CatalogueChanged, Operated, Refuse, Say, TellOperator
from sosie.show.operator import JumpTo, Skip
from sosie.show.own_facts import told_from
from sosie.show.rundown import Rundown, check_rundown, read_rundown
from sosie.show.script import STORY_REST, Aside, Line, script
from sosie.types import LANGUAGES, Language

from .evening import evening, mixed
from .playbook import Stage, sample

RUNDOWN, CATALOGUE = evening()
CLAIMS = Claims(CATALOGUE)
SHOW_TOML = """
title = { en = "Small talk" }
languages = ["en"]
greeting.en = "Welcome to {show}."
closing.en = "Good night."

[[fact]]
topic = "entry"
as_of = 2026-11-01
until = 2026-12-01T00:00:00+01:00
asked = ["Do I have to pay?"]
en = "A seat in the hall is 12 euros."

[[segment]]
id = "rain"
topic = { en = "rain" }
lines.en = ["Let us talk about rain.", "It falls on the roof."]
"""


def read(folder: Path, text: str = SHOW_TOML) -> tuple[Rundown, Catalogue]:
    path = folder / "show.toml"
    path.write_text(text, "utf-8")
    rundown = read_rundown(path)
    catalogue = told_from(rundown, None)
    check_rundown(rundown, catalogue)
    return rundown, catalogue


def reason(text: str, language: Language = "en", author: Author = "person", claims: Claims = CLAIMS) -> str | None:
    return claims.check(text, language, None, author=author).reason


# On air


@pytest.fixture(scope="module")
def hour() -> Stage:
    """Three quarters of one, with three questions."""
    show = Stage(Director(RUNDOWN, CATALOGUE)).start()
    show.answers = {
        "when is the next one": Answer("fact:schedule", "en", None),
        "how much": Answer("not sold", "en", None),
        "what is the capital of Peru": Answer("unknown", "en", None),
    }
    show.play(60)
    for text in show.answers:
        show.say(text, user=text)
    return show.play(2700)


def test_the_notice_comes_first_and_the_whole_show_is_told(hour: Stage) -> None:
    first, greeting = [utterance for _, utterance in hour.played[:2]]
    assert first.kind == "notice"
    assert greeting.text == RUNDOWN.greeting["zh"][0].replace("{show}", "窗边夜话")
    assert {utterance.topic for _, utterance in hour.of_kind("line")} == {None, "rain", "letters", "keeper"}
    assert hour.silent_seconds <= 2


def test_no_card_is_ever_shown(hour: Stage) -> None:
    assert all(utterance.product_id is None for _, utterance in hour.played)


def test_facts_of_the_show_are_answered_and_prices_are_not_made_up(hour: Stage) -> None:
    answers = [utterance.text for _, utterance in hour.of_kind("answer")]
    assert "We are live every Friday at nine in the evening, Beijing time." in answers
    assert set(answers) & set(phrases.NOT_SOLD["en"])
    assert set(answers) & set(phrases.SHOW_UNKNOWN["en"])


def test_nothing_is_said_of_a_shop_or_of_products(hour: Stage) -> None:
    for _, utterance in hour.played:
        for word in ("shop", "product", "boutique", "produit", "店铺", "下单"):
            assert word not in utterance.text.casefold() or utterance.text in phrases.NOT_SOLD["en"], utterance.text


def test_the_host_speaks_of_the_show_and_of_what_is_to_come(hour: Stage) -> None:
    said = " ".join(utterance.text for _, utterance in hour.of_kind("line"))
    assert "写信的人" in said
    assert any(fact.text["en"] in said for fact in CATALOGUE.facts)


def test_it_closes_and_ends() -> None:
    show = Stage(Director(replace(RUNDOWN, loop=False), CATALOGUE)).start().play(1200)
    assert show.ended
    assert show.played[-1][1].text in {texts[0] for texts in RUNDOWN.closing.values()}


def test_a_fact_is_told_until_its_day_and_not_after() -> None:
    director = Director(RUNDOWN, CATALOGUE)
    show = Stage(director).start().play(30)
    show.answers = {"when": Answer("fact:schedule", "en", None)}
    show.tell(CatalogueChanged(show.now, CATALOGUE.at(datetime(2027, 1, 1, tzinfo=UTC))))
    show.say("when")
    show.play(show.now + 30)
    assert show.of_kind("answer")[0][1].text in phrases.SHOW_UNKNOWN["en"]


def test_the_person_on_duty_leaves_a_topic_out_and_jumps_to_one() -> None:
    show = Stage(Director(RUNDOWN, CATALOGUE)).start().play(20)
    assert show.tell(Operated(show.now, 1, JumpTo("letters")))[0] == TellOperator(1)
    show.play(show.now + 15)
    assert show.played[-1][1].topic == "letters"
    show.tell(Operated(show.now, 2, Skip()))
    show.play_one()
    assert show.play_one().topic != "letters"  # type: ignore[union-attr]
    assert show.tell(Operated(show.now, 3, JumpTo("mug"))) == [TellOperator(3, "no such product")]


# Products and topics in turns


def test_a_card_comes_with_its_product_and_goes_with_the_next_topic() -> None:
    rundown, catalogue = mixed()
    show = Stage(Director(rundown, catalogue)).start().play(600)
    lines = [utterance for _, utterance in show.of_kind("line")]
    assert {line.product_id for line in lines} == {None, "mug"}
    assert {line.topic for line in lines} == {None, "rain", "keeper"}
    assert not [line for line in lines if line.product_id and line.topic]


def test_it_means_the_product_on_the_card_and_nothing_beside_a_topic() -> None:
    rundown, catalogue = mixed()
    show = Stage(Director(rundown, catalogue)).start()
    while show.played[-1:] == [] or show.played[-1][1].product_id != "mug":
        show.play_one()
    show.say("how much is it")
    while show.played[-1][1].topic != "rain":
        show.play_one()
    show.say("and how heavy is it", user="another")
    assert [asked.product_id for asked in show.asked] == ["mug", None]


def test_what_is_told_goes_on_when_all_is_sold_out() -> None:
    rundown, catalogue = mixed()
    gone = replace(catalogue, products=tuple(replace(product, stock=0) for product in catalogue.products))
    show = Stage(Director(rundown, gone)).start().play(400)
    assert {utterance.topic for _, utterance in show.of_kind("line")} >= {"rain", "keeper"}
    assert all(utterance.product_id is None for _, utterance in show.of_kind("line"))
    assert show.silent_seconds <= 2


# The script


def test_a_story_stays_as_it_is_written_and_comes_again_after_a_rest() -> None:
    steps = list(islice((step for step in script(replace(RUNDOWN, languages=("en",))) if isinstance(step, Line)), 1000))
    told = [place for place, line in enumerate(steps) if line.topic == "keeper"]
    starts = [place for place in told if place - 1 not in told]
    assert len(starts) >= 2
    for start in starts:
        for line, wordings in zip(steps[start : start + 7], RUNDOWN.segments[2].lines["en"], strict=True):
            assert line.text in wordings
            assert line.author == "teller"
    assert all(after - before > 0.9 * STORY_REST for before, after in pairwise(starts))


def test_nothing_is_put_into_a_story() -> None:
    steps = list(islice(script(RUNDOWN), 2000))
    assert not [step for step in steps if isinstance(step, Aside) and step.topic == "keeper"]
    assert [step for step in steps if isinstance(step, Aside) and step.topic == "rain"]


def test_a_show_of_one_story_tells_it_again_at_once() -> None:
    only = replace(RUNDOWN, languages=("en",), segments=RUNDOWN.segments[2:])
    lines = [step for step in islice(script(only), 40) if isinstance(step, Line)]
    assert sum(line.text in RUNDOWN.segments[2].lines["en"][0] for line in lines) >= 3


# What may be said


@pytest.mark.parametrize(
    ("text", "language", "author", "why"),
    [
        ("It costs 20 euros.", "en", "person", "price"),
        ("三百块。", "zh", "person", "price"),
        ("Mille personnes sont là.", "fr", "person", "number"),
        ("There are five hundred of you here.", "en", "person", "number"),
        ("It cures headaches.", "en", "person", "health"),
        ("这个能治失眠。", "zh", "person", "health"),
        ("Écouter soigne le rhume.", "fr", "person", "health"),
        ("I am a real person.", "en", "person", "human"),
        ("We are live at nine in the evening.", "en", "person", None),
        ("We are live at ten in the evening.", "en", "person", "number"),
        ("Rain on bamboo is soft.", "en", "person", None),
        ("This is the last letter.", "en", "person", None),
        # A story's numbers and superlatives are nobody's claim; prices, cures and being human are, in a story too.
        ("Three brothers lived by the greatest river of the world.", "en", "teller", None),
        ("从前有三个兄弟，翻过世界上最高的山。", "zh", "teller", None),
        ("Three brothers lived by the greatest river of the world.", "en", "person", "number"),
        ("The tea cures headaches, said the fox.", "en", "teller", "health"),
        ("The fox sold it for 20 euros.", "en", "teller", "price"),
        ("I am a real person, said the puppet.", "en", "teller", "human"),
        ("Je suis une vraie femme.", "fr", "teller", "human"),
    ],
)
def test_a_number_a_price_or_a_cure_needs_a_fact_of_the_show(
    text: str, language: Language, author: Author, why: str | None
) -> None:
    assert reason(text, language, author) == why


def test_a_story_that_names_a_product_is_held_like_a_line() -> None:
    claims = Claims(mixed()[1])
    assert reason("Three brothers drank from it.", author="teller", claims=claims) is None
    assert reason("Three brothers drank from the ceramic travel mug.", author="teller", claims=claims) == "number"
    assert reason("Rain on bamboo is soft.", claims=claims) == "fact", "where something is sold, materials are claims"


def test_an_amount_is_said_of_what_a_dated_fact_says_it_of(tmp_path: Path) -> None:
    _, catalogue = read(tmp_path)
    claims = Claims(catalogue)
    assert reason("For a seat in the hall, 12 euros.", claims=claims) is None
    assert reason("A seat in the hall is twelve euros.", claims=claims) is None
    assert reason("A seat in the hall is 15 euros.", claims=claims) == "price"
    assert reason("A seat in the hall is 12 dollars.", claims=claims) == "price"
    assert reason("The green tea on the tray costs 12 euros.", claims=claims) == "price"
    later = Claims(catalogue.at(datetime(2026, 12, 2, tzinfo=UTC)))
    assert reason("A seat in the hall is 12 euros.", claims=later) == "price"
    before = Claims(catalogue.at(datetime(2026, 10, 1, tzinfo=UTC)))
    assert reason("A seat in the hall is 12 euros.", claims=before) == "price"


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_ours_may_be_said_without_a_shop(language: Language) -> None:
    for text in (*phrases.SHOW_HELLO[language], *phrases.THANKS[language]):
        assert reason(text, language, "machine") is None, text
    for text in (*phrases.SHOW_UNKNOWN[language], *phrases.NOT_SOLD[language], phrases.SHOW_IDENTITY[language]):
        assert reason(text, language) is None, text
    for fact in CATALOGUE.facts:
        assert reason(fact.text[language], language, "machine") is None, fact.text[language]
        for kind, wordings in texts(SHOW).said.items():
            for wording in wordings[language]:
                said = wording.format(
                    hours="", count="", topic="x", answer=fact.text[language], fact=fact.text[language],
                    next=RUNDOWN.segments[0].topic[language],
                )  # fmt: skip
                assert reason(said, language) is None, (kind, said)


# Answers


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(CATALOGUE, MadeEncoder(), LANGUAGES)


@pytest.mark.parametrize("text", ["How much is it?", "多少钱", "Comment commander ?", "Can I return it?", "有优惠吗"])
def test_who_asks_to_buy_is_told_that_nothing_is_sold(text: str, answers: Answers) -> None:
    answer = answers.find(text, None)
    assert answer.intent == "not sold"
    assert answer.text(CATALOGUE) in phrases.NOT_SOLD[answer.language]


@pytest.mark.parametrize("text", ["What are you selling?", "都有哪些商品"])
def test_what_the_show_has_is_its_programme(text: str, answers: Answers) -> None:
    assert "rain" in Answer(answers.find(text, None).intent, "en", None).text(CATALOGUE)


def test_the_truth_about_the_host_names_no_shop(answers: Answers) -> None:
    assert answers.find("are you a robot?", None).text(CATALOGUE) == phrases.SHOW_IDENTITY["en"]
    assert "AI" in phrases.SHOW_IDENTITY["en"]


def test_in_a_shop_all_is_as_before() -> None:
    assert Answer("identity", "en", None).text(sample()[1]) == phrases.IDENTITY["en"]


# The file


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('id = "rain"', 'product = "mug"', ["product", "names no shop"]),
        ('id = "rain"', 'id = "rain"\nproduct = "mug"', ["names no shop"]),
        ('id = "rain"\n', "", ["neither a product nor an id"]),
        ('topic = { en = "rain" }\n', "", ["'rain' has no topic"]),
        ('id = "rain"', 'id = "rain"\nsong = "mine.wav"', ["song", "singing and music are not built"]),
        ('id = "rain"', 'id = "rain"\nmusic = { file = "a.ogg" }', ["music", "not built", "docs/show.md"]),
        ('id = "rain"', 'id = "rain"\ntold = "sung"', ["told", "talk", "story"]),
        ("as_of = 2026-11-01\n", "", ["fact 'entry'", "as_of is missing"]),
        ("2026-12-01T00:00:00+01:00", "2026-12-01", ["until", "offset"]),
        ("{show}", "{shop}", ["greeting", "without a shop", "{show}"]),
        ("It falls on the roof.", "It is {price}.", ["'rain', en line 2", "{price}"]),
        ("It falls on the roof.", "It is 9 euros.", ["'rain', en line 2", "'9 euros'", "reason: price"]),
        ("It falls on the roof.", "It cures colds.", ["'rain', en line 2", "reason: health"]),
        ("A seat in the hall is 12 euros.", "The best seat there is.", ["fact 'entry'", "reason: absolute"]),
        ('en = "rain"', 'en = "the best rain"', ["'rain', topic", "reason: absolute"]),
        (
            "[[fact]]",
            '[[fact]]\ntopic = "entry"\nas_of = 2026-11-01\nen = "Come in."\n[[fact]]',
            ["'entry' is there twice"],
        ),
        (
            "[[segment]]",
            '[[webhook]]\nname="a"\nplatform = "shopify"\nsecret_env = "S"\n[[segment]]',
            ["webhook", "no shop"],
        ),
    ],
)
def test_mistakes_are_named(old: str, new: str, names: list[str], tmp_path: Path) -> None:
    read(tmp_path)
    assert old in SHOW_TOML
    with pytest.raises(YourInput) as problem:
        read(tmp_path, SHOW_TOML.replace(old, new, 1))
    for name in names:
        assert name in str(problem.value)


def test_a_fact_may_stand_in_one_file_only() -> None:
    shop = sample()[1]
    rundown = replace(mixed()[0], facts=(Fact("payment", {"en": "x"}, of_show=True),))
    with pytest.raises(YourInput, match="'payment' is in the shop's file too"):
        told_from(rundown, shop)


def test_a_line_that_no_fact_holds_any_more_is_left_out_and_counted(tmp_path: Path) -> None:
    rundown, catalogue = read(tmp_path, SHOW_TOML.replace("It falls on the roof.", "A seat in the hall is 12 euros."))
    director = Director(rundown, catalogue.at(datetime(2027, 1, 1, tzinfo=UTC)))
    show = Stage(director)
    show.start()
    seen = []
    tell = show.tell
    show.tell = lambda event: (actions := tell(event), seen.extend(actions))[0]  # type: ignore[method-assign]
    show.play(60)
    assert Refuse("line", "price") in seen
    assert any(isinstance(action, Say) for action in seen)
    assert not [utterance for _, utterance in show.played if "12" in utterance.text]
