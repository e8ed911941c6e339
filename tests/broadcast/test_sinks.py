"""What every sink that writes files keeps to. RTMP keeps to the same in test_rtmp.py, where there is a server."""

from __future__ import annotations

import itertools
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from sosie.broadcast.encode import Encoder, SinkLost
from sosie.broadcast.sinks import EncodedPacket, EncodedStreams, Sink, cleared, record_for
from sosie.broadcast.sinks.file import FileSink
from sosie.broadcast.sinks.hls import HlsSink
from sosie.broadcast.sinks.mp4 import Mp4Sink
from sosie.broadcast.sinks.rtmp import RtmpSink
from sosie.broadcast.sinks.wav import write_wav
from sosie.consent.gate import Permit
from sosie.errors import Refused, SosieError, Theirs, YourInput
from sosie.mark.aigc import Aigc
from sosie.mark.read import read_aigc
from sosie.mark.verify import verify
from sosie.mark.wav import wav_bytes
from sosie.types import Audio

from .media import SIZE, decode, labelled, measurement_permit, packet_times, permit, picture, push, tone

Make = Callable[[Path, Permit, Aigc], Sink]


def hls(path: Path, allowed: Permit, record: Aigc) -> Sink:
    return HlsSink(path.parent, allowed, record, window=0)


MAKERS: dict[str, tuple[str, Make]] = {
    "file": ("a.mp4", FileSink),
    "mp4": ("a.mp4", Mp4Sink),
    "hls": ("hls/live.m3u8", hls),
}
every_sink = pytest.mark.parametrize(("name", "make"), MAKERS.values(), ids=MAKERS)


@dataclass
class Breaking:
    """A sink whose disk fills up at its ``after``-th packet."""

    after: int
    name: str = "breaking"
    closing: SosieError = field(default_factory=lambda: Theirs("the disk is still full"))
    seen: list[int] = field(default_factory=list)
    closed: int = 0

    def open(self, streams: EncodedStreams) -> None:
        return

    def write(self, packet: EncodedPacket) -> None:
        self.seen.append(packet.pts)
        # As a real muxer does, it leaves its own times on the packet.
        packet.packet.pts = packet.packet.dts = 10**9
        if len(self.seen) >= self.after:
            raise Theirs("the disk is full")

    def close(self) -> None:
        self.closed += 1
        raise self.closing


@every_sink
def test_all_that_was_pushed_is_there_in_order_without_a_gap(name: str, make: Make, tmp_path: Path) -> None:
    path, record = tmp_path / name, record_for(permit())
    encoder = Encoder(SIZE)
    encoder.add(make(path, permit(), record))
    push(encoder, 130)
    assert encoder.close() == ()
    columns, sound, _, _ = decode(path)
    assert [abs(column - 4 * n % SIZE[0]) <= 8 for n, column in enumerate(columns)] == [True] * 130
    assert len(sound) / 48_000 == pytest.approx(130 / 25, abs=0.05)
    pictures, sounds = packet_times(path)
    assert [b - a for a, b in itertools.pairwise(pictures)] == pytest.approx([0.04] * 129, abs=1e-3)
    assert [b - a for a, b in itertools.pairwise(sounds)] == pytest.approx(
        [1024 / 48_000] * (len(sounds) - 1), abs=1e-3
    )
    assert read_aigc(path) == record
    report = verify(path)
    assert not report.broken
    assert permit().consent_id in report.consent.says


@every_sink
def test_closing_is_quick(name: str, make: Make, tmp_path: Path) -> None:
    encoder = Encoder(SIZE)
    encoder.add(make(tmp_path / name, permit(), record_for(permit())))
    push(encoder, 60)
    start = time.monotonic()
    encoder.close()
    # Generous: it takes milliseconds; what is excluded is waiting for something.
    assert time.monotonic() - start < 2


@every_sink
def test_a_sink_that_fails_does_not_touch_the_others(name: str, make: Make, tmp_path: Path) -> None:
    encoder = Encoder(SIZE)
    breaking = Breaking(after=40)
    encoder.add(breaking)
    encoder.add(make(tmp_path / name, permit(), record_for(permit())))
    lost = [loss for n in range(100) for loss in encoder.push(picture(n), tone(n))]
    assert [(loss.sink, str(loss.error)) for loss in lost] == [(breaking, "the disk is full.")]
    assert (len(breaking.seen), breaking.closed) == (40, 1)
    assert encoder.close() == ()
    columns, _, times, _ = decode(tmp_path / name)
    assert len(columns) == 100
    assert times == pytest.approx([n / 25 for n in range(100)], abs=1e-3)


@pytest.mark.parametrize("error", [Theirs("full"), YourInput("gone"), Refused("no")])
def test_whatever_a_sink_says_while_closing_the_others_are_closed(error: SosieError, tmp_path: Path) -> None:
    encoder = Encoder(SIZE)
    failing, ending = Breaking(after=10, closing=error), Breaking(after=10**9, closing=error)
    for sink in (failing, ending, Mp4Sink(tmp_path / "a.mp4", permit(), record_for(permit()))):
        encoder.add(sink)
    lost = [loss.sink for n in range(25) for loss in encoder.push(picture(n), tone(n))]
    assert lost == [failing]
    assert encoder.close() == (SinkLost(ending, error),)
    assert (failing.closed, ending.closed) == (1, 1)
    assert len(decode(tmp_path / "a.mp4")[0]) == 25


