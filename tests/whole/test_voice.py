"""`sosie bench voice` on the bundled presenter, with a fit that is not waited for: what is measured and what is written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sosie.bench.voice
from consent.making import DURING, signed, unsigned
from sosie.bench.voice import ENCODERS, TEXTS, VoiceBench, VoiceFound, cleared_to_show
from sosie.bench.voice_report import facts, page, rows_of
from sosie.bench.voice_sheet import write_in_turn, write_spectrograms
from sosie.clone.folder import sha256_of
from sosie.consent.record import ConsentRecord
from sosie.errors import Refused, YourInput
from sosie.footage.sound import sound_of
from sosie.mark.verify import verify
from sosie.models import weights
from sosie.types import LISTEN_HZ, Audio
from sosie.voice.likeness import VoiceFit
from sosie.voice.likeness_judge import Score
from sosie.voice.style import stock_style

from .conftest import PRESENTER

pytestmark = [pytest.mark.weights, pytest.mark.slow]
CLIP = PRESENTER / "presenter.mp4"


def record_of(clip: Path) -> ConsentRecord:
    return signed(replace(unsigned("fictional", footage=(sha256_of(clip),)), languages=("zh", "en")))


@pytest.fixture(scope="module")
def found() -> VoiceFound:
    """The fit gives a stock voice: what is tested is the measuring."""
    score = (Score("en", 0.5, 0.5, 0.0, Audio(np.zeros(160, np.float32), LISTEN_HZ)),)
    style = stock_style(weights("kokoro-voices"), "af_heart")
    bench = VoiceBench(record_of(CLIP), now=DURING, progress=lambda step, share: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sosie.bench.voice, "N_STOCK", 1)
        patch.setattr(sosie.bench.voice, "fit_voice", lambda *_: VoiceFit(style, score, score, 0.9, 0, "Not fitted."))
        return bench.measure(CLIP, "quick")


def test_the_person_is_liker_to_themself_than_any_stock_voice(found: VoiceFound) -> None:
    for encoder in ENCODERS:
        best = found.stock[found.best_stock(encoder)]
        assert found.own[encoder] > max(spoken.likeness[encoder] for spoken in best.values()) + 0.1


def test_a_stock_voice_is_none_of_the_way_and_every_control_fails(found: VoiceFound) -> None:
    assert found.ratio(ENCODERS[0]) < 0.2
    assert [row.measure for row in rows_of(found) if row.control_failed is False] == []


def test_what_goes_on_air_is_as_loud_as_it_should_be_and_joined_without_clicks(found: VoiceFound) -> None:
    assert found.lufs == pytest.approx(-16, abs=1)
    assert found.click < 0.5
    assert all(spoken.wrong < 0.1 for spoken in found.clone.values())


def test_nothing_is_said_in_a_language_that_the_consent_leaves_out(found: VoiceFound) -> None:
    assert set(found.clone) == {"zh", "en"}
    assert len(found.clone["en"].understood) == len(TEXTS["en"])


def test_all_that_was_written_is_labelled(found: VoiceFound, tmp_path: Path) -> None:
    permit = cleared_to_show(record_of(CLIP), DURING)
    write_spectrograms(found, permit, tmp_path / "spectrograms.png")
    assert (tmp_path / "spectrograms.png").stat().st_size > 50_000
    begins = write_in_turn(found, permit, tmp_path / "in_turn.wav")
    assert verify(tmp_path / "in_turn.wav").aigc.state == "present"
    assert [name for name, _ in begins] == ["the person", "the clone, zh", "the person", "the clone, en"]
    sound = sound_of(tmp_path / "in_turn.wav")
    # The spoken notice comes before anything else.
    assert begins[0][1] > 4
    assert np.abs(sound.samples[: round(begins[0][1] * sound.rate_hz)]).max() > 0.1
    assert "| loudness on air" in page([found])
    assert json.loads(json.dumps(facts(found)))["likeness"]["resemblyzer"]["own"] == round(found.own["resemblyzer"], 3)


def test_nothing_is_measured_without_a_consent_that_names_the_recording(tmp_path: Path) -> None:
    bench = VoiceBench(signed(unsigned("fictional")), now=DURING, progress=lambda step, share: None)
    with pytest.raises(Refused):
        bench.measure(CLIP, "quick")
    with pytest.raises(YourInput, match="There is no file"):
        bench.measure(tmp_path / "me.wav", "quick")
