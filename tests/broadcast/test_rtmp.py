"""Pushing to a real nginx-rtmp that dies and comes back, and to servers that misbehave.

The producer runs at four times real time. The longest push is asserted generously, because the machine is shared; what is
excluded is a producer that waits for the network.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sosie.broadcast import ingest, relay
from sosie.broadcast.encode import Encoder
from sosie.broadcast.sinks import record_for
from sosie.broadcast.sinks.file import FileSink
from sosie.broadcast.sinks.rtmp import RtmpSink
from sosie.errors import Theirs
from sosie.mark.aigc import Aigc
from sosie.mark.verify import verify

from .conftest import Encrypted, Nginx, Rude, free_port
from .media import SIZE, decode, permit, picture, tone

pytestmark = [pytest.mark.network, pytest.mark.slow]

FRAME_SECONDS = 0.01
LONGEST_PUSH = 0.5
"""Seconds; measured 0.04 at most, and a producer that waits for a server waits seconds."""


class Producer:
    """Pushes frames at a steady pace until something is so, and remembers the slowest push."""

    def __init__(self, *sinks: RtmpSink | FileSink) -> None:
        self.encoder = Encoder(SIZE)
        self.slowest = 0.0
        for sink in sinks:
            self.encoder.add(sink)

    def until(self, reached: Callable[[], bool], *, seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < end, "it did not come to that"
            self.one()

    def frames(self, n: int) -> None:
        for _ in range(n):
            self.one()

    def one(self) -> None:
        start = time.monotonic()
        n = self.encoder.frames
        assert self.encoder.push(picture(n), tone(n)) == ()
        took = time.monotonic() - start
        self.slowest = max(self.slowest, took)
        time.sleep(max(0.0, FRAME_SECONDS - took))


def rtmp(url: str) -> RtmpSink:
    return RtmpSink(url, permit(), record_for(permit()))


def numbers(columns: list[int]) -> list[int]:
    """Frame numbers modulo the bar's period, from its column."""
    return [round(column / 4) for column in columns]


def test_what_arrives_is_whole_and_carries_the_record(nginx: Nginx) -> None:
    record = record_for(permit())
    sink = RtmpSink(nginx.url(), permit(), record)
    producer = Producer(sink)
    producer.until(lambda: sink.connection.state == "live")
    # A viewer with a player of his own asks what the stream says of itself.
    ffprobe = ["ffprobe", "-v", "error", "-show_entries", "format_tags", "-of", "json", nginx.url()]
    if shutil.which("ffprobe") is not None:
        with subprocess.Popen(ffprobe, stdout=subprocess.PIPE) as viewer:
            producer.until(lambda: viewer.poll() is not None)
            assert viewer.stdout is not None
            tags = json.load(viewer.stdout)["format"]["tags"]
        assert Aigc.from_json(tags["AIGC"]) == record
    producer.frames(100)
    pushed = producer.encoder.frames
    assert producer.encoder.close() == ()
    assert "rtmp-relay" not in [thread.name for thread in threading.enumerate()]
    nginx.kill()
    (recording,) = nginx.recordings()
    columns, sound, _, _ = decode(recording)
    assert len(columns) == pushed
    assert all(abs(column - 4 * n % SIZE[0]) <= 8 for n, column in enumerate(columns))
    assert len(sound) / 48_000 == pytest.approx(pushed / 25, abs=0.1)
    assert verify(recording).health.state == "present"
    assert producer.slowest < LONGEST_PUSH


