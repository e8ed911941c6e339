"""What a rehearsed voice says wrong on purpose is found and corrected soon, and nothing else is."""

from __future__ import annotations

from show.playbook import sample
from sosie.clock import VirtualClock
from sosie.rehearsal.air import Delays, Log, Rehearsal
from sosie.rehearsal.mishearing import Mishearing
from sosie.rehearsal.remembered import Remembered
from sosie.rehearsal.report import Setting, markdown, report_of
from sosie.show.answers import Answers
from sosie.show.correction import Aired
from sosie.types import LANGUAGES, Utterance

from .made_encoder import MadeEncoder

RUNDOWN, CATALOGUE = sample()
MISSPOKEN = 0.2


def rehearse(misspoken: float) -> Rehearsal:
    return Rehearsal(
        RUNDOWN, CATALOGUE, Answers(CATALOGUE, Remembered(MadeEncoder()), LANGUAGES), seconds=1800, seed=3,
        comments_per_minute=3, clock=VirtualClock(), timer=lambda: 0.0, weigh=lambda director: 0, misspoken=misspoken,
    )  # fmt: skip


def aired(text: str) -> Aired:
    return Aired(Utterance(1, text, "en", "line", "mug"), text, "mug", CATALOGUE)


def test_a_wrong_number_is_found_and_a_right_one_left_alone() -> None:
    always, never = (Mishearing(CATALOGUE, misspoken=share, seed=1) for share in (1.0, 0.0))
    line = aired("It holds 350 ml, and costs 99 yuan.")
    for _ in range(20):
        heard = always.hear(line, CATALOGUE)
        assert heard.misspoken
        assert heard.wrong is not None
        assert never.hear(line, CATALOGUE).wrong is None
    assert not always.hear(aired("Good to have you here."), CATALOGUE).misspoken


def test_in_a_show_errors_are_corrected_within_ten_seconds_and_nothing_else_is() -> None:
    log: Log = rehearse(MISSPOKEN).run()
    assert log.misspoken >= 10
    assert log.caught >= 0.95 * log.misspoken
    assert log.false_alarms == 0
    said = [one for one in log.said if one.kind == "correction"]
    # The last ones may go wrong when the show is over.
    assert len(said) >= sum(log.wrong.values()) - 1
    assert len(log.corrections) == len(said)
    assert max(log.corrections) < 10
    setting = Setting("show.toml", 0.5, 3, 3.0, Delays(), misspoken=MISSPOKEN, n_products=3, n_topics=0)
    page = markdown(report_of(log, setting, machine={}, wall_seconds=1.0, memory_mb=(1.0, 1.0)))
    assert f"{log.misspoken}, found {log.caught}" in page
    assert f"| corrections | {len(said)};" in page
