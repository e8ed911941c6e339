from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sosie.errors import BadFootage, YourInput
from sosie.lips.fit import LipFit, fit_lips
from sosie.lips.pool import lip_pool
from sosie.lips.shape import OPENING
from sosie.lips.sync import shifted
from sosie.types import FPS, LISTEN_HZ, Audio, FaceTrack

from .made_person import MadeEncoder, MadePerson, made_person

pytestmark = pytest.mark.slow


def fitted(person: MadePerson, seed: int = 0) -> LipFit:
    return fit_lips(person.track, person.audio, MadeEncoder(seed))


@pytest.fixture(scope="module")
def person() -> MadePerson:
    return made_person(16.0, lag_frames=3, pause=(6.0, 7.0))


@pytest.fixture(scope="module")
def fit(person: MadePerson) -> LipFit:
    return fitted(person)


def test_the_footages_own_lag_is_found(fit: LipFit) -> None:
    assert fit.lag_seconds == pytest.approx(3 / FPS, abs=0.011)
    assert fit.score > 0.8
    assert fit.warning == ""


def test_speech_never_heard_moves_the_lips_as_the_person_would() -> None:
    whole = made_person(20.0)
    start = FaceTrack(whole.track.points[:350], whole.track.blendshapes[:350], whole.track.seen[:350])
    fit = fit_lips(start, Audio(whole.audio.samples[: 14 * LISTEN_HZ], LISTEN_HZ), MadeEncoder())
    predicted = fit.reader.numbers(lip_pool(), MadeEncoder().encode(whole.audio), 500)[360:]
    tracked = shifted(fit.space.numbers(whole.track), fit.lag_seconds)[360:]
    assert np.corrcoef(predicted[:, OPENING], tracked[:, OPENING])[0, 1] > 0.9
    shown, real = fit.space.decode(predicted), fit.space.lower_face(whole.track.points)[360:]
    assert np.linalg.norm(shown - real, axis=2).mean() < 0.02  # of an eye distance


def test_a_sound_that_is_not_theirs_is_told() -> None:
    dubbed = fitted(made_person(16.0), seed=1)
    assert dubbed.score < 0.4
    assert "follow the sound poorly" in dubbed.warning


def test_rest_is_how_the_lips_are_in_the_persons_silence(fit: LipFit, person: MadePerson) -> None:
    numbers = shifted(fit.space.numbers(person.track), 0)
    ajar = numbers[156:170, OPENING].mean()
    assert fit.rest[OPENING] == pytest.approx(ajar, abs=0.15)
    assert fit.closed[OPENING] < fit.rest[OPENING]
    assert (fit.low < fit.high).all()


def test_who_speaks_in_an_own_way_is_read_from_own_footage() -> None:
    fit = fitted(made_person(20.0, own_way=True))
    assert fit.method in ("own", "shared+own")
    assert fit.scores[fit.method] > fit.scores["shared"] + 0.01


def test_few_seconds_are_not_enough_for_an_own_way() -> None:
    fit = fitted(made_person(8.0, own_way=True))
    assert fit.method == "shared"
    assert list(fit.scores) == ["shared"]


def test_frames_without_a_face_teach_nothing(person: MadePerson, fit: LipFit) -> None:
    points = person.track.points.copy()
    seen = np.ones(len(points), bool)
    points[300:320], seen[300:320] = points[299], False
    again = fit_lips(FaceTrack(points, person.track.blendshapes, seen), person.audio, MadeEncoder())
    assert again.lag_seconds == pytest.approx(fit.lag_seconds, abs=0.011)
    np.testing.assert_allclose(again.reader.slopes[:3], fit.reader.slopes[:3], rtol=0.1)


def test_what_is_loaded_is_what_was_saved(fit: LipFit, person: MadePerson, tmp_path: Path) -> None:
    fit.save(tmp_path / "clone")
    again = LipFit.load(tmp_path / "clone")
    assert sorted(file.name for file in (tmp_path / "clone").iterdir()) == ["lips.json", "lips.npz"]
    features = MadeEncoder().encode(person.audio)
    first, second = (each.reader.numbers(lip_pool(), features, 100) for each in (fit, again))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(fit.space.decode(first), again.space.decode(second))
    for name in ("gain", "lag_seconds", "score", "method", "scores", "pool"):
        assert getattr(again, name) == getattr(fit, name)
    for name in ("rest", "closed", "low", "high"):
        np.testing.assert_array_equal(getattr(again, name), getattr(fit, name))


@pytest.mark.parametrize("broken", ["lips.json", "lips.npz"])
def test_a_broken_folder_is_named(fit: LipFit, tmp_path: Path, broken: str) -> None:
    fit.save(tmp_path)
    (tmp_path / broken).write_bytes(b"{}")
    with pytest.raises(YourInput, match="make the clone again"):
        LipFit.load(tmp_path)
    (tmp_path / broken).unlink()
    with pytest.raises(YourInput, match="make the clone again"):
        LipFit.load(tmp_path)


def test_lips_of_another_shared_predictor_are_not_used(fit: LipFit, tmp_path: Path) -> None:
    fit.save(tmp_path)
    facts = json.loads((tmp_path / "lips.json").read_text())
    (tmp_path / "lips.json").write_text(json.dumps(facts | {"pool": "an older one"}))
    with pytest.raises(YourInput, match="this version of Sosie"):
        LipFit.load(tmp_path)


def test_what_cannot_be_fitted_is_refused(person: MadePerson) -> None:
    with pytest.raises(YourInput, match="24000"):
        fit_lips(person.track, Audio(np.zeros(48_000, np.float32), 24_000), MadeEncoder())
    with pytest.raises(BadFootage, match=r"0\.5 s"):
        fit_lips(person.track, Audio(person.audio.samples[: LISTEN_HZ // 2], LISTEN_HZ), MadeEncoder())