@every_sink
def test_a_sink_can_leave_early(name: str, make: Make, tmp_path: Path) -> None:
    encoder = Encoder(SIZE)
    early = make(tmp_path / "early" / name, permit(), record_for(permit()))
    (tmp_path / "early").mkdir()
    encoder.add(early)
    push(encoder, 60)
    encoder.remove(early)
    push(encoder, 60)
    assert encoder.close() == ()
    assert len(decode(tmp_path / "early" / name)[0]) == 60


@every_sink
def test_what_was_made_for_measuring_says_so(name: str, make: Make, tmp_path: Path) -> None:
    encoder = Encoder(SIZE)
    encoder.add(make(tmp_path / name, measurement_permit(), record_for(measurement_permit())))
    push(encoder, 55)
    assert encoder.close() == ()
    assert "MEASUREMENT ONLY" in verify(tmp_path / name).consent.says


@every_sink
def test_a_folder_that_cannot_be_written_is_said_by_name(name: str, make: Make, tmp_path: Path) -> None:
    (tmp_path / "wall").write_text("a file where a folder should be")
    with pytest.raises(YourInput, match="cannot be written"):
        Encoder(SIZE).add(make(tmp_path / "wall" / name, permit(), record_for(permit())))


def every_opening(path: Path, allowed: Permit, record: Aigc) -> list[Callable[[], object]]:
    beep = Audio(tone(0), 24_000)
    makers = [lambda make=make: make(path, allowed, record) for _, make in MAKERS.values()]
    return [
        *makers,
        lambda: RtmpSink("rtmp://127.0.0.1/live/key", allowed, record),
        lambda: write_wav(path, beep, allowed, record),
    ]


@pytest.mark.parametrize("index", range(5))
def test_nothing_opens_with_a_record_of_another_consent(index: int, tmp_path: Path) -> None:
    for record in (
        record_for(measurement_permit()),
        replace(record_for(permit()), reserved1=""),
        replace(record_for(permit()), label="3"),
    ):
        with pytest.raises(Refused, match="does not belong to this consent permit"):
            every_opening(tmp_path / "a", permit(), record)[index]()
    assert list(tmp_path.iterdir()) == []


def test_a_measurement_permit_stays_on_this_machine() -> None:
    allowed = measurement_permit()
    RtmpSink("rtmp://127.0.0.1/live/key", allowed, record_for(allowed))
    for far in ("rtmp://192.0.2.1/live/key", "rtmp://localhost.example.org/live/key", "rtmps://a.rtmp.youtube.com/x/y"):
        with pytest.raises(Refused, match="does not open this output"):
            RtmpSink(far, allowed, record_for(allowed))


def test_a_permit_for_ones_own_server_is_none_for_a_platform() -> None:
    with pytest.raises(Refused, match="does not open this output"):
        cleared(permit(), record_for(permit()), "rtmps://a.rtmps.youtube.com/live2/key")


def test_a_permit_cannot_be_made_up(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not given by the consent gate"):
        replace(measurement_permit(), kind="person", platforms=("own",))


def test_a_muxer_that_drops_the_record_is_found_out_and_the_file_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sosie.broadcast.sinks.mp4._OPTIONS", {"movflags": "faststart"})
    encoder = Encoder(SIZE)
    encoder.add(Mp4Sink(tmp_path / "a.mp4", permit(), record_for(permit())))
    push(encoder, 10)
    (loss,) = encoder.close()
    assert "did not arrive" in str(loss.error)
    assert list(tmp_path.iterdir()) == []


def test_a_recording_that_drops_the_record_is_found_out_at_its_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sosie.broadcast.sinks.file._OPTIONS", {"movflags": "frag_keyframe+empty_moov"})
    encoder = Encoder(SIZE)
    encoder.add(FileSink(tmp_path / "a.mp4", permit(), record_for(permit())))
    errors: list[SosieError] = [loss.error for n in range(60) for loss in encoder.push(picture(n), tone(n))]
    assert len(errors) == 1
    assert "did not arrive" in str(errors[0])
    assert list(tmp_path.iterdir()) == []


def test_wav_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beep, record = Audio(tone(0), 24_000), record_for(permit())
    write_wav(tmp_path / "a.wav", beep, permit(), record)
    assert read_aigc(tmp_path / "a.wav") == record
    assert (tmp_path / "a.wav").read_bytes() == wav_bytes(beep, record)
    monkeypatch.setattr(
        "sosie.broadcast.sinks.wav.wav_bytes", lambda audio, record: wav_bytes(audio, record_for(permit()))
    )
    with pytest.raises(Theirs, match="did not arrive"):
        write_wav(tmp_path / "b.wav", beep, permit(), record)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


@every_sink
def test_a_full_disk_is_said_and_the_show_goes_on(name: str, make: Make, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk."""
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    grain = np.random.default_rng(0)
    encoder = Encoder(SIZE, bits=2_000_000)
    encoder.add(make(tmp_path / name, permit(), record_for(permit())))
    lost: list[SinkLost] = []
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, unlimited[1]))
    try:
        for n in range(160):
            frame = labelled(grain.integers(16, 235, (SIZE[1], SIZE[0]), np.uint8))
            lost += encoder.push(frame, tone(n))
        lost += encoder.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert len(lost) == 1
    assert "more room" in str(lost[0].error)
