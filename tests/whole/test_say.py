"""The bundled presenter's clone says sentences that she never said, in three languages."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from sosie.engines.litert_face import LiteRtFaceTracker
from sosie.engines.reader import Reader
from sosie.engines.whisper import FasterWhisper
from sosie.footage.sound import sound_of
from sosie.models import weights
from sosie.types import Language
from sosie.voice.likeness_judge import at_listen_rate, misheard

from .conftest import sosie

pytestmark = [pytest.mark.slow, pytest.mark.weights]

SENTENCES: dict[Language, str] = {
    "en": "This lamp folds flat, and it costs 35 euros today.",
    "fr": "Cette lampe se plie, et elle coûte 35 euros aujourd'hui.",
    "zh": "这盏灯可以折起来，今天只要三十五元。",
}


@pytest.fixture(scope="module", params=list(SENTENCES))
def said(
    request: pytest.FixtureRequest, clone: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Language, Path]:
    out = tmp_path_factory.mktemp("said") / "said.mp4"
    done = sosie("say", str(clone), SENTENCES[request.param], "-o", str(out), "--language", request.param)
    assert done.returncode == 0, done.stderr
    return request.param, out


def test_it_is_understood(said: tuple[Language, Path]) -> None:
    language, path = said
    heard = FasterWhisper().transcribe(at_listen_rate(sound_of(path)), language).text
    reader = Reader()
    # Sounds, not letters: Whisper base writes Chinese in either script, and other characters of the same sound.
    wrong = misheard(reader.phonemes(SENTENCES[language], language), reader.phonemes(heard, language))
    assert wrong < 0.25, heard


def test_it_carries_every_mark(said: tuple[Language, Path]) -> None:
    done = sosie("verify", str(said[1]))
    assert done.returncode == 0, done.stdout
    assert "label    present" in done.stdout
    assert "fictional figure" in done.stdout


def test_the_mouth_opens_with_the_sound_and_rests_without(said: tuple[Language, Path]) -> None:
    _, path = said
    tracker = LiteRtFaceTracker(weights("face-landmarker"))
    with av.open(str(path)) as container:
        seen = [tracker.faces(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
    assert all(len(faces) == 1 for faces in seen)
    points = [faces[0].points for faces in seen]
    opening = np.array([np.linalg.norm(p[13, :2] - p[14, :2]) / np.linalg.norm(p[33, :2] - p[263, :2]) for p in points])
    sound = sound_of(path).samples
    loud = np.array([np.sqrt(np.mean(part**2)) for part in np.array_split(sound, len(opening))]) > 0.02
    assert opening[loud].mean() > 1.5 * opening[:8].mean()
    assert opening[loud].std() > 0.01


def test_a_sound_file_begins_with_the_spoken_notice(clone: Path, tmp_path: Path) -> None:
    done = sosie("say", str(clone), "Good evening.", "-o", str(tmp_path / "said.wav"))
    assert done.returncode == 0, done.stderr
    heard = FasterWhisper().transcribe(at_listen_rate(sound_of(tmp_path / "said.wav")), "en").text.lower()
    assert "artificial intelligence" in heard
    assert sosie("verify", str(tmp_path / "said.wav")).returncode == 0


@pytest.mark.parametrize("text", ["😀😀😀", "\x00\x01", "مرحبا", " "])
def test_what_cannot_be_spoken_is_refused_by_name_and_leaves_nothing(clone: Path, tmp_path: Path, text: str) -> None:
    if "\x00" in text:
        text = text.replace("\x00", "\x02")  # no program can be given a null character
    done = sosie("say", str(clone), text, "-o", str(tmp_path / "said.mp4"))
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_changed_clone_says_nothing(clone: Path, tmp_path: Path) -> None:
    import shutil

    changed = tmp_path / "changed.sosie"
    shutil.copytree(clone, changed)
    (changed / "consent.json").write_text((changed / "consent.json").read_text().replace('"live"', '"love"'))
    done = sosie("say", str(changed), "Good evening.", "-o", str(tmp_path / "said.mp4"))
    assert done.returncode == 4
    assert not (tmp_path / "said.mp4").exists()
