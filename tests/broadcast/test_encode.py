"""One encode: right colours, a keyframe every two seconds, sound in step with the picture to the end."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from sosie.broadcast.encode import Encoder, picture_bits
from sosie.broadcast.sinks import record_for
from sosie.broadcast.sinks.file import FileSink
from sosie.broadcast.sinks.mp4 import Mp4Sink
from sosie.errors import Refused
from sosie.mark.sample import sample_frames
from sosie.stage.compose import Scene, Stage
from sosie.stage.label import Label
from sosie.stage.label_reader import find_label
from sosie.stage.labelled import LabelledFrame
from sosie.types import SAMPLES_PER_FRAME, VOICE_HZ, Bytes, YuvFrame

from .media import SIZE, decode, labelled, permit, picture, push, stage, tone


def recorded(path: Path, n_frames: int) -> Path:
    encoder = Encoder(SIZE)
    encoder.add(Mp4Sink(path, permit(), record_for(permit())))
    push(encoder, n_frames)
    assert encoder.close() == ()
    return path


def test_every_frame_arrives_in_order_at_its_own_time(tmp_path: Path) -> None:
    columns, _, times, _ = decode(recorded(tmp_path / "a.mp4", 130))
    assert [abs(column - 4 * n % SIZE[0]) <= 8 for n, column in enumerate(columns)] == [True] * 130
    assert times == pytest.approx([n / 25 for n in range(130)], abs=1e-4)


def test_the_colours_are_those_of_the_frame_and_are_named(tmp_path: Path) -> None:
    with av.open(str(recorded(tmp_path / "a.mp4", 10))) as container:
        frame = next(container.decode(video=0))
        planes = frame.to_ndarray()
        context = container.streams.video[0].codec_context
        # BT.709 is 1 in H.273; limited range is 1 in FFmpeg.
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
    height, width = SIZE[1], SIZE[0]
    chroma = planes[height:].reshape(2, height // 2, width // 2)
    assert abs(planes[:height].astype(int) - picture(0).frame.y).mean() < 2
    assert chroma[:, height // 4 :].mean((1, 2)) == pytest.approx([110, 150], abs=1)
    assert frame.width == width


def test_keyframes_come_every_two_seconds_and_nowhere_else(tmp_path: Path) -> None:
    with av.open(str(recorded(tmp_path / "a.mp4", 130))) as container:
        keys = [float(p.pts * p.time_base) for p in container.demux(video=0) if p.pts is not None and p.is_keyframe]
    assert keys == [0.0, 2.0, 4.0]


def test_a_click_is_heard_when_it_is_seen(tmp_path: Path) -> None:
    """Sound and picture in step: a flash and a click in frame 60, found within a hundredth of a second."""
    encoder = Encoder(SIZE)
    encoder.add(Mp4Sink(tmp_path / "a.mp4", permit(), record_for(permit())))
    grey, white = (labelled(np.full((SIZE[1], SIZE[0]), level, np.uint8)) for level in (60, 235))
    for n in range(100):
        samples = np.zeros(SAMPLES_PER_FRAME, np.float32)
        if n == 60:
            samples[:48] = 0.9
        encoder.push(white if n == 60 else grey, samples)
    assert encoder.close() == ()
    with av.open(str(tmp_path / "a.mp4")) as container:
        light = [frame.to_ndarray(format="gray").mean() for frame in container.decode(video=0)]
    _, sound, _, _ = decode(tmp_path / "a.mp4")
    assert int(np.argmax(light)) == 60
    assert np.abs(sound).argmax() / 48_000 == pytest.approx(60 / 25, abs=0.01)


def test_the_tone_goes_on_unbroken_to_the_end(tmp_path: Path) -> None:
    _, sound, _, _ = decode(recorded(tmp_path / "a.mp4", 100))
    assert len(sound) / 48_000 == pytest.approx(4.0, abs=0.03)
    spectrum = np.abs(np.fft.rfft(sound[4800 : 3 * 48_000] * np.hanning(3 * 48_000 - 4800)))
    peak = int(spectrum.argmax())
    assert peak * 48_000 / (3 * 48_000 - 4800) == pytest.approx(440, abs=1)
    # A gap or a repeated block would spread the tone; 99 % of the power stays within a few bins of it.
    assert (spectrum[peak - 5 : peak + 6] ** 2).sum() > 0.99 * (spectrum**2).sum()


class SaysItIsLabelled:
    """For ``isinstance`` it is."""

    @property
    def __class__(self) -> type:
        return LabelledFrame

    def __init__(self, frame: YuvFrame) -> None:
        self.frame, self.size = frame, SIZE

    def copy_into(self, y: Bytes, u: Bytes, v: Bytes) -> None:
        y[:], u[:], v[:] = self.frame.y, self.frame.u, self.frame.v


@pytest.mark.parametrize("disguise", [lambda frame: frame, SaysItIsLabelled, lambda frame: picture(0).frame])
def test_what_no_stage_has_labelled_does_not_go_out(disguise: Callable[[YuvFrame], object], tmp_path: Path) -> None:
    half = (SIZE[1] // 2, SIZE[0] // 2)
    bare = YuvFrame(*(np.full(shape, 120, np.uint8) for shape in ((SIZE[1], SIZE[0]), half, half)))
    encoder = Encoder(SIZE)
    with pytest.raises(TypeError, match="only frames with their AI label go out"):
        encoder.push(disguise(bare), tone(0))  # type: ignore[arg-type]
    assert encoder.frames == 0


def test_a_frame_whose_label_was_drawn_over_does_not_go_out(tmp_path: Path) -> None:
    half = (SIZE[1] // 2, SIZE[0] // 2)
    bare = YuvFrame(*(np.full(shape, 120, np.uint8) for shape in ((SIZE[1], SIZE[0]), half, half)))
    kept = bare.y[:]
    covered = stage().draw(bare, Scene("en"))
    kept[:] = 120
    encoder = Encoder(SIZE)
    with pytest.raises(Refused, match="drawn over"):
        encoder.push(covered, tone(0))
    assert encoder.frames == 0


def test_the_label_is_there_to_see_in_what_was_encoded(tmp_path: Path) -> None:
    frames = list(sample_frames(recorded(tmp_path / "a.mp4", 60)))
    assert len(frames) == 5
    assert all(find_label(frame, ["en"]).present for frame in frames)


def test_a_sink_that_comes_later_begins_at_a_keyframe_at_zero(tmp_path: Path) -> None:
    encoder = Encoder(SIZE)
    push(encoder, 30)
    encoder.add(FileSink(tmp_path / "late.mp4", permit(), record_for(permit())))
    push(encoder, 70)
    encoder.close()
    columns, _, times, sound_times = decode(tmp_path / "late.mp4")
    assert len(columns) == 50
    assert abs(columns[0] - 4 * 50 % SIZE[0]) <= 8
    assert times[0] == 0.0
    # One AAC block is 21 ms.
    assert 0 <= sound_times[0] < 0.022


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_sound_that_would_break_the_encoder_is_stopped_before_it(bad: float) -> None:
    samples = tone(0)
    samples[5] = bad
    with pytest.raises(ValueError, match="finite"):
        Encoder(SIZE).push(picture(0), samples)


def test_a_frame_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="240, 320"):
        Encoder(SIZE).push(Stage((320, 240), Label("en", "fictional")).slate("Back soon", "en"), tone(0))


def test_rates_of_the_usual_sizes() -> None:
    assert picture_bits(720, 1280) == 2_500_000
    assert picture_bits(1080, 1920) == picture_bits(1920, 1080) == 4_500_000
    assert picture_bits(180, 320) >= 400_000


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
def test_ffprobe_agrees(tmp_path: Path) -> None:
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json"]
    command.append(str(recorded(tmp_path / "a.mp4", 75)))
    video, audio = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["streams"]
    assert (video["codec_name"], video["nb_read_frames"], video["r_frame_rate"]) == ("h264", "75", "25/1")
    assert (video["color_space"], video["color_range"], video["has_b_frames"]) == ("bt709", "tv", 0)
    assert (audio["codec_name"], audio["sample_rate"], audio["channels"]) == ("aac", "48000", 2)


assert VOICE_HZ == 24_000
