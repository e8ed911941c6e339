"""A show that sells nothing, rehearsed with a crowd: it hardly repeats itself, and the report says what it was."""

from __future__ import annotations

import time

import pytest

from show.evening import evening, mixed
from sosie.clock import VirtualClock
from sosie.rehearsal.air import Delays, Log, Rehearsal
from sosie.rehearsal.crowd import Crowd
from sosie.rehearsal.measures import free, largest_interval, repeats, sentences
from sosie.rehearsal.remembered import Remembered
from sosie.rehearsal.report import Setting, markdown, report_of
from sosie.rehearsal.trade import changes
from sosie.show import phrases
from sosie.show.answers import Answers
from sosie.types import LANGUAGES

from .made_encoder import MadeEncoder

RUNDOWN, CATALOGUE = evening()
HOURS = 1.5

# Measured on this shortened evening: 15 % and 1.0 %. A whole day is in docs/experiments.md, 2026-11-23.
MOST_SENTENCES_IN_AN_HOUR = 0.20
MOST_SENTENCES_SOON = 0.03


@pytest.fixture(scope="module")
def log() -> Log:
    return Rehearsal(
        RUNDOWN, CATALOGUE, Answers(CATALOGUE, Remembered(MadeEncoder()), LANGUAGES), seconds=HOURS * 3600, seed=1,
        comments_per_minute=6, clock=VirtualClock(), timer=time.perf_counter, weigh=lambda director: 0,
    ).run()  # fmt: skip


def test_it_hardly_repeats_itself_and_is_never_silent(log: Log) -> None:
    said = repeats(list(sentences([one for one in free(log.said) if one.kind == "line"])))
    assert said.n > 500
    assert said.hour_worst < MOST_SENTENCES_IN_AN_HOUR
    assert said.soon < MOST_SENTENCES_SOON
    assert max(seconds for _, seconds in log.silences) < 3


def test_notices_keep_their_interval_and_the_chat_is_answered(log: Log) -> None:
    assert largest_interval(log.said, log.seconds) <= RUNDOWN.notice_seconds
    intents = {one.intent for one in log.said if one.kind == "answer"}
    assert {"identity", "not sold", "fact:schedule", "unknown"} <= intents
    assert all(phrases.SHOW_IDENTITY[one.language].startswith(one.text) for one in log.said if one.intent == "identity")


def test_the_report_says_that_nothing_is_sold(log: Log) -> None:
    report = report_of(
        log, Setting("show.toml", HOURS, 1, 6.0, Delays(), misspoken=0.0, n_products=0, n_topics=3), machine={"cores": 2},
        wall_seconds=1.0, memory_mb=(1.0, 2.0),
    )  # fmt: skip
    page = markdown(report)
    assert "| sold and told | no products, 3 segments without one |" in page
    assert "nothing is sold" in page
    assert report.catalogue_changes == 0
    assert "order" not in report.deeds


def test_nobody_asks_for_products_that_are_not_there_and_in_a_mixed_show_for_both() -> None:
    def asked(catalogue: object) -> set[str]:
        comments = Crowd(catalogue, comments_per_minute=60, seed=3).comments()  # type: ignore[arg-type]
        return {next(comments).means for _ in range(600)}

    assert not {means for means in asked(CATALOGUE) if means in ("price", "stock", "fact:material", "fact:returns")}
    assert {"price", "fact:material", "fact:schedule"} <= asked(mixed()[1])
    assert list(changes(CATALOGUE, seconds=7200, seed=1)) == []
