"""The small pictures of the moments that findings name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from face.drawn import drawn_person
from sosie.footage.finding import judged
from sosie.footage.pictures import HEIGHT, STRIP_HEIGHT, STRIP_WIDTH, moment_pictures, sound_strip
from sosie.types import VOICE_HZ, Audio


def test_each_moment_has_a_picture_of_what_its_finding_is_about(tmp_path: Path) -> None:
    person = drawn_person(tmp_path, n=100)
    sound = Audio(np.zeros(4 * VOICE_HZ, np.float32), VOICE_HZ)
    findings = [
        judged("light", True, True, "", "", ""),
        judged("sharpness", False, True, "", "", "", (1.0, 3.0)),
        judged("face size", False, True, "", "", "", (1.0,)),
        judged("one take", False, True, "", "", "", (2.0,)),
        judged("noise", False, True, "", "", "", (2.0,), "heard"),
    ]
    made = list(moment_pictures(replace(person.footage, audio=sound), person.track, findings))
    assert [(finding.name, seconds) for finding, seconds, _ in made] == [
        ("sharpness", 1.0), ("sharpness", 3.0), ("face size", 1.0), ("one take", 2.0), ("noise", 2.0),
    ]  # fmt: skip
    assert all(picture.dtype == np.uint8 for _, _, picture in made)
    assert [picture.shape[0] for _, _, picture in made] == [HEIGHT] * 4 + [STRIP_HEIGHT]
    head, whole, before_and_after = (made[n][2].shape for n in (0, 2, 3))
    assert whole[1] / whole[0] == person.footage.width / person.footage.height or abs(whole[1] - 213) <= 1
    assert before_and_after[1] > 1.8 * head[1]


def test_the_strip_of_sound_marks_the_moment() -> None:
    samples = np.zeros(10 * VOICE_HZ, np.float32)
    samples[5 * VOICE_HZ : 5 * VOICE_HZ + 2400] = 0.5
    strip = sound_strip(Audio(samples, VOICE_HZ), 5.0).astype(int)
    red = np.flatnonzero((strip[0] - strip[0].min(axis=1, keepdims=True)).max(axis=1) > 100)
    assert abs(red.mean() - STRIP_WIDTH / 2) < 3  # half way
    loud = np.flatnonzero(strip[STRIP_HEIGHT // 3, :, 0] < 100)
    assert len(loud)
    assert STRIP_WIDTH / 2 - 3 <= loud.min() <= loud.max() <= STRIP_WIDTH / 2 + 12
