"""What users give, and what the rest of Sosie may rely on after it was brought in."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import av
import numpy as np
import pytest

from sosie.errors import Theirs, YourInput
from sosie.footage import ingest
from sosie.footage.colour import to_rgb
from sosie.footage.ingest import Footage, bring, kept_size
from sosie.footage.reel import Reel
from sosie.types import SAMPLES_PER_FRAME, VOICE_HZ

from .conftest import MakeVideo


def onsets(footage: Footage) -> list[float]:
    loud = np.flatnonzero(np.abs(footage.audio.samples) > 0.2)
    first = loud[np.flatnonzero(np.diff(loud, prepend=-VOICE_HZ) > VOICE_HZ // 4)]
    return [float(at) / VOICE_HZ for at in first]


def test_a_plain_video_is_kept_at_25_frames_with_its_sound_in_sync(make_video: MakeVideo, tmp_path: Path) -> None:
    source = make_video()
    shares: list[float] = []
    footage = bring(source, tmp_path / "kept", shares.append)
    assert (footage.n_frames, footage.width, footage.height) == (260, 256, 384)
    assert len(footage.audio.samples) == 260 * SAMPLES_PER_FRAME
    assert onsets(footage) == pytest.approx(range(1, 10), abs=0.012)
    assert footage.source_sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert footage.source.fps == pytest.approx(25, abs=0.01)
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["footage.mp4"]


def test_kept_footage_is_marked_and_cheap_to_jump_in(make_video: MakeVideo, tmp_path: Path) -> None:
    footage = bring(make_video(), tmp_path / "kept")
    with av.open(str(footage.video)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (context.colorspace, context.color_range, stream.average_rate) == (1, 1, 25)
        assert not container.streams.audio
        keys = [round(packet.pts * packet.time_base * 25) for packet in container.demux(stream) if packet.is_keyframe]
    assert keys == list(range(0, 260, 12))


def test_reading_from_the_middle_gives_the_same_pictures_as_reading_through(
    make_video: MakeVideo, tmp_path: Path
) -> None:
    footage = bring(make_video(), tmp_path / "kept")
    through = [frame.y for frame in footage.frames()]
    assert len(through) == footage.n_frames
    with Reel(footage.video) as reel:
        for at in (100, 101, 11, 259, 0, 36):
            reel.seek(at)
            assert np.array_equal(reel.read().y, through[at])


@pytest.mark.parametrize("fps", [24, 30, 50, 60])
def test_other_frame_rates_keep_their_length_and_pace(make_video: MakeVideo, tmp_path: Path, fps: int) -> None:
    footage = bring(make_video(fps=fps), tmp_path / "kept")
    assert footage.n_frames == pytest.approx(260, abs=1)
    stripe = [int(np.argmax(frame.y[192].astype(int) > 200)) for frame in footage.frames()]
    moved = (stripe[200] - stripe[100]) % 248  # the stripe moves one pixel a source frame, round and round
    assert moved == pytest.approx(4 * fps, abs=3)


def test_a_variable_frame_rate_does_not_drift(make_video: MakeVideo, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    times = list(np.cumsum(rng.choice([0.02, 0.033, 0.066], 300)))
    footage = bring(make_video(times=times, fps=30, seconds=times[-1]), tmp_path / "kept")
    stripe = [int(np.argmax(frame.y[192].astype(int) > 200)) for frame in footage.frames()]
    for at in (50, 150, 220):
        shown = (stripe[at] - stripe[0]) % 248
        wanted = int(np.argmin(np.abs(np.array(times) - times[0] - at / 25)))
        assert abs(shown - wanted) <= 1


@pytest.mark.parametrize("starts", [0.5, 0.12])
def test_sound_that_starts_late_stays_in_its_place(make_video: MakeVideo, tmp_path: Path, starts: float) -> None:
    footage = bring(make_video(sound_starts=starts), tmp_path / "kept")
    assert onsets(footage)[:8] == pytest.approx([n + starts for n in range(1, 9)], abs=0.03)


@pytest.mark.parametrize(("hz", "layout"), [(44_100, "mono"), (48_000, "mono"), (22_050, "stereo")])
def test_any_usual_sound_becomes_24_khz_mono(make_video: MakeVideo, tmp_path: Path, hz: int, layout: str) -> None:
    footage = bring(make_video(audio_hz=hz, layout=layout), tmp_path / "kept")
    assert footage.audio.rate_hz == VOICE_HZ
    assert onsets(footage) == pytest.approx(range(1, 10), abs=0.012)


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuvj420p", "yuv444p"])
@pytest.mark.parametrize("matrix", [1, 5])
def test_colours_survive_whatever_matrix_and_range_the_file_has(
    make_video: MakeVideo, tmp_path: Path, pix_fmt: str, matrix: int
) -> None:
    footage = bring(make_video(pix_fmt=pix_fmt, matrix=matrix), tmp_path / "kept")
    rgb = to_rgb(next(footage.frames())).astype(int)
    assert rgb[60, 64] == pytest.approx([200, 30, 30], abs=6)
    assert rgb[60, 192] == pytest.approx([30, 200, 30], abs=6)
    assert rgb[320, 64] == pytest.approx([30, 30, 200], abs=6)
    assert rgb[320, 192] == pytest.approx([128, 128, 128], abs=4)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_phone_held_upright_gives_an_upright_picture(make_video: MakeVideo, tmp_path: Path, degrees: int) -> None:
    source = make_video(size=(384, 256))
    turn(source, degrees)
    footage = bring(source, tmp_path / "kept")
    assert (footage.width, footage.height) == ((384, 256) if degrees == 180 else (256, 384))
    rgb = to_rgb(next(footage.frames())).astype(int)
    height, width = rgb.shape[:2]
    # Red is stored top left; turned clockwise by 90, 180, 270 degrees it is seen top right, bottom right, bottom left.
    seen = {
        90: (height // 8, width * 7 // 8),
        180: (height * 7 // 8, width * 7 // 8),
        270: (height * 7 // 8, width // 8),
    }
    assert rgb[seen[degrees]] == pytest.approx([200, 30, 30], abs=8)
    assert footage.source.rotation == (360 - degrees) % 360


def turn(path: Path, degrees_clockwise: int) -> None:
    """Writes a display matrix into the picture track's header, as phones do (ISO 14496-12, tkhd)."""
    a, b, c, d = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}[degrees_clockwise]
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    matrix = np.array([a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30], ">i4")
    data[at : at + 36] = matrix.tobytes()
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((3840, 2160), (1920, 1080)),
        ((2160, 3840), (1080, 1920)),
        ((1080, 1920), (1080, 1920)),
        ((640, 480), (640, 480)),
        ((4000, 1000), (1920, 480)),
        ((1081, 1921), (1080, 1920)),
        ((2000, 2000), (1080, 1080)),
    ],
)
def test_pictures_shrink_to_fit_and_never_grow(given: tuple[int, int], kept: tuple[int, int]) -> None:
    assert kept_size(*given) == kept


