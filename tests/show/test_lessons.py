"""A show that learns, told as a playbook: what is bought changes which words are said, and never what may be said."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from sosie.shop.learned import Counted, News, Tally, Way
from sosie.show.answers import Answer
from sosie.show.asides import SHOP as SHOP_ASIDES
from sosie.show.asides import texts
from sosie.show.director import Director
from sosie.show.events import Bought, Learned, Watched
from sosie.show.onair import way_of, ways_of
from sosie.show.rundown import Rundown
from sosie.types import Utterance

from .playbook import Stage, sample

RUNDOWN, SHOP = sample()
ENGLISH = replace(RUNDOWN, languages=("en",))


class Shop(Stage):
    """Whoever hears a wording that is liked buys half a minute later; keeps what was to be kept."""

    def __init__(self, rundown: Rundown, liked: str = "", learned: tuple[Counted, ...] = ()) -> None:
        super().__init__(Director(rundown, SHOP, learned=learned))
        self.rundown, self.liked = rundown, liked
        self.news: list[News] = []

    def play_one(self) -> Utterance | None:
        for action in self.tell(Watched(self.now, 100)):
            raise AssertionError(action)
        said = super().play_one()
        if self.liked and said is not None and self.liked in said.text and said.product_id:
            assert self.tell(Bought(self.now + 1, (said.product_id,))) == []
        return said

    def tell(self, event: object) -> list[object]:  # type: ignore[override]
        actions = super().tell(event)  # type: ignore[arg-type]
        self.news += [one for action in actions if isinstance(action, Learned) for one in action.news]
        return list(actions)


def said_by(shop: Stage) -> list[str]:
    return [utterance.text for _, utterance in shop.played]


def best_of_mug() -> tuple[tuple[Way, ...], tuple[Counted, ...]]:
    """The mug's second point in English, and counts by which its third wording sells best by far."""
    ways = ways_of("en", "mug", RUNDOWN.segments[0].lines["en"][1])
    rows = [Counted(way, "any", Tally(60, 60 if n == 2 else 6, 15)) for n, way in enumerate(ways)]
    return ways, tuple(rows)


def test_a_wording_that_sold_before_is_told_more_often_but_never_alone() -> None:
    ways, learned = best_of_mug()
    rundown = replace(ENGLISH, time_zone=None)
    told = Counter[str]()
    shop = Shop(rundown, learned=learned).start().play(3 * 3600)
    for _, utterance in shop.played:
        way = way_of(utterance, rundown, SHOP)
        if way in ways:
            told[way.words] += 1
    assert told.total() > 20
    assert told[ways[2].words] == max(told.values()) > 1.5 * told.total() / len(ways)
    assert len(told) >= len(ways) - 1
    assert told[ways[2].words] <= told.total() / ((len(ways) - 1) // 2 + 1) + 1


def test_off_means_todays_script_to_the_letter_whatever_is_bought() -> None:
    _, learned = best_of_mug()
    off = replace(RUNDOWN, learning=False)
    plain = Stage(Director(off, SHOP)).start().play(1800)
    taught = Shop(off, liked=" ", learned=learned).start().play(1800)
    assert said_by(taught) == said_by(plain)
    assert taught.news == []


def test_with_no_orders_it_is_todays_script_too() -> None:
    plain = Stage(Director(replace(RUNDOWN, learning=False), SHOP)).start().play(1800)
    assert said_by(Shop(RUNDOWN).start().play(1800)) == said_by(plain)


def test_every_line_is_written_in_the_rundown_or_an_aside_as_ever() -> None:
    shop = Shop(RUNDOWN, liked=" ").start().play(3600)
    lines = [utterance for _, utterance in shop.played if utterance.kind == "line"]
    others = [utterance for utterance in lines if way_of(utterance, RUNDOWN, SHOP) is None]
    assert len(others) < len(lines) / 2
    for utterance in others:
        templates = [text for languages in texts(SHOP_ASIDES).said.values() for text in languages[utterance.language]]
        patterns = [re.sub(r"\\{[a-z]+\\}", ".+", re.escape(text)) for text in templates]
        assert any(re.fullmatch(pattern, utterance.text) for pattern in patterns), utterance.text


def test_what_is_counted_is_told_once_a_minute_and_comes_back_with_the_next_show() -> None:
    shop = Shop(ENGLISH, liked="microwave").start().play(1800)
    lines = [one for one in shop.news if one.way.kind == "line" and one.way.product_id == "mug"]
    assert sum(one.more.sold for one in lines) > 0
    assert {one.part for one in shop.news} == {"any"}
    assert {one.way.kind for one in shop.news} == {"line", "turn"}


def test_answers_are_counted_by_their_wording_and_their_product() -> None:
    shop = Shop(ENGLISH)
    shop.answers = {"how much is the lamp?": Answer("price", "en", "lamp", True)}
    shop.start().play(60)
    for _ in range(4):
        shop.say("how much is the lamp?", f"viewer {shop.now}")
        shop.play(shop.now + 240)
    told = [one for one in shop.news if one.way.kind == "answer"]
    assert {one.way.product_id for one in told} == {"lamp"}
    assert len({one.way.words for one in told}) == 4, "one after the other, while nothing is known"
    assert all("{" in one.way.words for one in told), "as written, no price in it"


def test_an_answer_that_sold_is_given_more_often() -> None:
    answer = Answer("price", "en", "lamp", True)
    ways = answer.ways(SHOP)
    rows = tuple(Counted(way, "any", Tally(60, 60 if n == 1 else 6, 15)) for n, way in enumerate(ways))
    shop = Shop(replace(ENGLISH, time_zone=None), learned=rows)
    shop.answers = {"how much is the lamp?": answer}
    shop.start().play(60)
    for _ in range(40):
        shop.say("how much is the lamp?", f"viewer {shop.now}")
        shop.play(shop.now + 120)
    told = Counter(utterance.text for _, utterance in shop.of_kind("answer"))
    assert told[answer.text(SHOP, 1)] == max(told.values())
    assert len(told) == len(ways)


def test_what_the_host_is_and_what_it_does_not_know_is_not_for_sale() -> None:
    for intent in ("identity", "unknown", "list", "fact:weight"):
        assert Answer(intent, "en", None if intent != "fact:weight" else "mug").ways(SHOP) == ()
