"""HLS as a player sees it, while it runs and when it has ended."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sosie.broadcast.encode import Encoder
from sosie.broadcast.sinks import record_for
from sosie.broadcast.sinks.hls import HlsSink
from sosie.errors import Theirs
from sosie.mark.read import read_aigc

from .media import SIZE, decode, permit, picture, push, tone


def test_the_window_rolls_and_old_segments_go(tmp_path: Path) -> None:
    record = record_for(permit())
    sink = HlsSink(tmp_path, permit(), record, window=3)
    encoder = Encoder(SIZE)
    encoder.add(sink)
    push(encoder, 501)
    text = sink.playlist.read_text()
    segments = [line for line in text.splitlines() if line.endswith(".m4s")]
    assert len(segments) == 3
    assert all((tmp_path / segment).is_file() for segment in segments)
    # The window, one that players may still be fetching, and the one being written.
    assert len(list(tmp_path.glob("*.m4s"))) <= 5
    assert "#EXT-X-TARGETDURATION:2" in text
    assert "#EXT-X-ENDLIST" not in text
    assert read_aigc(sink.playlist) == record
    assert encoder.close() == ()
    assert sink.playlist.read_text().rstrip().endswith("#EXT-X-ENDLIST")


def test_a_running_playlist_plays(tmp_path: Path) -> None:
    sink = HlsSink(tmp_path, permit(), record_for(permit()))
    encoder = Encoder(SIZE)
    encoder.add(sink)
    push(encoder, 203)  # a segment is closed by the packets after it
    # What is on disk now, as a player that fetches it once gets it: ended here so that PyAV does not wait for more.
    frozen = tmp_path / "frozen.m3u8"
    frozen.write_text(sink.playlist.read_text() + "#EXT-X-ENDLIST\n")
    columns, sound, _, _ = decode(frozen)
    assert len(columns) == 200
    assert abs(columns[0]) <= 8
    assert 7.9 < len(sound) / 48_000 < 8.1
    encoder.close()


def test_segments_of_an_earlier_stream_are_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "00000099.m4s").write_bytes(b"old")
    (tmp_path / "poster.png").write_bytes(b"somebody's own file")
    encoder = Encoder(SIZE)
    encoder.add(HlsSink(tmp_path, permit(), record_for(permit())))
    push(encoder, 60)
    encoder.close()
    assert not (tmp_path / "00000099.m4s").exists()
    assert (tmp_path / "poster.png").exists()


def test_a_folder_that_is_taken_away_is_lost_in_a_sentence(tmp_path: Path) -> None:
    sink = HlsSink(tmp_path / "hls", permit(), record_for(permit()))
    encoder = Encoder(SIZE)
    encoder.add(sink)
    push(encoder, 110)
    shutil.rmtree(tmp_path / "hls")
    (loss,) = encoder.close()
    assert loss.sink is sink
    assert isinstance(loss.error, Theirs)
    assert "HLS in hls cannot be written any further" in str(loss.error)


def test_a_segment_that_is_taken_away_is_lost_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(segment: Path) -> bool:
        raise FileNotFoundError(2, "No such file or directory", str(segment))

    monkeypatch.setattr("sosie.broadcast.sinks.hls.is_whole", gone)
    sink = HlsSink(tmp_path, permit(), record_for(permit()))
    encoder = Encoder(SIZE)
    encoder.add(sink)
    lost = [loss for n in range(130) for loss in encoder.push(picture(n), tone(n))]
    assert [(loss.sink, type(loss.error)) for loss in lost] == [(sink, Theirs)]
    assert encoder.close() == ()
