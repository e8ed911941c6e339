"""The measures of `sosie bench likeness` on twenty seconds of the bundled presenter: a guard with wide limits, and its controls.

The presenter's lips are a rule, so these figures are no yardstick for people (docs/likeness.md); they fall when something breaks.
"""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from consent.making import DURING, signed, unsigned
from sosie.bench.likeness import TEXTS, Likeness, measure
from sosie.bench.report import page, rows_of
from sosie.bench.sheet import evenly, write_sheet
from sosie.clone.folder import sha256_of
from sosie.consent.gate import ToRender, may
from sosie.errors import Refused, YourInput
from sosie.mark.verify import verify
from sosie.models import weights
from sosie.voice.style import stock_style
from sosie.voice.text import read

from .conftest import PRESENTER

pytestmark = pytest.mark.weights
SECONDS = 20


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("clip") / "presenter20.mp4"
    with av.open(str(PRESENTER / "presenter.mp4")) as source, av.open(str(out), "w") as target:
        copies = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is not None and packet.dts * packet.time_base < SECONDS:
                packet.stream = copies[packet.stream.index]
                target.mux(packet)
    return out


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("likeness")


@pytest.fixture(scope="module")
def found(clip: Path, folder: Path) -> Likeness:
    record = signed(unsigned("fictional", footage=(sha256_of(clip),)))
    # A stock voice: fitting one takes two minutes and is tested elsewhere.
    voice = stock_style(weights("kokoro-voices"), "af_heart")
    return measure(clip, record, folder, now=DURING, voice=voice)


def test_the_mouth_is_sharp_steady_and_without_a_seam(found: Likeness) -> None:
    assert 0.75 < found.made.sharpness / found.body.sharpness < 1.2
    assert found.made.seam / found.body.seam < 1.15
    assert 0.7 < found.flicker < 1.5


def test_the_lips_say_what_is_heard(found: Likeness) -> None:
    assert found.closed.n > 25
    assert found.closed.shut > 0.9
    assert found.closed.wrongly < 0.06
    assert abs(found.offset_seconds) <= 0.06
    assert found.held_out["opening"].value > 0.6


def test_the_lips_follow_a_synthetic_voice_and_not_another_phrase_of_it(found: Likeness) -> None:
    assert found.own_voice.seconds > 8
    assert found.own_voice.fall < 0.35
    assert found.own_voice.fall_elsewhere > found.own_voice.fall + 0.2


def test_it_is_the_same_face(found: Likeness) -> None:
    assert found.same_face > 0.95
    assert found.same_face_narrower < found.same_face - 0.03


def test_every_control_fails(found: Likeness) -> None:
    assert [row.measure for row in rows_of(found) if row.control_failed is False] == []
    assert found.closed_of_body.shut < 0.7
    assert found.offset_of_shifted_seconds < found.offset_seconds - 0.05


def test_all_that_was_written_is_labelled(found: Likeness, clip: Path, folder: Path) -> None:
    for film in (found.films.made, found.films.body, found.films.beside):
        assert verify(film).aigc.state == "present"
    record = signed(unsigned("fictional", footage=(sha256_of(clip),)))
    write_sheet(found.films, evenly(found.films), may(record, ToRender("en"), DURING), folder / "sheet.png")
    assert (folder / "sheet.png").stat().st_size > 100_000
    assert "| sharpness of the mouth" in page([found])


def test_the_frames_to_look_at_first_are_in_the_film(found: Likeness) -> None:
    assert set(found.worst) == {"blur", "seam", "flicker", "lips"}
    for frames in found.worst.values():
        assert 4 <= len(frames) <= 12
        assert all(0 <= frame < len(found.films.shots) for frame in frames)


def test_nothing_is_measured_without_a_consent_that_names_the_footage(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        measure(clip, signed(unsigned("fictional")), tmp_path, now=DURING)
    assert not list(tmp_path.iterdir())


def test_footage_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(YourInput, match="There is no file"):
        measure(tmp_path / "me.mp4", signed(), tmp_path / "out", now=DURING)
    assert not (tmp_path / "out").exists()


def test_nothing_is_said_in_a_language_that_the_consent_leaves_out(found: Likeness) -> None:
    """The record of this measurement is for Chinese and English: one held-out line, then theirs."""
    n_lines = len(found.films.starts)
    assert n_lines - 1 == sum(
        len(read(text, language).clauses) for language in ("zh", "en") for text in TEXTS[language]
    )
