"""The recording is there whatever happens to us."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sosie.broadcast.encode import Encoder
from sosie.broadcast.sinks import record_for
from sosie.broadcast.sinks.file import FileSink
from sosie.broadcast.sinks.mp4 import Mp4Sink
from sosie.errors import YourInput
from sosie.mark.read import read_aigc
from sosie.mark.verify import verify
from sosie.types import FPS

from .media import SIZE, decode, permit, push

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("after_frames", [52, 77, 131])
def test_a_killed_recording_plays_to_within_two_seconds_of_its_end_with_its_marks(
    after_frames: int, tmp_path: Path
) -> None:
    path = tmp_path / "a.mp4"
    command = [sys.executable, "-m", "broadcast.record_until_killed", str(path)]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= after_frames:
                process.kill()
                break
    columns, sound, _, _ = decode(path, cut=True)
    assert len(columns) >= after_frames - 2 * FPS - 1
    assert len(columns) % (2 * FPS) == 0
    assert [abs(column - 4 * n % SIZE[0]) <= 8 for n, column in enumerate(columns)] == [True] * len(columns)
    assert len(sound) / 48_000 == pytest.approx(len(columns) / FPS, abs=0.1)
    assert read_aigc(path) is not None
    assert verify(path).consent.state == "present"


def test_cut_anywhere_after_its_first_two_seconds_it_still_plays(tmp_path: Path) -> None:
    """What a full disk or a power cut leaves: half a fragment at the end."""
    path = tmp_path / "a.mp4"
    encoder = Encoder(SIZE)
    encoder.add(FileSink(path, permit(), record_for(permit())))
    push(encoder, 120)
    encoder.close()
    whole = path.read_bytes()
    first_fragment = whole.index(b"moof", whole.index(b"moof") + 4) - 4
    for end in range(first_fragment, len(whole), 4001):
        path.write_bytes(whole[:end])
        assert read_aigc(path) is not None
        assert len(decode(path, cut=True)[0]) >= 50


def test_a_recording_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"the only recording of last night")
    with pytest.raises(YourInput, match="is there already"):
        Encoder(SIZE).add(FileSink(path, permit(), record_for(permit())))
    assert path.read_bytes() == b"the only recording of last night"


def test_a_video_replaces_an_older_one_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")
    encoder, sink = Encoder(SIZE), Mp4Sink(path, permit(), record_for(permit()))
    encoder.add(sink)
    push(encoder, 30)
    assert path.read_bytes() == b"old"
    encoder.close()
    assert len(decode(path)[0]) == 30
    assert [left.name for left in tmp_path.iterdir()] == ["a.mp4"]


def test_an_abandoned_video_leaves_nothing_behind(tmp_path: Path) -> None:
    encoder, sink = Encoder(SIZE), Mp4Sink(tmp_path / "a.mp4", permit(), record_for(permit()))
    encoder.add(sink)
    push(encoder, 30)
    sink.abandon()
    assert encoder.close() == ()
    assert list(tmp_path.iterdir()) == []
