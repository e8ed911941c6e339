"""A simulated day, shortened: what a show may repeat, how long it may be silent, and that no duty is forgotten in it."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest

from show.playbook import sample
from sosie.clock import VirtualClock
from sosie.errors import YourInput
from sosie.rehearsal.air import Delays, Log, Rehearsal, Said
from sosie.rehearsal.measures import free, largest_interval, repeats, runs, sentences
from sosie.rehearsal.remembered import Remembered
from sosie.rehearsal.report import PLAIN_WORDS, Setting, markdown, report_of
from sosie.rehearsal.shoppers import Shoppers
from sosie.rehearsal.weight import weight
from sosie.shop.catalogue import Catalogue
from sosie.show import phrases
from sosie.show.answers import Answers
from sosie.show.director import QUIET_SECONDS
from sosie.show.events import Started
from sosie.show.rundown import Rundown, local_time
from sosie.types import LANGUAGES

from .made_encoder import MadeEncoder

HOUR = 3600.0
HOURS = 3.0
RUNDOWN, CATALOGUE = sample()
ANSWERS = Answers(CATALOGUE, Remembered(MadeEncoder()), LANGUAGES)
BEGINS_AT = datetime(2026, 11, 23, tzinfo=UTC)

# Measured on this shortened day: 10 %, 32 % and 1.1 %. A whole one is in docs/experiments.md, 2026-11-23.
MOST_SENTENCES_IN_AN_HOUR = 0.15
MOST_RUNS_IN_AN_HOUR = 0.40
MOST_SENTENCES_SOON = 0.02
LONGEST_SILENCE = QUIET_SECONDS + 3.0
"""The pause itself, a tick, and the making of a first clause."""


def rehearse(
    rundown: Rundown = RUNDOWN,
    *,
    hours: float = 1.0,
    seed: int = 1,
    rate: float = 6.0,
    shoppers: Shoppers | None = None,
) -> Log:
    return Rehearsal(
        rundown,
        CATALOGUE,
        ANSWERS,
        seconds=hours * HOUR,
        seed=seed,
        comments_per_minute=rate,
        clock=VirtualClock(),
        timer=time.perf_counter,
        weigh=lambda director: weight(director, without=(Rundown, Catalogue)),
        started=Started(0.0, local_time(rundown, BEGINS_AT)),
        shoppers=shoppers,
    ).run()


@pytest.fixture(scope="module")
def day() -> Log:
    return rehearse(hours=HOURS)


def script_of(log: Log) -> list[Said]:
    return [one for one in free(log.said) if one.kind == "line"]


def test_a_show_hardly_repeats_itself_within_an_hour(day: Log) -> None:
    said = repeats(list(sentences(script_of(day))))
    assert said.n > 1000
    assert said.hour_worst < MOST_SENTENCES_IN_AN_HOUR
    assert said.soon < MOST_SENTENCES_SOON
    assert repeats(list(runs(script_of(day)))).hour_worst < MOST_RUNS_IN_AN_HOUR


def test_a_show_that_learns_repeats_itself_no_more_than_it_may(day: Log) -> None:
    log = rehearse(hours=HOURS, shoppers=Shoppers(seed=1, orders_a_line=0.3))
    assert log.bought > 20 * HOURS
    assert [one.text for one in script_of(log)] != [one.text for one in script_of(day)]
    said = repeats(list(sentences(script_of(log))))
    assert said.hour_worst < MOST_SENTENCES_IN_AN_HOUR
    assert said.soon < MOST_SENTENCES_SOON
    assert repeats(list(runs(script_of(log)))).hour_worst < MOST_RUNS_IN_AN_HOUR
    assert not log.refused


def test_a_show_with_one_wording_a_line_does(day: Log) -> None:
    """The control: the measure sees what the ceilings are there for."""
    plain = replace(
        RUNDOWN,
        order="fixed",
        segments=tuple(
            replace(
                segment,
                lines={language: tuple(each[:1] for each in lines) for language, lines in segment.lines.items()},
            )
            for segment in RUNDOWN.segments
        ),
    )
    assert repeats(list(sentences(script_of(rehearse(plain))))).hour_worst > 2 * MOST_SENTENCES_IN_AN_HOUR


def test_silence_has_a_bound_also_while_everything_is_sold_out(day: Log) -> None:
    assert day.silences, "the shop is sold out for a while, and the host pauses"
    assert max(seconds for _, seconds in day.silences) <= LONGEST_SILENCE
    sold_out = [one for one in day.said if one.kind == "line" and 0.6 * HOURS < one.at / HOUR < 0.6 * HOURS + 0.3]
    assert any("sold out" in one.text or "卖完" in one.text or "épuisé" in one.text for one in sold_out)


def test_the_notice_keeps_its_interval_under_the_whole_load(day: Log) -> None:
    assert largest_interval(day.said, day.seconds) <= RUNDOWN.notice_seconds
    assert all(one.text in phrases.NOTICE.values() for one in day.said if one.kind == "notice")


def test_who_asks_whether_it_is_real_is_told(day: Log) -> None:
    told = [one for one in day.said if one.intent == "identity"]
    # New prices may cut it short; then it is said again from the start.
    assert all(phrases.IDENTITY[one.language].startswith(one.text) for one in told)
    assert sum(one.text == phrases.IDENTITY[one.language] for one in told) > 0.9 * len(told)
    # Some ask while it is being told to another one.
    assert day.posted["real"] / 2 < len(told)


def test_answers_come_and_begin_soon(day: Log) -> None:
    assert len(day.delays) > 200
    assert sorted(day.delays_at_once)[len(day.delays_at_once) // 2] < 3
    assert day.passed["rude"] >= day.posted["rude"] / 2


def test_what_the_director_remembers_does_not_grow(day: Log) -> None:
    *_, hour_before, last = [n_bytes for _, n_bytes in rehearse(hours=4, rate=3).weights]
    assert last < 1.25 * hour_before
    # Most of it are the firewall's words and verdicts, and what each wording was told how often; both are bounded.
    assert last < 3_000_000


def test_the_same_seed_is_the_same_show(day: Log) -> None:
    assert rehearse(hours=0.2).said == rehearse(hours=0.2).said
    assert rehearse(hours=0.2).said != rehearse(hours=0.2, seed=2).said


def test_an_empty_room_is_entertained_all_the_same() -> None:
    log = rehearse(hours=0.5, rate=0)
    assert not log.posted
    assert {one.kind for one in log.said} == {"line", "notice"}
    assert repeats(list(sentences(script_of(log)))).soon < MOST_SENTENCES_SOON


def test_a_slower_machine_is_silent_for_longer() -> None:
    slow = Rehearsal(
        RUNDOWN, CATALOGUE, ANSWERS, seconds=HOUR, seed=1, comments_per_minute=6, clock=VirtualClock(),
        timer=time.perf_counter, weigh=lambda director: 0, delays=Delays(make=4.0),
    ).run()  # fmt: skip
    usual = rehearse()
    assert sum(seconds for _, seconds in slow.silences) > 1.2 * sum(seconds for _, seconds in usual.silences)


def test_nonsense_is_refused() -> None:
    with pytest.raises(YourInput, match="hours"):
        rehearse(hours=0)
    with pytest.raises(YourInput, match="below zero"):
        Delays(make=-1)


def test_the_report_says_plainly_that_it_is_a_rehearsal(day: Log) -> None:
    report = report_of(
        day,
        Setting("show.toml", HOURS, 1, 6.0, Delays(), misspoken=0.0, n_products=3, n_topics=0),
        machine={"cores": 2},
        wall_seconds=1.0,
        memory_mb=(1.0, 2.0),
    )
    page = markdown(report)
    assert PLAIN_WORDS in page
    assert "no clone" in PLAIN_WORDS
    for word in ("AI notices", "longest silence", "passed over", "runs of five words", "comment to first word"):
        assert word in page
    numbers = asdict(report)
    assert numbers["answers"] == len(day.delays)
    assert sum(numbers["utterances"].values()) == len(day.said)
