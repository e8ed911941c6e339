"""A person on duty: holds the show, takes it over, hands it back, leaves out, jumps, types; is missed where one must be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sosie.shop.catalogue import Catalogue
from sosie.show import phrases
from sosie.show.answers import Answer
from sosie.show.director import ANSWERS_IN_A_ROW, Director
from sosie.show.events import (
    Action,
    AnswerFound,
    CatalogueChanged,
    Drop,
    GuestActed,
    HumanHolds,
    HumanSpeaks,
    Operated,
    OperatorSeen,
    Refuse,
    Say,
    Slate,
    Started,
    Stop,
    TellOperator,
    Tick,
)
from sosie.show.operator import (
    Command,
    HandBack,
    Hush,
    JumpTo,
    Pause,
    Presence,
    Resume,
    Skip,
    Speak,
    TakeOver,
    TypeLine,
)

from .playbook import Stage, sample

RUNDOWN, CATALOGUE = sample()
ENGLISH = replace(RUNDOWN, languages=("en",), turns="none")


def stage(rundown: object = ENGLISH) -> Stage:
    return Stage(Director(rundown, CATALOGUE)).start().play(40)  # type: ignore[arg-type]


def order(show: Stage, what: Command) -> list[Action]:
    return show.tell(Operated(show.now, 7, what))


def said(show: Stage, since: int) -> list[str]:
    return [one.text for _, one in show.played[since:]]


def test_whoever_takes_over_has_silence_at_once_and_hands_back_in_one_step() -> None:
    show = stage()
    cut_off = show.script[0].text
    actions = order(show, TakeOver())
    assert actions[:2] == [TellOperator(7), HumanHolds(True)]
    (drop,) = [action for action in actions if isinstance(action, Drop)]
    assert drop.cut
    assert not show.script
    assert not show.urgent
    begun = len(show.played)
    show.play(show.now + 60)
    assert not said(show, begun)
    actions = order(show, HandBack())
    assert actions[:2] == [TellOperator(7), HumanHolds(False)]
    # The line that was cut off is said from its start.
    assert show.script[0].text == cut_off


def test_whoever_speaks_is_heard_once_the_clone_is_silent_and_their_last_word_gives_the_show_back() -> None:
    show = stage()
    cut_off = show.script[0].text
    actions = order(show, Speak("en"))
    drop, heard, told = (
        next(n for n, action in enumerate(actions) if isinstance(action, kind))
        for kind in (Drop, HumanSpeaks, TellOperator)
    )
    # Told when it is so: what is said from then on is heard.
    assert drop < heard < told
    assert actions[heard] == HumanSpeaks("en")
    assert actions[0] == HumanHolds(True)
    begun = len(show.played)
    show.play(show.now + 60)
    assert not said(show, begun)
    actions = order(show, Hush())
    assert actions[:3] == [TellOperator(7), HumanSpeaks(None), HumanHolds(False)]
    assert show.script[0].text == cut_off


def test_whoever_had_taken_over_keeps_the_show_without_the_microphone_unless_they_are_gone() -> None:
    show = stage()
    order(show, TakeOver())
    order(show, Speak("en"))
    assert order(show, Hush())[:3] == [TellOperator(7), HumanSpeaks(None), HumanHolds(True)]
    assert not show.script
    order(show, Speak("en"))
    assert order(show, HandBack())[:3] == [TellOperator(7), HumanSpeaks(None), HumanHolds(False)]
    assert show.script


def test_nobody_speaks_in_a_language_of_which_the_show_has_no_label() -> None:
    show = stage()
    assert order(show, Speak("fr")) == [TellOperator(7, "language")]
    assert show.script


def test_when_the_show_ends_the_microphone_is_off_before_the_closing_words() -> None:
    show = stage()
    order(show, Speak("en"))
    actions = show.tell(Stop(show.now))
    assert actions.index(HumanSpeaks(None)) < next(n for n, action in enumerate(actions) if isinstance(action, Say))


@pytest.mark.parametrize("held", [TakeOver(), Speak("en")])
def test_while_a_person_holds_it_the_notice_and_the_truth_are_said_all_the_same(held: Command) -> None:
    show = stage(replace(ENGLISH, notice_seconds=60))
    order(show, held)
    begun = len(show.played)
    show.say("are you real?")
    show.say("how much is it?")
    show.tell(AnswerFound(show.now, show.asked[-1].comment.id, Answer("price", "en", "mug")))
    show.tell(GuestActed(show.now, "order", "a", "Anna"))
    show.play(show.now + 70)
    assert set(said(show, begun)) == {phrases.IDENTITY["en"], phrases.NOTICE["en"]}


def test_a_notice_or_what_the_host_is_is_never_cut_off() -> None:
    show = Stage(Director(ENGLISH, CATALOGUE)).start()
    assert order(show, TakeOver()) == [TellOperator(7), HumanHolds(True)]
    assert show.play_one().kind == "notice"  # type: ignore[union-attr]
    show = stage()
    show.say("are you real?")
    order(show, TakeOver())
    assert show.play_one().text == phrases.IDENTITY["en"]  # type: ignore[union-attr]


def test_while_the_script_is_paused_questions_are_answered_one_after_the_other() -> None:
    show = stage()
    order(show, Pause())
    begun = len(show.played)
    for number, intent in enumerate(("price", "stock", "why", "fact:material", "fact:size")):
        show.say(f"question {number}", user=f"u{number}")
        show.tell(AnswerFound(show.now, show.asked[-1].comment.id, Answer(intent, "en", "mug")))
        show.play(show.now + 20)
    assert len(said(show, begun)) == 5 > ANSWERS_IN_A_ROW
    assert {one.kind for _, one in show.played[begun:]} == {"answer"}
    order(show, Resume())
    assert show.play_one().kind == "line"  # type: ignore[union-attr]


def test_a_skipped_product_is_left_until_its_turn_comes_again() -> None:
    show = stage()
    assert show.script[0].product_id == "mug"
    assert order(show, Skip())[0] == TellOperator(7)
    assert show.play_one().product_id == "lamp"  # type: ignore[union-attr]
    show.play(show.now + 900)
    assert "mug" in {one.product_id for _, one in show.played[-60:]}


def test_after_a_jump_the_script_goes_on_where_it_was() -> None:
    show = stage()
    waiting = [line.text for line in show.script]
    begun = len(show.played)
    order(show, JumpTo("scarf"))
    show.play(show.now + 120)
    products = [one.product_id for _, one in show.played[begun:] if one.kind == "line" and one.product_id]
    n_scarf = len(next(segment for segment in RUNDOWN.segments if segment.product_id == "scarf").lines["en"])
    assert products[:n_scarf] == ["scarf"] * n_scarf
    assert products[n_scarf] == "mug"
    assert waiting[0] in said(show, begun)


def test_what_cannot_be_jumped_to_is_named() -> None:
    show = stage()
    assert order(show, JumpTo("bicycle")) == [TellOperator(7, "no such product")]
    products = tuple(replace(one, stock=0) if one.id == "lamp" else one for one in CATALOGUE.products)
    show.tell(CatalogueChanged(show.now, replace(CATALOGUE, products=products)))
    assert order(show, JumpTo("lamp")) == [TellOperator(7, "sold out")]


def test_a_typed_line_is_next() -> None:
    show = stage()
    actions = order(show, TypeLine(" We are back in a moment. ", "en"))
    assert actions[0] == TellOperator(7)
    assert show.play_one().text == "We are back in a moment."  # type: ignore[union-attr]
    order(show, TakeOver())
    order(show, TypeLine("Hello from the team.", "en"))
    line = show.play_one()
    assert (line.kind, line.text) == ("operator", "Hello from the team.")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "language", "why"),
    [
        ("The mug costs 5 yuan.", "en", "price"), ("It is the best mug in the world.", "en", "absolute"),
        ("It cures headaches.", "en", "health"),
        ("I am a real person, not AI.", "en", "human"), ("There are only two left.", "en", "stock"),
        ("You are all idiots.", "en", "abuse"),
        ("{price}", "en", "template"), ("...", "en", "nothing to say"), ("x" * 301, "en", "nothing to say"),
        ("Bonjour.", "fr", "language"),
    ],
)  # fmt: skip
def test_a_line_that_may_not_be_said_comes_back_with_its_reason(text: str, language: str, why: str) -> None:
    show = stage()
    told, *more = order(show, TypeLine(text, language))  # type: ignore[arg-type]
    assert isinstance(told, TellOperator)
    assert told.hindered == why
    assert not [action for action in more if isinstance(action, Say)]
    assert all(isinstance(action, Refuse) for action in more)
    # What is logged of it holds none of its words.
    assert text not in repr(more)


def test_a_typed_price_that_changes_before_it_is_said_is_not_said() -> None:
    show = stage()
    order(show, TypeLine("The mug is 99 yuan now.", "en"))
    assert show.urgent
    show.tell(CatalogueChanged(show.now, without_sales(CATALOGUE)))
    assert not show.urgent


def without_sales(catalogue: Catalogue) -> Catalogue:
    return replace(catalogue, products=tuple(replace(one, sale_price=None) for one in catalogue.products))


def test_before_and_after_the_show_there_is_nothing_to_operate() -> None:
    show = stage()
    show.tell(Stop(show.now))
    assert order(show, TakeOver()) == [TellOperator(7, "not on air")]


def test_where_a_person_must_be_on_duty_their_absence_is_a_slate_without_a_word_of_selling() -> None:
    show = Stage(Director(replace(ENGLISH, presence=Presence(30.0)), CATALOGUE)).start()
    while show.now < 100:
        show.tell(OperatorSeen(show.now))
        show.play_one()
    show.tell(OperatorSeen(show.now))
    last_seen, slates = show.now, []
    begun = len(show.played)
    tell = show.tell

    def watched(event: object) -> list[Action]:
        actions = tell(event)  # type: ignore[arg-type]
        slates.extend((show.now, action) for action in actions if isinstance(action, Slate))
        return actions

    show.tell = watched  # type: ignore[method-assign,assignment]
    show.play(last_seen + 120)
    ((when, slate),) = slates
    assert slate == Slate(True)
    assert 30 < when - last_seen <= 32
    show.say("how much?")
    show.say("are you real?")
    show.play(show.now + 30)
    later = [one.text for at, one in show.played[begun:] if at > when + 1]
    assert later == [phrases.IDENTITY["en"]]
    actions = show.tell(OperatorSeen(show.now))
    assert actions[0] == Slate(False)
    assert show.play_one().text == phrases.NOTICE["en"]  # type: ignore[union-attr]
    assert show.play_one().kind == "line"  # type: ignore[union-attr]


def test_an_order_is_a_sign_of_presence() -> None:
    show = Stage(Director(replace(ENGLISH, presence=Presence(30.0)), CATALOGUE)).start()
    show.play(25)
    order(show, Skip())
    assert not [action for action in show.tell(Tick(50.0)) if isinstance(action, Slate)]
    assert Slate(True) in show.tell(Tick(70.0))


def test_where_nobody_need_be_there_nobody_is_missed() -> None:
    director = Director(ENGLISH, CATALOGUE)
    director.handle(Started(0.0))
    assert not [action for action in director.handle(Tick(1e6)) if isinstance(action, Slate)]
