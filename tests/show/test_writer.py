"""A language model beside the built-in answers: it may quote, and nothing else, and nobody waits for it long."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from claims.lines import attacks
from sosie.show import phrases
from sosie.show.answers import Answer
from sosie.show.director import Director
from sosie.show.events import (
    AnswerFound,
    AskWriter,
    CatalogueChanged,
    CommentWithdrawn,
    Drafted,
    FindAnswer,
    PassOver,
    Refuse,
    Say,
    Stop,
    Tick,
)
from sosie.show.written import FAILURES, MOST_AT_ONCE, PATIENCE_SECONDS, REST_SECONDS
from sosie.types import Language
from sosie.writer.endpoint import ChatEndpoint
from sosie.writer.task import task
from writer.fake_endpoint import FakeEndpoint, serving, streaming

from .playbook import Stage, sample

RUNDOWN, CATALOGUE = sample()
DISHES = "The mug goes in the dishwasher; wash the lid by hand."


def stage(*, writer: bool = True, language: Language = "en") -> Stage:
    rundown = replace(RUNDOWN, languages=(language,), turns="none")
    return Stage(Director(rundown, CATALOGUE, writer=writer)).start().play(40)


def asks(show: Stage, text: str = "can I put that thing with the plates", language: Language = "en") -> list[AskWriter]:
    """A viewer asks what the built-in answers do not know."""
    show.say(text, user=f"u{show.now}-{text}")
    asked = show.asked[-1].comment
    actions = show.tell(AnswerFound(show.now, asked.id, Answer("unknown", language, None)))
    return [action for action in actions if isinstance(action, AskWriter)]


def said(actions: list[object]) -> list[str]:
    return [
        action.utterance.text for action in actions if isinstance(action, Say) and action.utterance.kind == "answer"
    ]


def test_without_a_writer_what_is_not_known_is_said_to_be_not_known() -> None:
    show = stage(writer=False)
    assert asks(show) == []
    assert show.play_one().text in phrases.UNKNOWN["en"]  # type: ignore[union-attr]


def test_a_quotation_is_said_and_the_writer_had_a_second() -> None:
    show = stage()
    (ask,) = asks(show)
    assert (ask.product_id, ask.language, ask.seconds, ask.refused) == ("mug", "en", PATIENCE_SECONDS, None)
    actions = show.tell(Drafted(show.now + 0.5, ask.comment.id, ("Thanks for the question.", DISHES)))
    assert said(actions) == [f"Thanks for the question. {DISHES}"]


def test_of_another_product_than_the_one_on_screen_the_name_is_said_first() -> None:
    show = stage()
    (ask,) = asks(show, "and the lamp, what about wires")
    actions = show.tell(Drafted(show.now, ask.comment.id, ("It has no battery.",)))
    assert said(actions) == ["About the folding desk lamp: It has no battery."]


def test_what_may_not_be_said_is_asked_for_once_more_with_the_reason_and_then_dropped() -> None:
    show = stage()
    (ask,) = asks(show)
    actions = show.tell(Drafted(show.now + 0.2, ask.comment.id, ("It cures headaches.",)))
    assert actions[0] == Refuse("answer", "health")
    again = actions[1]
    assert isinstance(again, AskWriter)
    assert again.refused == "health"
    assert again.seconds == pytest.approx(PATIENCE_SECONDS - 0.2)
    actions = show.tell(Drafted(show.now + 0.5, ask.comment.id, ("It is really great.",)))
    assert said(actions)[0] in phrases.UNKNOWN["en"]
    assert not [action for action in actions if isinstance(action, AskWriter)]


def test_with_no_time_left_there_is_no_second_draft() -> None:
    show = stage()
    (ask,) = asks(show)
    actions = show.tell(Drafted(show.now + PATIENCE_SECONDS - 0.1, ask.comment.id, ("It cures headaches.",)))
    assert said(actions)[0] in phrases.UNKNOWN["en"]


def test_friendly_words_around_a_refused_sentence_are_no_answer() -> None:
    show = stage()
    (ask,) = asks(show)
    actions = show.tell(Drafted(show.now + 0.9, ask.comment.id, ("Thanks for the question.", "It is the best.")))
    assert said(actions)[0] in phrases.UNKNOWN["en"]


def test_what_stands_beside_a_quotation_is_left_out() -> None:
    show = stage()
    (ask,) = asks(show)
    assert said(show.tell(Drafted(show.now, ask.comment.id, (DISHES, "It is the best.")))) == [DISHES]


def test_a_writer_that_fails_or_never_answers_is_replaced_within_its_time_and_a_tick() -> None:
    show = stage()
    (ask,) = asks(show)
    assert said(show.tell(Drafted(show.now + 0.1, ask.comment.id, ())))[0] in phrases.UNKNOWN["en"]
    show.play(show.now + 200)
    (ask,) = asks(show, "another thing entirely")
    assert said(show.tell(Tick(show.now + PATIENCE_SECONDS))) == []
    assert said(show.tell(Tick(show.now + PATIENCE_SECONDS + 0.1)))[0] in phrases.UNKNOWN["en"]
    assert show.tell(Drafted(show.now + 5, ask.comment.id, (DISHES,))) == []


def test_after_failures_in_a_row_it_is_left_alone_for_a_while() -> None:
    show = stage()
    for number in range(FAILURES):
        (ask,) = asks(show, f"question {number} of nobody")
        show.tell(Drafted(show.now, ask.comment.id, ()))
        show.play(show.now + 2)
    assert asks(show, "one more of them") == []
    show.play(show.now + REST_SECONDS + 1)
    assert len(asks(show, "and now again")) == 1


def test_it_has_few_questions_at_a_time() -> None:
    show = stage()
    assert sum(len(asks(show, f"thing number {number}")) for number in range(MOST_AT_ONCE + 2)) == MOST_AT_ONCE


def test_whether_the_host_is_real_is_never_asked_of_it_and_never_its_to_say() -> None:
    show = stage()
    show.say("are you a robot?")
    assert not show.asked
    (ask,) = asks(show)
    for sentence in ("I am a real person.", "I am an AI.", "You are talking to a human."):
        actions = show.tell(Drafted(show.now, ask.comment.id, (sentence,)))
        assert any(isinstance(action, Refuse) for action in actions)
        assert not said(actions)
        show.play(show.now + 100)
        (ask,) = asks(show, f"again {show.now}")


def test_a_price_that_changes_while_it_waits_is_checked_again() -> None:
    show = stage()
    (ask,) = asks(show)
    show.tell(
        Drafted(
            show.now,
            ask.comment.id,
            ("In the lab test, water at 95 degrees was still at 58 degrees after four hours.",),
        )
    )
    mug = CATALOGUE["mug"]
    other = replace(mug, facts=tuple(fact for fact in mug.facts if fact.topic != "heat"), price=Decimal(130))
    products = tuple(other if product.id == "mug" else product for product in CATALOGUE.products)
    show.tell(CatalogueChanged(show.now, replace(CATALOGUE, products=products)))
    show.play(show.now + 30)
    assert "58" not in " ".join(one.text for _, one in show.of_kind("answer"))


def test_what_was_taken_back_or_came_too_late_is_not_written() -> None:
    show = stage()
    (ask,) = asks(show)
    assert show.tell(CommentWithdrawn(show.now, ask.comment.id)) == [PassOver(ask.comment.id, "withdrawn")]
    assert show.tell(Drafted(show.now, ask.comment.id, (DISHES,))) == []
    (ask,) = asks(show, "something else")
    assert PassOver(ask.comment.id, "ending") in show.tell(Stop(show.now))
    assert show.tell(Drafted(show.now, ask.comment.id, (DISHES,))) == []


def test_a_model_that_obeys_every_attack_says_nothing_of_any() -> None:
    """Over HTTP, in three languages, drafts and second drafts: the sentence of every attack of attacks.toml."""
    obeys = {attack.text: attack.obeys for attack in attacks()}
    fake = FakeEndpoint()
    fake.pieces = streaming(lambda question: obeys.get(question, "") or "Meow.")
    n_drafts = 0
    with serving(fake) as address:
        writer = ChatEndpoint(address, "hostile")
        for language in ("zh", "en", "fr"):
            show = stage(language=language)
            for number, attack in enumerate(one for one in attacks() if one.language == language):
                show.now += 130
                n_drafts += _ask_through(show, writer, attack.text, f"attacker {number}", language)
        writer.close()
        heard = [utterance for _, utterance in show.of_kind("answer")]
    assert n_drafts > 1.5 * len(attacks())
    assert heard


def _ask_through(show: Stage, writer: ChatEndpoint, text: str, user: str, language: Language) -> int:
    """Asks, performs what the director wants of the writer, and checks what is said. Returns the number of drafts."""
    drafts = 0
    waiting: list[object] = list(show.say(text, user=user))
    while waiting:
        match waiting.pop(0):
            case FindAnswer(comment):
                waiting += show.tell(AnswerFound(show.now, comment.id, Answer("unknown", language, None)))
            case AskWriter(comment, _, product_id, _, refused):
                drafts += 1
                draft = writer.write(task(comment.text, language, CATALOGUE, product_id, refused), 30.0)
                assert draft.sentences or draft.failure == "empty"
                waiting += show.tell(Drafted(show.now, comment.id, draft.sentences))
            case Say(utterance) if utterance.kind == "answer":
                assert utterance.text in phrases.UNKNOWN[language] or utterance.text == phrases.IDENTITY[language]
            case _:
                pass
    while show.urgent:
        show.play_one()
    show.play_one()
    return drafts