def test_a_server_that_dies_and_comes_back_gets_the_stream_again(nginx: Nginx, tmp_path: Path) -> None:
    sink = rtmp(nginx.url())
    producer = Producer(sink, FileSink(tmp_path / "a.mp4", permit(), record_for(permit())))
    producer.until(lambda: sink.connection.state == "live")
    producer.frames(50)
    nginx.kill()
    producer.until(lambda: sink.connection.state == "failing")
    assert nginx.url().rpartition("/")[2] not in sink.connection.says
    producer.frames(100)
    nginx.start()
    producer.until(lambda: sink.connection.state == "live")
    producer.frames(100)
    pushed = producer.encoder.frames
    assert producer.encoder.close() == ()
    nginx.kill()
    assert producer.slowest < LONGEST_PUSH
    first, second = (decode(recording, cut=True) for recording in nginx.recordings())
    assert min(len(first[0]), len(second[0])) >= 50
    # Media time went on meanwhile: the second part ends where the show ended.
    assert second[2][-1] == pytest.approx((pushed - 1) / 25, abs=0.1)
    # The recording beside it noticed nothing.
    assert len(decode(tmp_path / "a.mp4")[0]) == pushed


def test_a_key_that_is_not_accepted_is_said_to_be_the_likely_cause(nginx: Nginx) -> None:
    sink = rtmp(nginx.url("closed"))
    producer = Producer(sink)
    producer.until(lambda: sink.connection.state == "failing")
    assert "stream key" in sink.connection.says
    assert "secret-key" not in sink.connection.says
    start = time.monotonic()
    assert producer.encoder.close() == ()
    assert time.monotonic() - start < 4


def test_an_address_that_refuses_is_said_before_anything_is_opened() -> None:
    sink = rtmp(f"rtmp://127.0.0.1:{free_port()}/live/key")
    with pytest.raises(Theirs, match="nothing listens"):
        Encoder(SIZE).add(sink)
    assert sink.connection.state == "connecting"


def test_an_address_that_never_answers_is_said_within_seconds(silent: Rude) -> None:
    start = time.monotonic()
    with pytest.raises(Theirs, match="did not answer within 4 s"):
        Encoder(SIZE).add(rtmp(f"rtmp://127.0.0.1:{silent.port}/live/key"))
    assert time.monotonic() - start < 8


def test_a_server_that_falls_silent_holds_up_neither_the_show_nor_its_end(
    stops_after_hello: Rude, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "ANSWER_SECONDS", 1.0)
    sink = rtmp(f"rtmp://127.0.0.1:{stops_after_hello.port}/live/key")
    producer = Producer(sink)
    producer.until(lambda: sink.connection.state == "failing")
    assert "took no data" in sink.connection.says
    producer.frames(100)
    start = time.monotonic()
    assert producer.encoder.close() == ()
    assert time.monotonic() - start < 4
    assert producer.slowest < LONGEST_PUSH


def test_a_server_that_was_live_and_stops_reading_is_noticed(nginx: Nginx) -> None:
    sink = rtmp(nginx.url())
    producer = Producer(sink)
    producer.until(lambda: sink.connection.state == "live")
    assert nginx.process is not None
    os.kill(nginx.process.pid, signal.SIGSTOP)
    # Small pictures: loopback buffers hold many seconds, so only that nothing stalls can be shown here.
    producer.frames(200)
    os.kill(nginx.process.pid, signal.SIGCONT)
    producer.frames(20)
    assert producer.encoder.close() == ()
    assert producer.slowest < LONGEST_PUSH


def test_an_encrypted_push_arrives_whole(nginx: Nginx, encrypted: Encrypted) -> None:
    sink = rtmp(f"rtmps://127.0.0.1:{encrypted.port}/live/secret-key")
    sink._ingest = replace(sink._ingest, tls=encrypted.trust)
    producer = Producer(sink)
    producer.until(lambda: sink.connection.state == "live")
    producer.frames(100)
    pushed = producer.encoder.frames
    assert producer.encoder.close() == ()
    nginx.kill()
    (recording,) = nginx.recordings()
    assert len(decode(recording)[0]) == pushed


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(encrypted: Encrypted) -> None:
    with pytest.raises(Theirs, match="certificate is not trusted"):
        Encoder(SIZE).add(rtmp(f"rtmps://127.0.0.1:{encrypted.port}/live/secret-key"))


def test_the_probe_is_patient_for_the_documented_time() -> None:
    assert ingest.ANSWER_SECONDS <= 5
