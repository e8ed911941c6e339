"""What a microphone sends arrives at the show's rate, as loud as the clone, whole; and with lips, piece by piece."""

from __future__ import annotations

import numpy as np
import pytest

from sosie.errors import YourInput
from sosie.live.line_in import Level, LineIn
from sosie.live.pieces import AFTER_FRAMES, BEFORE_FRAMES, DELAY_FRAMES, PIECE_FRAMES, Pieces
from sosie.types import N_LIP_NUMBERS, SAMPLES_PER_FRAME, VOICE_HZ, LipShapes, Speech
from sosie.voice.mix import PEAK, TARGET_LUFS, loudness


def pcm(rate_hz: int, seconds: float, *, hz: float = 440.0, level: float = 0.2) -> bytes:
    wave = level * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)
    return (wave * 32767).astype("<i2").tobytes()


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000])
def test_whatever_the_rate_the_tone_stays_and_no_sound_is_lost(rate_hz: int) -> None:
    line, sent = LineIn(rate_hz), pcm(rate_hz, 4)
    # In messages of odd sizes, as a network has them.
    frames = [frame for start in range(0, len(sent), 1_998) for frame in line.push(sent[start : start + 1_998])]
    assert all(frame.shape == (SAMPLES_PER_FRAME,) and frame.dtype == np.float32 for frame in frames)
    assert 4 * 25 - 2 <= len(frames) <= 4 * 25
    sound = np.concatenate(frames)[VOICE_HZ:]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    assert abs(int(spectrum.argmax()) * VOICE_HZ / len(sound) - 440) < 1
    # No click where two messages meet: a sine changes by no more than this from one sample to the next.
    assert np.abs(np.diff(sound)).max() < 1.2 * np.abs(sound).max() * 2 * np.pi * 440 / VOICE_HZ


@pytest.mark.parametrize("level", [0.03, 0.2, 0.9])
def test_a_soft_voice_and_a_loud_one_end_as_loud_as_the_clone(level: float) -> None:
    line = LineIn(VOICE_HZ)
    frames = line.push(pcm(VOICE_HZ, 10, level=level))
    assert abs(loudness(np.concatenate(frames[-75:]), VOICE_HZ) - TARGET_LUFS) < 1.5
    assert max(float(np.abs(frame).max()) for frame in frames) <= PEAK + 1e-6


def test_the_noise_of_a_room_is_not_raised() -> None:
    level, noise = Level(), np.random.default_rng(0).normal(0, 0.001, (200, SAMPLES_PER_FRAME)).astype(np.float32)
    assert np.allclose([level.push(frame) for frame in noise], noise, atol=1e-6)


@pytest.mark.parametrize("rate_hz", [0, -1, 7_999, 96_001])
def test_a_rate_that_no_microphone_has_is_refused(rate_hz: int) -> None:
    with pytest.raises(YourInput, match="Hz"):
        LineIn(rate_hz)


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(YourInput, match="16 bits"):
        LineIn(48_000).push(b"\0\0\0")


class Telling:
    """Lips that say which frame they belong to, and what was heard."""

    def __init__(self) -> None:
        self.heard: list[int] = []

    def shapes(self, speech: Speech) -> LipShapes:
        self.heard.append(speech.n_frames)
        firsts = speech.audio.samples[::SAMPLES_PER_FRAME]
        return LipShapes(np.repeat(firsts[:, None], N_LIP_NUMBERS, axis=1))


def test_each_frame_has_its_own_lips_and_waits_for_no_more_than_is_said() -> None:
    lips = Telling()
    pieces, made = Pieces(lips, "en"), []
    for n in range(100):
        piece = pieces.push(np.full(SAMPLES_PER_FRAME, n / 100, np.float32))
        if piece is not None:
            made.append(piece)
            # Its first frame came DELAY_FRAMES - 1 before this one.
            assert piece.frames[0][0] == np.float32((n - DELAY_FRAMES + 1) / 100)
    sound = [float(frame[0]) for piece in made for frame in piece.frames]
    assert np.allclose(sound, np.arange(len(sound)) / 100)
    assert len(sound) > 100 - DELAY_FRAMES - PIECE_FRAMES
    assert np.allclose(np.concatenate([piece.shapes.numbers[:, 0] for piece in made]), sound)
    assert max(lips.heard) == BEFORE_FRAMES + PIECE_FRAMES + AFTER_FRAMES
