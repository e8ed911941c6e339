"""What `sosie check` tells people."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from sosie.errors import BadFootage
from sosie.footage import checks
from sosie.footage.checks import Finding, check, refuse_if_bad
from sosie.types import VOICE_HZ, Audio, FaceTrack, Floats

sys.path.insert(0, str(Path(__file__).parents[1] / "face"))
from face.drawn import Drawn, drawn_person

SPEECH = [(0.5, 6.5)]


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    return drawn_person(tmp_path_factory.mktemp("checked"), n=200)


def voice(seconds: float = 8.0, level: float = 0.2, noise: float = 0.0005) -> Audio:
    rng = np.random.default_rng(1)
    samples = noise * rng.normal(size=round(seconds * VOICE_HZ))
    on = slice(VOICE_HZ // 2, min(len(samples), 13 * VOICE_HZ // 2))
    samples[on] += level * np.sin(np.arange(on.stop - on.start) * 0.06)
    return Audio(np.clip(samples, -1, 1).astype(np.float32), VOICE_HZ)


def look(
    person: Drawn, audio: Audio | None = None, track: FaceTrack | None = None, **given: float
) -> dict[str, Finding]:
    footage = replace(person.footage, audio=audio or voice())
    speech = given.pop("speech", SPEECH)
    found = check(footage, track or person.track, speech, **given)  # type: ignore[arg-type]
    return {finding.name: finding for finding in found}


def test_each_finding_says_what_was_found_and_advises_where_it_is_not_good(person: Drawn) -> None:
    found = look(person, lip_score=0.6, lip_lag_seconds=0.08)
    assert {"length", "size", "frame rate", "face size", "light", "sharpness", "mouth free", "sound level", "noise",
            "clipping", "speech", "listening", "head turns", "lips and sound"} <= set(found)  # fmt: skip
    for finding in found.values():
        assert finding.found
        assert finding.wanted
        assert bool(finding.advice) == (finding.verdict != "good")
    assert found["length"].verdict == "fair"
    assert found["light"].verdict == "good"
    assert found["sound level"].verdict == "good"
    assert "lips 80 ms after the sound" in found["lips and sound"].found


@pytest.mark.parametrize(
    ("audio", "name", "verdict"),
    [
        (Audio(np.zeros(8 * VOICE_HZ, np.float32), VOICE_HZ), "sound", "bad"),
        (voice(level=0.008), "sound level", "fair"),
        (voice(level=0.003, noise=1e-5), "sound level", "bad"),
        (voice(level=3.0), "clipping", "bad"),
        (voice(noise=0.02), "noise", "fair"),
        (voice(noise=0.2), "noise", "bad"),
    ],
)
def test_bad_sound_is_told(person: Drawn, audio: Audio, name: str, verdict: str) -> None:
    assert look(person, audio)[name].verdict == verdict


def test_music_is_not_speech(person: Drawn) -> None:
    assert look(person, speech=[])["speech"].verdict == "bad"  # type: ignore[arg-type]


def test_sound_that_is_not_the_persons_is_refused(person: Drawn) -> None:
    assert look(person, lip_score=0.05)["lips and sound"].verdict == "bad"
    assert look(person, lip_score=0.3)["lips and sound"].verdict == "fair"


def test_silence_to_listen_in_is_counted(person: Drawn) -> None:
    assert look(person, speech=[(0.5, 3.0)])["listening"].verdict == "good"  # type: ignore[arg-type]
    assert look(person, speech=[(0.0, 8.0)])["listening"].verdict == "fair"  # type: ignore[arg-type]


def test_a_hand_before_the_mouth_is_counted(tmp_path: Path) -> None:
    person = drawn_person(tmp_path, n=120, hand=(40, 62))
    found = look(person, voice(4.8))["mouth free"]
    assert found.verdict == "fair"
    assert "2" in found.found


def test_blur_lowers_the_sharpness_below_fair() -> None:
    rng = np.random.default_rng(2)
    sharp = np.clip(110 + cv2.GaussianBlur(rng.normal(0, 40, (400, 400)), (0, 0), 1.2), 0, 255).astype(np.uint8)
    points: Floats = np.array([[100, 100], [300, 300]], np.float32)
    values = [checks._sharpness(plane, points, 120.0) for plane in (sharp, cv2.GaussianBlur(sharp, (0, 0), 6))]
    assert values[0] > checks._SHARP
    assert values[1] < checks._BLURRED


def test_bad_findings_refuse_a_clone_and_name_themselves(person: Drawn) -> None:
    found = list(look(person).values())
    refuse_if_bad([finding for finding in found if finding.verdict != "bad"])
    with pytest.raises(BadFootage, match=r"size: 320x480; sound: silence only; .* a voice\. Try: .* film again"):
        refuse_if_bad([*found, Finding("sound", "bad", "silence only", "a voice", "film again")])
