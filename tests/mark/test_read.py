"""Written in every format that keeps it, the record is found again; and an independent reader finds the same."""

from __future__ import annotations

import contextlib
import json
import shutil
import struct
import subprocess
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosie.errors import SosieError, Theirs, YourInput
from sosie.mark.aigc import Aigc, BrokenRecord, ConsentReference
from sosie.mark.read import aigc_texts, read_aigc, read_back
from sosie.mark.wav import wav_bytes
from sosie.types import Audio

from .making import SOUND, VIDEO, make

RECORD = Aigc.first(ConsentReference("person-1", "ab" * 32, "person"), produce_id="n-1")
MARKED = {"AIGC": RECORD.to_json()}
BEEP = Audio(np.sin(np.arange(2401) / 5).astype(np.float32), 24_000)


@pytest.mark.parametrize("name", [*VIDEO, *SOUND])
def test_the_record_is_read_from_every_format_that_keeps_it(name: str, tmp_path: Path) -> None:
    path = make(tmp_path / name, MARKED, picture=name in VIDEO, options={**VIDEO, **SOUND}[name])
    assert read_aigc(path) == RECORD


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
@pytest.mark.parametrize("name", ["a.mp4", "fragmented.mp4", "a.mkv", "a.flv", "a.mp3"])
def test_ffprobe_reads_the_same(name: str, tmp_path: Path) -> None:
    path = make(tmp_path / name, MARKED, picture=name in VIDEO, options={**VIDEO, **SOUND}[name])
    command = ["ffprobe", "-v", "error", "-show_entries", "format_tags", "-of", "json", str(path)]
    tags = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["format"]["tags"]
    assert Aigc.from_json(tags["AIGC"]) == RECORD


def test_an_mp4_written_without_the_flag_has_silently_lost_it(tmp_path: Path) -> None:
    """The trap that `read_back` is there for."""
    path = make(tmp_path / "a.mp4", MARKED)
    assert read_aigc(path) is None
    with pytest.raises(Theirs, match="did not arrive"):
        read_back(path, RECORD)
    assert not path.exists()


def test_read_back_removes_a_file_with_another_record_and_keeps_the_right_one(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", MARKED, options=VIDEO["a.mp4"])
    read_back(path, RECORD)
    assert path.exists()
    with pytest.raises(Theirs):
        read_back(path, replace(RECORD, produce_id="n-2"))
    assert not path.exists()


def test_two_records_are_one_too_many(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", {**MARKED, "TC260.AIGC": RECORD.to_json()}, options=VIDEO["a.mp4"])
    with pytest.raises(BrokenRecord, match="2 AIGC records"):
        read_aigc(path)


def test_wav_keeps_it_in_a_chunk_and_other_readers_play_the_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav_bytes(BEEP, RECORD))
    assert read_aigc(path) == RECORD
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, 24_000, 2)
        pcm = np.frombuffer(file.readframes(99_999), "<i2")
    # Half a step of 16 bits, and the last bit of scaling by 32767.
    assert np.abs(pcm / 32767 - BEEP.samples).max() < 1 / 32767


def test_wav_of_another_maker_may_keep_it_in_a_comment(tmp_path: Path) -> None:
    comment = f"made by X {RECORD.to_json()}".encode() + b"\0"
    info = b"INFO" + struct.pack("<4sI", b"ICMT", len(comment)) + comment + b"\0" * (len(comment) % 2)
    body = b"WAVE" + struct.pack("<4sI", b"LIST", len(info)) + info
    path = tmp_path / "a.wav"
    path.write_bytes(struct.pack("<4sI", b"RIFF", len(body)) + body)
    assert read_aigc(path) == RECORD


def test_a_playlist_is_read_by_its_init_segment_and_leads_nowhere_else(tmp_path: Path) -> None:
    make(tmp_path / "init.mp4", MARKED, options=VIDEO["fragmented.mp4"])
    folder = tmp_path / "inner"
    folder.mkdir()
    make(folder / "init.mp4", MARKED, options=VIDEO["fragmented.mp4"])
    playlist = folder / "live.m3u8"
    playlist.write_text('#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:2,\n0.m4s\n')
    assert read_aigc(playlist) == RECORD
    playlist.write_text('#EXTM3U\n#EXT-X-MAP:URI="../init.mp4"\n')
    assert aigc_texts(playlist) == ()


@pytest.mark.parametrize("content", [b"", b"hello, this is no media file", b"\0" * 4096])
def test_what_is_no_media_file_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(YourInput, match=r"a\.mp4"):
        read_aigc(path)
    with pytest.raises(YourInput, match="cannot be read"):
        read_aigc(tmp_path / "nothing.mp4")


def test_boxes_nested_a_million_deep_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    depth = 20_000
    boxes = b"".join(struct.pack(">I4s", 8 * (depth - n), b"moov") for n in range(depth))
    path.write_bytes(struct.pack(">I4s8s", 16, b"ftyp", b"isom\0\0\0\0") + boxes)
    assert read_aigc(path) is None


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    made = make(folder / "a.mp4", MARKED, options=VIDEO["fragmented.mp4"]).read_bytes()
    return {"a.mp4": made, "a.wav": wav_bytes(BEEP, RECORD)}


@pytest.mark.parametrize("name", ["a.mp4", "a.wav"])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_cut_and_scribbled_files_give_the_record_nothing_or_a_sentence(
    name: str, whole: dict[str, bytes], data: st.DataObject, tmp_path: Path
) -> None:
    """Never a crash, never a hang, never another record than the one that was written or a visibly broken one."""
    content = bytearray(whole[name][: data.draw(st.integers(0, len(whole[name])))])
    if content:
        for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
            content[place] = data.draw(st.integers(0, 255))
    path = tmp_path / name
    path.write_bytes(content)
    with contextlib.suppress(SosieError):
        read_aigc(path)
