"""The bundled presenter: others' tests and the first five minutes of every user stand on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

import sosie
from sosie.models import weights
from sosie.types import FPS, VOICE_HZ

FOLDER = Path(sosie.__file__).parent / "sample" / "presenter"
CLIP = FOLDER / "presenter.mp4"


@pytest.fixture(scope="module")
def truth() -> Iterator[np.lib.npyio.NpzFile]:
    with np.load(FOLDER / "truth.npz", allow_pickle=False) as file:
        yield file


def _frame_at(truth: np.lib.npyio.NpzFile, samples: np.ndarray) -> int:
    """The frame whose middle is nearest to the middle of a sound."""
    return round(float(samples.mean()) / VOICE_HZ * FPS - 0.5)


def test_it_is_a_minute_of_upright_video_with_sound() -> None:
    with av.open(str(CLIP)) as file:
        video, sound = file.streams.video[0], file.streams.audio[0]
        assert (video.width, video.height) == (720, 1280)
        assert video.average_rate == FPS
        n_frames = sum(1 for _ in file.decode(video))
    assert 55 <= n_frames / FPS <= 65
    with av.open(str(CLIP)) as file:
        samples = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
        rate = sound.rate
    assert abs(len(samples) / rate - n_frames / FPS) < 0.1
    loud = np.sqrt(np.square(samples[: len(samples) // rate * rate].reshape(-1, rate)).mean(1))
    assert (loud > 0.03).mean() > 0.6, "most seconds hold speech"
    assert np.abs(samples).max() < 1.0


def test_bundled_files_stay_small() -> None:
    assert CLIP.stat().st_size < 4_000_000
    assert (FOLDER / "truth.npz").stat().st_size < 500_000


def test_it_says_that_it_is_ai_made() -> None:
    with av.open(str(CLIP)) as file:
        record = json.loads(file.metadata["AIGC"])["AIGC"]
    assert record["Label"] == "1"
    assert record["ContentProducer"]
    assert record["ProduceID"] == record["PropagateID"]


def test_the_truth_has_one_row_a_frame(truth: np.lib.npyio.NpzFile) -> None:
    with av.open(str(CLIP)) as file:
        n_frames = sum(1 for packet in file.demux(video=0) if packet.size)
    assert truth["weights"].shape == (n_frames, len(truth["names"]))
    assert truth["lips_mm"].shape == (n_frames,)
    assert truth["head"].shape == (n_frames, 3)
    assert ((truth["weights"] >= 0) & (truth["weights"] <= 1)).all()


def test_lips_touch_at_every_p_b_m(truth: np.lib.npyio.NpzFile) -> None:
    sounds = [
        (str(symbol), _frame_at(truth, samples))
        for symbol, samples in zip(truth["phones"], truth["phone_samples"], strict=True)
        if str(symbol)[:1] in set("pbm")
    ]
    assert len(sounds) >= 30
    assert [(symbol, frame) for symbol, frame in sounds if truth["lips_mm"][frame] > 0.6] == []


def test_mouth_opens_for_open_vowels_and_rests_in_pauses(truth: np.lib.npyio.NpzFile) -> None:
    opened = [
        truth["lips_mm"][_frame_at(truth, samples)]
        for symbol, samples in zip(truth["phones"], truth["phone_samples"], strict=True)
        if str(symbol)[:1] in set("aɑæ")
    ]
    assert len(opened) >= 10
    assert np.median(opened) > 6
    lines = truth["line_samples"]
    pauses = [(a, b) for a, b in zip(lines[:-1, 1], lines[1:, 0], strict=True) if b - a > 1.5 * VOICE_HZ]
    assert len(pauses) >= 2, "listening spans are what idle motion is made of"
    for start, end in pauses:
        quiet = slice(round((start / VOICE_HZ + 0.6) * FPS), round((end / VOICE_HZ - 0.4) * FPS))
        assert truth["lips_mm"][quiet].max() < 1.0


def test_all_three_languages_are_spoken(truth: np.lib.npyio.NpzFile) -> None:
    assert set(truth["line_languages"].tolist()) == {"en", "zh", "fr"}


@pytest.mark.weights
@pytest.mark.slow
def test_a_tracker_finds_the_face_its_lips_and_its_blinks(truth: np.lib.npyio.NpzFile) -> None:
    from sosie.engines.litert_face import LiteRtFaceTracker

    tracker = LiteRtFaceTracker(weights("face-landmarker"))
    n_frames = 12 * FPS
    lips, blinks = [], []
    with av.open(str(CLIP)) as file:
        for row, frame in zip(range(n_frames), file.decode(video=0), strict=False):
            seen = tracker.faces(frame.to_ndarray(format="rgb24"))
            assert len(seen) == 1, f"one face in frame {row}"
            assert seen[0].score > 0.9
            places = seen[0].points[:, :2]
            eyes_apart = np.linalg.norm(places[33] - places[263])
            lips.append(np.linalg.norm(places[13] - places[14]) / eyes_apart)
            blinks.append(seen[0].blendshapes[9])
    shut = truth["weights"][:n_frames, truth["names"].tolist().index("eyeBlinkLeft")]
    assert np.corrcoef(lips, truth["lips_mm"][:n_frames])[0, 1] > 0.95
    assert np.corrcoef(blinks, shut)[0, 1] > 0.95
