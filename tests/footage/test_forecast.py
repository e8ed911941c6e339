"""What is foretold of a clone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from face.drawn import drawn_person
from sosie.footage.finding import Finding, judged
from sosie.footage.forecast import forecast
from sosie.lips.fit import LipFit


@pytest.fixture(scope="module")
def lips(tmp_path_factory: pytest.TempPathFactory) -> LipFit:
    return replace(drawn_person(tmp_path_factory.mktemp("lips"), n=60).lips, scores={"shared": 0.72}, method="shared")


def fault(name: str, verdict: str = "fair") -> Finding:
    return judged(name, verdict == "good", verdict == "fair", "so much", "less", "do this")


GOOD = [fault("light", "good"), fault("noise", "good"), fault("length", "good")]


def test_the_word_follows_what_was_found(lips: LipFit) -> None:
    assert forecast(GOOD, lips, 40).word == "good"
    assert forecast([*GOOD, fault("length")], lips, 15).word == "will do"
    assert forecast([*GOOD, fault("echo")], lips, 40).word == "will do"
    assert forecast([*GOOD, fault("echo"), fault("light"), fault("one voice")], lips, 40).word == "poor"
    assert forecast(GOOD, replace(lips, scores={"shared": 0.3}), 40).word == "poor"
    assert forecast(GOOD, replace(lips, scores={"shared": 0.5}), 40).word == "will do"


def test_footage_that_is_refused_has_no_figures(lips: LipFit) -> None:
    found = forecast([*GOOD, fault("speech", "bad")], lips, 2)
    assert found.word == "cannot"
    assert "speech" in found.reason
    assert found.rows == ()


def test_the_lips_are_foretold_by_their_own_cross_validation(lips: LipFit) -> None:
    rows = {row.measure: row for row in forecast(GOOD, lips, 40).rows}
    assert rows["lips driven by speech"].value == 0.72
    assert "0.72 ± " in rows["lips driven by speech"].told


def test_other_sound_under_a_voice_lowers_its_likeness(lips: LipFit) -> None:
    def voice(findings: list[Finding], seconds: float) -> float:
        return {row.measure: row.value for row in forecast(findings, lips, seconds).rows}["likeness of the voice"]

    assert voice([*GOOD, fault("noise")], 40) < voice(GOOD, 10) < voice(GOOD, 40)


def test_the_reason_names_what_limits_it(lips: LipFit, tmp_path: Path) -> None:
    assert "echo (so much)" in forecast([*GOOD, fault("echo")], lips, 40).reason
