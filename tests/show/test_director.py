"""Stories of a show, hours in milliseconds: events in, what was said out."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest

from sosie.claims import Claims
from sosie.shop.catalogue import Catalogue, Fact
from sosie.show import phrases
from sosie.show.answers import Answer
from sosie.show.asides import texts
from sosie.show.director import (
    ANSWERS_IN_A_ROW,
    LINES_AHEAD,
    OPEN_QUESTIONS,
    QUIET_SECONDS,
    Director,
)
from sosie.show.events import (
    AnswerFound,
    CatalogueChanged,
    Drop,
    End,
    FindAnswer,
    Finished,
    PassOver,
    Reconnected,
    Refuse,
    Say,
    Started,
    Stop,
    Tick,
)
from sosie.show.rundown import Rundown
from sosie.show.waiting import WAITING_ANSWERS
from sosie.types import LANGUAGES

from .playbook import Stage, sample, seconds

HOUR = 3600.0
PRICE = Answer("price", "en", "mug")


def stage() -> Stage:
    return Stage(Director(*sample())).start()


def test_the_first_words_say_that_this_is_ai() -> None:
    show = stage().play(40)
    first, second = (utterance for _, utterance in show.played[:2])
    assert (first.kind, first.language) == ("notice", "zh")
    assert second.text.startswith("欢迎来到")


def test_every_language_begins_with_the_notice_in_it() -> None:
    show = stage().play(900)
    for language in LANGUAGES:
        spoken = [utterance for _, utterance in show.played if utterance.language == language]
        # A line of the new language may be under way before the notice can go in.
        assert "notice" in [utterance.kind for utterance in spoken[:2]]


def test_nothing_is_said_before_the_first_notice_was_heard_to_its_end() -> None:
    director = Director(*sample())
    actions = director.handle(Started(0.0))
    assert [action.utterance.kind for action in actions if isinstance(action, Say)] == ["notice"]
    assert director.handle(Tick(5.0)) == []
    lines = director.handle(Finished(6.0, actions[0].utterance.id))  # type: ignore[union-attr]
    assert [action.utterance.kind for action in lines if isinstance(action, Say)] == ["line"] * LINES_AHEAD


def test_nothing_happens_before_the_start_and_nothing_starts_twice() -> None:
    director = Director(*sample())
    assert director.handle(Tick(1.0)) == []
    assert director.handle(Started(2.0))
    assert director.handle(Started(3.0)) == []


def test_three_hours_without_a_gap_every_product_in_every_language_all_points() -> None:
    show = stage().play(3 * HOUR)
    lines = show.of_kind("line")
    assert show.silent_seconds == 0
    assert {(line.product_id, line.language) for _, line in lines if line.product_id} == {
        (product, language) for product in ("mug", "lamp", "scarf") for language in LANGUAGES
    }
    rundown, catalogue = sample()
    heard = {line.text for _, line in lines}
    for segment in rundown.segments:
        for language in LANGUAGES:
            for wordings in segment.lines[language]:
                told = [
                    wording for wording in wordings if catalogue[segment.product_id].fill(wording, language) in heard
                ]
                # A wording with {sale_price} cannot be said of a product without a sale.
                assert len(told) >= min(len(wordings), 4), wordings


def test_products_come_in_the_order_of_the_rundown_and_the_language_changes_with_them() -> None:
    lines = [line for _, line in stage().play(900).of_kind("line") if line.product_id]
    turns = [(line.product_id, line.language) for line in lines]
    turns = [turn for place, turn in enumerate(turns) if place == 0 or turn != turns[place - 1]]
    assert turns[:4] == [("mug", "zh"), ("lamp", "en"), ("scarf", "fr"), ("mug", "en")]


@pytest.mark.parametrize("minutes", [1, 10, 15])
def test_the_ai_notice_keeps_its_interval_for_five_hours_whatever_the_chat_does(minutes: int) -> None:
    rundown, catalogue = sample()
    show = Stage(Director(replace(rundown, notice_seconds=minutes * 60), catalogue)).start()
    while show.now < 5 * HOUR:
        show.say(f"question {show.now:.0f}", user=f"u{show.now:.0f}")
        if show.asked:
            found = show.asked.pop()
            show.tell(
                AnswerFound(show.now, found.comment.id, Answer("stock", "en", ("mug", "lamp")[int(show.now) % 2]))
            )
        show.play_one()
    times = [when for when, _ in show.of_kind("notice")]
    gaps = [after - before for before, after in pairwise(times)]
    assert max(gaps) <= minutes * 60
    # Each language has had its first notice by the third change of product.
    assert min(gaps[8:]) > minutes * 60 - 45
    assert all(utterance.text in phrases.NOTICE.values() for _, utterance in show.of_kind("notice"))


def test_a_product_that_vanishes_from_the_shop_ends_nothing_and_is_offered_no_more() -> None:
    show = stage().play(60)
    _, catalogue = sample()
    left = replace(catalogue, products=tuple(one for one in catalogue.products if one.id != "mug"))
    show.tell(CatalogueChanged(show.now, left))
    begun = len(show.played)
    show.answers |= {"how much is the mug?": PRICE, "what else?": Answer("list", "en", None)}
    show.say("how much is the mug?")
    show.say("what else?", user="another")
    show.play(show.now + 900)
    told = [one for _, one in show.played[begun:]]
    assert not [one for one in told if one.kind == "line" and one.product_id == "mug"]
    answers = [one.text for one in told if one.kind == "answer"]
    assert any("mug" in text and "yuan" not in text for text in answers)
    assert any("lamp" in text and "mug" not in text for text in answers)
    # All gone at once, and back again.
    show.tell(CatalogueChanged(show.now, replace(catalogue, products=())))
    show.play(show.now + 60)
    show.tell(CatalogueChanged(show.now, catalogue))
    begun = len(show.played)
    show.play(show.now + 200)
    assert [one for _, one in show.played[begun:] if one.kind == "line" and one.product_id]


def test_a_question_asked_by_name_and_by_it_is_answered_once() -> None:
    show = stage().play(40)
    show.answers |= {"how much?": PRICE, "how much is the mug?": replace(PRICE, named=True)}
    show.say("how much?", user="a")
    show.say("how much is the mug?", user="b")
    show.play(show.now + 25)
    assert len(show.of_kind("answer")) == 1


def test_after_a_reconnect_the_notice_comes_first() -> None:
    show = stage().play(20)
    show.tell(Reconnected(show.now))
    show.tell(Reconnected(show.now))
    assert show.play_one().kind == "notice"  # type: ignore[union-attr]
    assert show.play_one().kind == "line"  # type: ignore[union-attr]


def test_one_line_is_always_waiting() -> None:
    show = stage()
    for _ in range(200):
        show.play_one()
        assert LINES_AHEAD - 1 <= len(show.script) <= LINES_AHEAD


def test_an_answer_is_next_and_then_the_script_goes_on_where_it_was() -> None:
    show = stage().play(40)
    waiting = [line.id for line in show.script]
    show.answers["how much?"] = PRICE
    show.say("how much?")
    answer = show.play_one()
    assert answer is not None
    assert (answer.kind, answer.product_id) == ("answer", "mug")
    assert answer.text == "The ceramic travel mug is 99 yuan right now, instead of 129 yuan."
    assert [show.play_one().id for _ in waiting] == waiting  # type: ignore[union-attr]


def test_what_is_asked_goes_with_the_product_on_screen() -> None:
    show = stage().play(40)
    on_air = show.played[-1][1].product_id
    (action,) = show.say("how heavy?")
    assert isinstance(action, FindAnswer)
    assert action.product_id == on_air == "mug"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("你是真人吗", "zh"),
        ("are you real?", "en"),
        ("es-tu réelle ?", "fr"),
        ("are you real, asshole?", "en"),
        ("AI吗", "zh"),
    ],
)
def test_are_you_real_is_answered_at_once_truthfully_and_in_the_language_of_the_question(
    text: str, language: str
) -> None:
    show = stage().play(40)
    (action,) = show.say(text)
    assert isinstance(action, Say)
    assert action.utterance.language == language
    assert action.utterance.text == phrases.IDENTITY[action.utterance.language]
    assert action.post.startswith("[")
    assert "AI" in action.post[:4] or "IA" in action.post[:4]


def test_are_you_real_goes_before_what_waits_and_is_never_passed_over() -> None:
    show = stage().play(40)
    for number in range(WAITING_ANSWERS + 1):
        show.answers[f"q{number}"] = (
            Answer("fact:size", "en", "mug", named=number % 2 == 0)
            if number < 2
            else Answer("stock", LANGUAGES[number % 3], ("mug", "lamp", "scarf")[number // 3], named=True)
        )
        show.now += 0.3
        show.say(f"q{number}", user=f"u{number}")
    show.say("are you a robot")
    kinds = [show.play_one() for _ in range(2)]
    assert kinds[1] is not None
    assert kinds[1].text == phrases.IDENTITY["en"]


def test_a_full_queue_passes_over_the_oldest() -> None:
    show = stage().play(40)
    intents = ["price", "stock", "why", "discount", "fact:size", "fact:weight", "fact:care", "fact:colour", "fact:heat"]
    for number, intent in enumerate(intents):
        show.answers[f"q{number}"] = Answer(intent, "en", "mug")
        show.now += 0.3
        show.say(f"q{number}", user=f"u{number}")
    assert [(over.comment_id.rsplit("-")[-1], over.why) for over in show.passed] == [
        ("q1", "too late"),
        ("q2", "too late"),
    ]


def test_a_busy_chat_never_silences_the_script() -> None:
    show = stage().play(40)
    start = len(show.played)
    for number in range(400):
        product = ("mug", "lamp", "scarf")[number % 3]
        show.answers[f"q{number}"] = Answer(
            ("price", "stock", "why")[number // 3 % 3], LANGUAGES[number // 9 % 3], product
        )
        show.say(f"q{number}", user=f"u{number}")
        show.play_one()
    kinds = "".join(
        "A" if utterance.kind == "answer" else "l" for _, utterance in show.played[start:] if utterance.kind != "notice"
    )
    assert "A" * ANSWERS_IN_A_ROW in kinds
    assert "A" * (ANSWERS_IN_A_ROW + 1) not in kinds


def test_the_same_question_is_answered_once_however_it_is_worded() -> None:
    show = stage().play(40)
    show.answers = {"how much?": PRICE, "what's the price": PRICE}
    assert isinstance(show.say("how much?", "ann")[0], FindAnswer)
    assert show.say("HOW much???", "bob") == [PassOver(f"c{show.now}-bob-HOW much???", "repeated")]
    show.say("what's the price", "cem")
    assert [over.why for over in show.passed] == ["repeated", "repeated"]
    show.play(show.now + 100)
    show.say("what's the price", "dan")
    assert len(show.of_kind("answer")) + len(show.urgent) == 2


def test_floods_and_insults_are_passed_over() -> None:
    show = stage().play(40)
    for number in range(5):
        show.now += 1
        show.say(f"tell me thing {number}", "ann")
    show.say("fuck you", "bob")
    assert [over.why for over in show.passed] == ["too many", "too many", "rude"]


def test_questions_that_nobody_looks_up_do_not_pile_up() -> None:
    show = stage().play(40)
    for number in range(OPEN_QUESTIONS + 3):
        show.now += 1
        show.say(f"what about {number}", f"u{number}")
    assert len(show.asked) == OPEN_QUESTIONS
    assert [over.why for over in show.passed] == ["too many"] * 3


def test_an_answer_that_was_not_asked_for_is_not_said() -> None:
    assert stage().tell(AnswerFound(1.0, "never asked", PRICE)) == []


def test_a_changed_price_drops_what_was_written_with_the_old_one() -> None:
    show = stage().play(40)
    show.answers["how much?"] = PRICE
    show.say("how much?")
    actions = show.tell(CatalogueChanged(show.now, dearer(sample()[1])))
    assert isinstance(actions[0], Drop)
    answer = show.play_one()
    assert answer is not None
    assert "111 yuan" in answer.text
    show.play(show.now + 600)
    later = [utterance.text for when, utterance in show.played if when > 65]
    assert not any(re.search(r"(?<!\d)(99|239)(?!\d)", text) for text in later)
    assert any("111" in text for text in later)
    assert show.silent_seconds == 0


def test_a_price_that_changes_during_the_first_notice_lets_nothing_slip_before_it() -> None:
    show = stage()
    assert show.tell(CatalogueChanged(1.0, dearer(sample()[1]))) == []
    show.play(40)
    assert [utterance.kind for _, utterance in show.played[:2]] == ["notice", "line"]


def test_a_changed_catalogue_keeps_the_order_of_the_script() -> None:
    undisturbed, disturbed = stage().play(300), stage()
    while disturbed.now < 300:
        disturbed.play_one()
        disturbed.tell(CatalogueChanged(disturbed.now, dearer(sample()[1])))
        disturbed.tell(CatalogueChanged(disturbed.now, sample()[1]))
    played = [[line.text for _, line in show.of_kind("line") if line.product_id] for show in (undisturbed, disturbed)]
    lines = [text for text in played[0] if text in set(played[1])]
    assert len(lines) > 20
    assert [text for text in dict.fromkeys(played[1]) if text in set(lines)] == lines


def test_an_order_for_another_product_interrupts_nobody() -> None:
    show = stage().play(30)
    assert show.director.handle(CatalogueChanged(show.now, with_stock(sample()[1], "scarf", 3))) == []
    assert len(show.script) == LINES_AHEAD


def test_new_prices_let_go_on_what_they_do_not_touch() -> None:
    show = stage().play(30)
    while "¥" not in show.script[-1].text:
        show.play_one()
    show.say("are you real?")
    real, on_air, price = show.urgent[0], *show.script
    (drop, *_) = show.tell(CatalogueChanged(show.now, dearer(sample()[1])))
    assert isinstance(drop, Drop)
    assert drop.spared == {real.id, on_air.id}
    assert (show.urgent[0], show.script[0]) == (real, on_air)
    assert "111" in show.script[1].text
    assert show.script[1].id != price.id


def test_what_is_said_of_a_product_that_sells_out_meanwhile_is_taken_back() -> None:
    show = stage().play(30)
    actions = show.tell(CatalogueChanged(show.now, with_stock(sample()[1], "mug", 0)))
    assert isinstance(actions[0], Drop)
    assert all(line.product_id != "mug" for line in show.script)


def with_stock(catalogue: Catalogue, product_id: str, stock: int) -> Catalogue:
    products = tuple(replace(p, stock=stock if p.id == product_id else p.stock) for p in catalogue.products)
    return replace(catalogue, products=products)


def dearer(catalogue: Catalogue) -> Catalogue:
    return replace(catalogue, products=tuple(replace(p, sale_price=Decimal("111")) for p in catalogue.products))


def test_what_is_sold_out_is_not_offered_and_comes_back_with_its_stock() -> None:
    rundown, catalogue = sample()
    without = replace(
        catalogue, products=tuple(replace(p, stock=0 if p.id == "lamp" else p.stock) for p in catalogue.products)
    )
    show = Stage(Director(rundown, without)).start().play(1200)
    assert {line.product_id for _, line in show.of_kind("line")} == {None, "mug", "scarf"}
    show.tell(CatalogueChanged(show.now, catalogue))
    show.play(show.now + 600)
    assert "lamp" in {line.product_id for _, line in show.of_kind("line")}


def test_with_nothing_to_sell_the_host_says_so_sells_nothing_and_is_never_long_silent() -> None:
    rundown, catalogue = sample()
    empty = replace(catalogue, products=tuple(replace(p, stock=0) for p in catalogue.products))
    show = Stage(Director(rundown, empty)).start().play(1500)
    lines = [line for _, line in show.of_kind("line")]
    assert {line.product_id for line in lines} == {None}
    assert {line.language for line in lines} == set(LANGUAGES)
    said_so = [line for line in lines if line.text in texts().said["sold_out"][line.language]]
    assert len(said_so) > len(lines) / 4
    assert not any(name in line.text for line in lines for p in catalogue.products for name in p.name.values())
    ends = [when + seconds(one) for when, one in show.played]
    begins = [when for when, _ in show.played]
    assert max(after - before for before, after in zip(ends, begins[1:], strict=False)) <= QUIET_SECONDS + 2
    assert max(after - before for before, after in pairwise(when for when, _ in show.of_kind("notice"))) <= 600


def test_the_show_goes_on_when_the_stock_is_back() -> None:
    rundown, catalogue = sample()
    empty = replace(catalogue, products=tuple(replace(p, stock=0) for p in catalogue.products))
    show = Stage(Director(rundown, empty)).start().play(300)
    show.tell(CatalogueChanged(show.now, catalogue))
    back = len(show.played)
    show.play(show.now + 60)
    assert not any("卖完了" in one.text or "sold out" in one.text for _, one in show.played[back + 1 :])
    assert [one.product_id for _, one in show.played[back:] if one.kind == "line"].count("mug") > 3


def test_a_quiet_host_still_answers_at_once() -> None:
    rundown, catalogue = sample()
    empty = replace(catalogue, products=tuple(replace(p, stock=0) for p in catalogue.products))
    show = Stage(Director(rundown, empty), answers={"how much?": PRICE}).start().play(100)
    show.say("how much?")
    assert show.urgent[0].text in {text.format(name="ceramic travel mug") for text in phrases.SOLD_OUT["en"]}


def test_a_line_about_a_sale_is_left_out_when_there_is_none() -> None:
    rundown, catalogue = sample()
    full_price = replace(catalogue, products=tuple(replace(p, sale_price=None) for p in catalogue.products))
    show = Stage(Director(rundown, full_price)).start().play(1200)
    assert not any("{" in utterance.text or "None" in utterance.text for _, utterance in show.played)
    assert not any(
        "打" in line.text and "折" in line.text for _, line in show.of_kind("line") if line.product_id == "mug"
    )


def with_line(text: str) -> tuple[Rundown, Catalogue]:
    """The sample show in English, the lines of its first product replaced by one."""
    rundown, catalogue = sample()
    first = replace(rundown.segments[0], lines={"en": ((text,),)})
    return replace(rundown, languages=("en",), segments=(first, *rundown.segments[1:])), catalogue


def test_a_line_that_the_shop_does_not_show_is_left_out_and_the_show_goes_on() -> None:
    line = "The {name} is the best in the world, I use it myself."
    director = Director(*with_line(line))
    notice, *_ = director.handle(Started(0.0))
    assert isinstance(notice, Say)
    actions = director.handle(Finished(6.0, notice.utterance.id))
    assert Refuse("line", "absolute") in actions
    said = [action.utterance.text for action in actions if isinstance(action, Say)]
    assert len(said) == LINES_AHEAD
    assert not any("best" in text for text in said)
    assert "best" not in repr([action for action in actions if isinstance(action, Refuse)])


def test_a_show_of_nothing_but_refused_lines_sells_nothing_and_does_not_hang() -> None:
    rundown, catalogue = with_line("The best {name} in the world.")
    rundown = replace(rundown, segments=rundown.segments[:1], greeting={"en": ("The best shop.",)})
    show = Stage(Director(rundown, catalogue)).start().play(60)
    assert show.of_kind("line")
    assert not any("best" in line.text for _, line in show.of_kind("line"))
    assert show.of_kind("notice")


def test_a_fact_that_the_firewall_refuses_becomes_an_honest_i_do_not_know() -> None:
    rundown, catalogue = sample()
    cures = Fact("health", dict.fromkeys(LANGUAGES, "It cures headaches."))
    shop = replace(catalogue, products=tuple(replace(p, facts=(*p.facts, cures)) for p in catalogue.products))
    claims = Claims(shop)
    assert claims.check("It cures headaches.", "en", "mug", author="person").allowed  # the seller's own fact
    best = Fact("rank", dict.fromkeys(LANGUAGES, "It is the best mug."))
    shop = replace(catalogue, products=tuple(replace(p, facts=(*p.facts, best)) for p in catalogue.products))
    show = Stage(Director(rundown, shop)).start().play(40)
    show.answers["is it good?"] = Answer("fact:rank", "en", "mug")
    (asked,) = show.say("is it good?")
    actions = show.tell(AnswerFound(show.now, "nobody", Answer("fact:rank", "en", "mug")))
    assert isinstance(asked, FindAnswer)
    assert actions == []
    answer = show.play_one()
    assert answer is not None
    assert answer.text in phrases.UNKNOWN["en"]


def test_a_price_that_changes_while_a_line_waits_is_never_said_and_the_new_one_is_checked() -> None:
    show = stage()
    while not any("99" in line.text for line in show.script):
        show.play_one()
    catalogue = sample()[1]
    dearer = replace(catalogue, products=tuple(replace(p, sale_price=Decimal("111")) for p in catalogue.products))
    stale = [line.text for line in show.script]
    actions = show.tell(CatalogueChanged(show.now, dearer))
    assert isinstance(actions[0], Drop)
    assert not [action for action in actions if isinstance(action, Refuse)]
    old, new = Claims(catalogue), Claims(dearer)
    again = [action.utterance for action in actions if isinstance(action, Say) and action.utterance.kind == "line"]
    assert any("111" in line.text for line in again)
    for line in again:
        assert new.check(line.text, line.language, line.product_id, author="person").allowed
        if "111" in line.text:
            assert old.check(line.text, line.language, line.product_id, author="person").reason in ("price", "discount")
    played = len(show.played)
    show.play(show.now + 600)
    assert not set(stale) & {line.text for _, line in show.played[played:] if "99" in line.text}


def test_stop_says_goodbye_and_ends() -> None:
    show = stage().play(40)
    show.say("what is it", "ann")
    actions = show.tell(Stop(show.now))
    assert actions[0] == PassOver(show.asked[0].comment.id, "ending")
    assert show.say("hello?", "bob")[0] == PassOver(f"c{show.now}-bob-hello?", "ending")
    farewell = show.play_one()
    assert farewell is not None
    assert farewell.text in sample()[0].closing[farewell.language]
    assert show.ended
    assert show.tell(Tick(show.now)) == []


def test_a_show_that_does_not_loop_ends_by_itself() -> None:
    rundown, catalogue = sample()
    show = Stage(Director(replace(rundown, loop=False), catalogue)).start().play(HOUR)
    assert show.ended
    assert show.now < 400
    assert sum(isinstance(action, End) for action in show.tell(Stop(show.now))) == 0
    assert show.played[-1][1].text in rundown.closing[show.played[-1][1].language]


def test_without_chat_nothing_is_looked_up() -> None:
    rundown, catalogue = sample()
    show = Stage(Director(replace(rundown, chat=False), catalogue)).start().play(30)
    assert [type(action) for action in show.say("how much?")] == [PassOver]