def refused(source: Path, folder: Path) -> str:
    with pytest.raises(YourInput) as caught:
        bring(source, folder)
    assert not folder.exists(), "something was left behind"
    return str(caught.value)


def test_bad_files_are_refused_by_name_and_leave_nothing(make_video: MakeVideo, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    text = tmp_path / "notes.mp4"
    text.write_text("not a video, however it is called\n" * 100)
    cut = tmp_path / "cut.mp4"
    whole = make_video(seconds=12).read_bytes()
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    assert "no file 'gone.mp4'" in refused(tmp_path / "gone.mp4", kept)
    assert "notes.mp4 cannot be read as a video" in refused(text, kept)
    assert "cut.mp4 cannot be read as a video" in refused(cut, kept)
    assert "lasts 4.0 s; wanted at least 10 s" in refused(make_video("short.mp4", seconds=4), kept)
    assert "has no sound" in refused(make_video("mute.mp4", sound=False), kept)


def test_a_stream_that_stops_before_its_declared_end_is_refused(make_video: MakeVideo, tmp_path: Path) -> None:
    source = make_video("in.mkv", seconds=14)
    data = source.read_bytes()
    source.write_bytes(data[: int(len(data) * 0.7)])
    message = refused(source, tmp_path / "kept")
    assert "can be read" in message or "cannot be read" in message


def test_hours_of_footage_are_refused_before_they_are_decoded(make_video: MakeVideo, tmp_path: Path) -> None:
    source = make_video(times=[0.0, 0.04, 400.0, 400.04], size=(256, 384))
    assert "wanted at most 300 s" in refused(source, tmp_path / "kept")


def test_a_full_disk_is_said_and_cleaned_up(
    make_video: MakeVideo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_video()
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "mine.txt").write_text("keep me")

    def full(self: object, picture: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ingest.KeptVideo, "write", full)
    with pytest.raises(Theirs, match="is full"):
        bring(source, kept)
    assert [path.name for path in kept.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("transfer", [18, 16])
def test_high_dynamic_range_of_a_phone_becomes_standard(transfer: int) -> None:
    """HLG (18) and PQ (16) in BT.2020: grey stays grey, in order. Above 300 nits PQ is cut off."""
    seen, upright = [], ingest.Upright()
    for level in (300, 502, 620):
        frame = av.VideoFrame(640, 480, "yuv420p10le")
        for plane, value in zip(frame.planes, (level, 512, 512), strict=True):
            np.frombuffer(memoryview(plane), np.uint16)[:] = value
        frame.colorspace, frame.color_range, frame.color_primaries, frame.color_trc = 9, 1, 9, transfer
        seen.append(to_rgb(upright(frame))[100, 100].astype(int))
        assert upright.high_dynamic_range
        assert np.ptp(seen[-1]) <= 3
    assert 30 < seen[0][0] < seen[1][0] < seen[2][0]
