"""What `sosie check` tells people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from face.drawn import Drawn, drawn_person
from footage.speech import talk
from sosie.errors import BadFootage
from sosie.footage.checks import check, refuse_if_bad
from sosie.footage.finding import Finding
from sosie.types import VOICE_HZ, Audio, FaceTrack

SPEECH = [(0.5, 6.5)]


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    return drawn_person(tmp_path_factory.mktemp("checked"), n=200)


def look(
    person: Drawn, audio: Audio | None = None, track: FaceTrack | None = None, **given: float
) -> dict[str, Finding]:
    footage = replace(person.footage, audio=audio or talk(8.0))
    speech = given.pop("speech", SPEECH)
    found = check(footage, track or person.track, speech, **given)  # type: ignore[arg-type]
    return {finding.name: finding for finding in found}


def test_each_finding_says_what_was_found_and_advises_where_it_is_not_good(person: Drawn) -> None:
    found = look(person, lip_score=0.6, lip_lag_seconds=0.08)
    assert {"length", "size", "frame rate", "face size", "light", "sharpness", "mouth free", "sound level", "noise",
            "clipping", "speech", "listening", "head turns", "lips and sound", "in step", "echo", "music", "one take",
            "closed mouth", "open mouth", "round and wide lips", "blurred moments"} <= set(found)  # fmt: skip
    for finding in found.values():
        assert finding.found
        assert finding.wanted
        assert bool(finding.advice) == (finding.verdict != "good")
    assert found["length"].verdict == "fair"
    assert found["light"].verdict == "good"
    assert found["sound level"].verdict == "good"
    assert "lips 80 ms after the sound" in found["in step"].found


@pytest.mark.parametrize(
    ("audio", "name", "verdict"),
    [
        (Audio(np.zeros(8 * VOICE_HZ, np.float32), VOICE_HZ), "sound", "bad"),
        (talk(level=0.008), "sound level", "fair"),
        (talk(level=0.001, noise=1e-5), "sound level", "bad"),
        (talk(level=3.0), "clipping", "bad"),
        (talk(noise=0.02), "noise", "fair"),
        (talk(noise=0.1), "noise", "bad"),
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


def test_bad_findings_refuse_a_clone_and_name_themselves(person: Drawn) -> None:
    found = list(look(person).values())
    refuse_if_bad([finding for finding in found if finding.verdict != "bad"])
    with pytest.raises(BadFootage, match=r"size: 320x480; sound: silence only; .* a voice\. Try: .* film again"):
        refuse_if_bad([*found, Finding("sound", "bad", "silence only", "a voice", "film again")])
