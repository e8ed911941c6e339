"""Does `sosie check` name what is wrong? python benchmarks/spoiled.py CLIP... [--faults dark/echo]

Each clip is spoiled in every way below, one at a time, and checked. A fault counts as named when the finding made for it is not
good although it was good for the clip as it is. One JSON line a clip and fault, then one with the shares, the alarms that the
clips raised as they are, and the machine. Nothing is kept: all is written into a temporary folder.

Pictures are spoiled after the clip was brought to 25 frames a second, written as `ingest.py` writes them and tracked again; sound
goes through AAC at 128 kb/s. Beside each forecast stands the row of `sosie bench likeness` that needs no film.
About 20 s a picture fault and 8 s a sound fault for a clip of 20 s at 1080x1920.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import fftconvolve

from sosie.bench.speaking import five_blocks
from sosie.engines.kokoro import Kokoro
from sosie.engines.litert_face import LiteRtFaceTracker
from sosie.engines.whisper_encoder import WhisperEncoder
from sosie.errors import BadFootage
from sosie.footage.ingest import Footage, KeptVideo, bring
from sosie.footage.track import eye_distance, track_footage
from sosie.make import Looked, judge
from sosie.models import weights
from sosie.types import FPS, SAMPLES_PER_FRAME, VOICE_HZ, Audio, FaceTrack, Floats, Utterance, YuvFrame
from sosie.voice.likeness_judge import at_listen_rate
from sosie.voice.pitch import median_pitch, pitch_curve
from sosie.voice.style import stock_style

Draw = Callable[[YuvFrame, int], YuvFrame]
Spans = tuple[tuple[float, float], ...]
QUESTION = (
    "And what does it cost if I order two of them today? My sister asked me whether you ship to the islands as well, "
    "because she lives there."
)
BANDS = ((0.3, 0.42), (0.7, 0.82))
"""Shares of the clip in which a fault that comes and goes is there."""


@dataclass(frozen=True)
class Spoiled:
    footage: Footage
    track: FaceTrack | None
    """None: the pictures changed and are to be tracked again."""
    where: Spans = ()
    """Seconds in which the fault is; empty when it is everywhere."""


@dataclass(frozen=True)
class Fault:
    expected: tuple[str, ...]
    """Names of the findings that name it; one of them is enough."""
    spoil: Callable[[Looked, Path], Spoiled]


# --- pictures ------------------------------------------------------------------------------------------------------------


def redrawn(good: Looked, folder: Path, draw: Draw, where: Spans = (), keep: Sequence[int] | None = None) -> Spoiled:
    """The clip with every picture drawn anew, written as footage is kept; ``keep``: the frames that are left."""
    video = folder / "footage.mp4"
    kept = set(range(good.footage.n_frames) if keep is None else keep)
    samples = good.footage.audio.samples.reshape(-1, SAMPLES_PER_FRAME)
    with KeptVideo(video) as writer:
        for n, frame in enumerate(good.footage.frames()):
            if n in kept:
                writer.write(draw(frame, n))
    sound = Audio(np.ascontiguousarray(samples[sorted(kept)]).reshape(-1), VOICE_HZ)
    return Spoiled(replace(good.footage, video=video, audio=sound, n_frames=len(kept)), None, where)


def bands(good: Looked) -> tuple[set[int], Spans]:
    """Frames and seconds of BANDS."""
    n = good.footage.n_frames
    spans = [(round(a * n), round(b * n)) for a, b in BANDS]
    return {f for a, b in spans for f in range(a, b)}, tuple((a / FPS, b / FPS) for a, b in spans)


def planes(frame: YuvFrame, change: Callable[[np.ndarray, int], np.ndarray]) -> YuvFrame:
    """``change`` gets a plane and how much smaller than the luma it is."""
    return YuvFrame(*(np.ascontiguousarray(change(p, s)) for p, s in ((frame.y, 1), (frame.u, 2), (frame.v, 2))))


def lit(gain: float, noise: float) -> Callable[[Looked, Path], Spoiled]:
    def spoil(good: Looked, folder: Path) -> Spoiled:
        # Drawn once, at another place in each picture.
        grains = np.random.default_rng(0).normal(0, noise, (good.footage.height, good.footage.width)).astype(np.float32)

        def draw(frame: YuvFrame, n: int) -> YuvFrame:
            grain = np.roll(grains, (37 * n, 101 * n), axis=(0, 1))
            luma = np.clip((frame.y.astype(np.float32) - 16) * gain + 16 + grain, 16, 235).astype(np.uint8)
            faded = [
                np.clip((p.astype(np.float32) - 128) * min(gain, 1) + 128, 16, 240).astype(np.uint8)
                for p in (frame.u, frame.v)
            ]
            return YuvFrame(luma, *faded)

        return redrawn(good, folder, draw)

    return spoil


def one_sided(good: Looked, folder: Path) -> Spoiled:
    """A lamp from the side that is brighter already."""
    first = next(good.footage.frames()).y.astype(float)
    (left, top), (right, bottom) = (edge(good.track.points[0, :, :2], axis=0).astype(int) for edge in (np.min, np.max))
    nose = int(good.track.points[0, 1, 0])
    side = np.sign(first[top:bottom, left:nose].mean() - first[top:bottom, nose:right].mean())

    def draw(frame: YuvFrame, n: int) -> YuvFrame:
        middle = good.track.points[n, 1, 0]
        eyes = float(eye_distance(good.track.points[n]))
        light = 0.15 + 1.0 / (1 + np.exp(side * (np.arange(frame.width) - middle) / (0.1 * eyes)))
        luma = np.clip((frame.y.astype(np.float32) - 16) * light + 16, 16, 235).astype(np.uint8)
        return YuvFrame(luma, frame.u, frame.v)

    return redrawn(good, folder, draw)


def out_of_focus(good: Looked, folder: Path) -> Spoiled:
    sigma = 0.03 * float(np.median(eye_distance(good.track.points)))
    return redrawn(good, folder, lambda frame, n: planes(frame, lambda p, s: cv2.GaussianBlur(p, (0, 0), sigma / s)))


def smeared(good: Looked, folder: Path) -> Spoiled:
    """Blur of movement, 0.15 eye distances long, in two fifths of the time."""
    length = 0.15 * float(np.median(eye_distance(good.track.points)))
    n_frames = good.footage.n_frames
    spans = tuple((a * n_frames / FPS, b * n_frames / FPS) for a, b in ((0.2, 0.4), (0.6, 0.8)))

    def draw(frame: YuvFrame, n: int) -> YuvFrame:
        if not any(a <= n / FPS < b for a, b in spans):
            return frame

        def smear(plane: np.ndarray, smaller: int) -> np.ndarray:
            size = max(3, round(length / smaller) | 1)
            return cv2.filter2D(plane, -1, np.full((1, size), 1 / size, np.float32))

        return planes(frame, smear)

    return redrawn(good, folder, draw, spans)


def moved(matrix: np.ndarray, border: int, shade: tuple[int, int, int] = (90, 128, 128)) -> Draw:
    """``matrix`` (2, 3): from the good picture to the spoiled one, pixels of the luma."""

    def draw(frame: YuvFrame, n: int) -> YuvFrame:
        def move(plane: np.ndarray, smaller: int, fill: int) -> np.ndarray:
            own = matrix.copy()
            own[:, 2] /= smaller
            size = (plane.shape[1], plane.shape[0])
            return cv2.warpAffine(plane, own, size, flags=cv2.INTER_AREA, borderMode=border, borderValue=fill)

        parts = ((frame.y, 1, shade[0]), (frame.u, 2, shade[1]), (frame.v, 2, shade[2]))
        return YuvFrame(*(np.ascontiguousarray(move(*part)) for part in parts))

    return draw


def far(good: Looked, folder: Path) -> Spoiled:
    """The whole picture small in the middle of a grey one: 55 pixels between the eyes, twice shrunk so that nothing aliases."""
    scale = 55 / float(np.median(eye_distance(good.track.points)))
    width, height = good.footage.width, good.footage.height
    matrix = np.float32([[scale, 0, width * (1 - scale) / 2], [0, scale, height * (1 - scale) / 2]])
    shrink = moved(matrix, cv2.BORDER_CONSTANT)
    sigma = 0.4 / scale

    def draw(frame: YuvFrame, n: int) -> YuvFrame:
        return shrink(planes(frame, lambda p, s: cv2.GaussianBlur(p, (0, 0), sigma)), n)

    return redrawn(good, folder, draw)


def shaken(good: Looked, folder: Path) -> Spoiled:
    """A trembling hand: 1 % of the width, root mean square, 2 to 7 times a second."""
    walk = gaussian_filter1d(np.random.default_rng(0).normal(size=(good.footage.n_frames, 2)), 1.2, axis=0)
    walk -= gaussian_filter1d(walk, 6, axis=0)
    walk *= 0.01 * good.footage.width / walk.std()

    def draw(frame: YuvFrame, n: int) -> YuvFrame:
        return moved(np.float32([[1, 0, walk[n, 0]], [0, 1, walk[n, 1]]]), cv2.BORDER_REFLECT)(frame, n)

    return redrawn(good, folder, draw)


def covered(good: Looked, folder: Path) -> Spoiled:
    """A dark thing, as large as a hand, before the mouth."""
    inside, spans = bands(good)

    def draw(frame: YuvFrame, n: int) -> YuvFrame:
        if n not in inside:
            return frame
        x, y = good.track.points[n, 13, :2]
        eyes = float(eye_distance(good.track.points[n]))
        copy = frame.copy()
        for plane, smaller, shade in ((copy.y, 1, 60), (copy.u, 2, 120), (copy.v, 2, 136)):
            box = (
                ((x + 0.1 * eyes) / smaller, (y + 0.1 * eyes) / smaller),
                (0.95 * eyes / smaller, 0.65 * eyes / smaller),
                20.0,
            )
            cv2.ellipse(plane, box, shade, -1, cv2.LINE_AA)
        return copy

    return redrawn(good, folder, draw, spans)


def away(good: Looked, folder: Path) -> Spoiled:
    """Nobody in the picture for an eighth of the time."""
    n_frames = good.footage.n_frames
    first, last = round(0.5 * n_frames), round(0.62 * n_frames)

    def draw(frame: YuvFrame, n: int) -> YuvFrame:
        if not first <= n < last:
            return frame
        return planes(frame, lambda plane, s: np.full_like(plane, 90 if s == 1 else 128))

    return redrawn(good, folder, draw, ((first / FPS, last / FPS),))


def cut(good: Looked, folder: Path) -> Spoiled:
    """A second and a half cut out of picture and sound, at two places."""
    n, gone = good.footage.n_frames, round(1.5 * FPS)
    first, second = round(0.33 * n), round(0.66 * n)
    keep = [k for k in range(n) if not first <= k < first + gone and not second <= k < second + gone]
    at = (first / FPS, (second - gone) / FPS)
    return redrawn(good, folder, lambda frame, k: frame, tuple((t - 0.1, t + 0.1) for t in at), keep)


# --- sound ---------------------------------------------------------------------------------------------------------------


def through_aac(samples: Floats) -> Floats:
    """As a camera keeps sound; the coder's own delay is taken out."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as media:
        stream = media.add_stream("aac", rate=48_000, layout="mono", options={"b": "128k"})
        resampler = av.AudioResampler("fltp", "mono", 48_000)
        frame = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), format="fltp", layout="mono")
        frame.rate, frame.pts, frame.time_base = VOICE_HZ, 0, Fraction(1, VOICE_HZ)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            media.mux(stream.encode(piece))
        media.mux(stream.encode(None))
    file.seek(0)
    back = av.AudioResampler("flt", "mono", VOICE_HZ)
    with av.open(file) as media:
        heard = [piece.to_ndarray().ravel() for one in [*media.decode(audio=0), None] for piece in back.resample(one)]
    whole = np.concatenate(heard)[: len(samples)]
    return np.clip(np.pad(whole, (0, len(samples) - len(whole))), -1, 1).astype(np.float32)


def resounded(
    change: Callable[[np.ndarray, np.random.Generator], np.ndarray], where: Spans = ()
) -> Callable[[Looked, Path], Spoiled]:
    def spoil(good: Looked, folder: Path) -> Spoiled:
        changed = np.clip(change(good.footage.audio.samples.astype(float), np.random.default_rng(1)), -1, 1)
        return Spoiled(replace(good.footage, audio=Audio(through_aac(changed), VOICE_HZ)), good.track, where)

    return spoil


def speech_level(samples: np.ndarray) -> float:
    """Root mean square of the loud tenth."""
    pieces = samples[: len(samples) // 1200 * 1200].reshape(-1, 1200)
    return float(np.sqrt(np.percentile((pieces**2).mean(axis=1), 90)))


def under(samples: np.ndarray, other: np.ndarray, decibel: float) -> np.ndarray:
    """``other`` mixed in, so many decibels above the speech."""
    return samples + other / np.sqrt((other**2).mean()) * speech_level(samples) * 10 ** (decibel / 20)


def street(samples: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Pink noise, 10 dB below the speech."""
    spectrum = np.fft.rfft(chance.normal(size=len(samples)))
    bins = np.arange(len(spectrum)) + 1
    return under(samples, np.fft.irfft(spectrum / np.sqrt(np.maximum(bins, len(bins) / 200)), len(samples)), -10)


def too_loud(samples: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Twice over full scale at the loudest half per cent, then turned down by half."""
    return 0.5 * np.clip(2 * samples / np.percentile(np.abs(samples), 99.5), -1, 1)


def quiet(samples: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    return 0.07 * samples


def room(seconds: float) -> Callable[[np.ndarray, np.random.Generator], np.ndarray]:
    def spoil(samples: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """A bare room: noise that falls by 60 dB in ``seconds``, together as strong as the direct sound."""
        n = round(1.2 * seconds * VOICE_HZ)
        tail = chance.normal(size=n) * 10 ** (-3 * np.arange(n) / VOICE_HZ / seconds)
        tail[: round(0.005 * VOICE_HZ)] = 0
        tail /= np.sqrt((tail**2).sum())
        tail[0] = 1
        wet = fftconvolve(samples, tail)[: len(samples)]
        return wet / np.abs(wet).max() * np.abs(samples).max()

    return spoil


def repeated(samples: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Once more after 0.18 s, at half the height."""
    late = round(0.18 * VOICE_HZ)
    wet = samples.copy()
    wet[late:] += 0.5 * samples[:-late]
    return wet / np.abs(wet).max() * np.abs(samples).max()


def song(samples: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Four chords, struck twice a second, with a drum; 12 dB below the speech."""
    music = np.zeros(len(samples))
    chords = ((220, 277.2, 329.6), (196, 246.9, 293.7), (174.6, 220, 261.6), (164.8, 207.7, 246.9))
    for beat in range(int(len(samples) / VOICE_HZ * 2)):
        start = beat * VOICE_HZ // 2
        time = np.arange(min(round(0.9 * VOICE_HZ), len(samples) - start)) / VOICE_HZ
        for tone in chords[beat // 4 % 4]:
            for harmonic, height in ((1, 1.0), (2, 0.5), (3, 0.3), (4, 0.15)):
                note = np.sin(2 * np.pi * tone * harmonic * time + chance.uniform(0, 6))
                music[start : start + len(time)] += height * note * np.exp(-2.5 * time) * np.minimum(1, 200 * time)
        music[start : start + len(time)] += 2 * chance.normal(size=len(time)) * np.exp(-60 * time)
    return under(samples, music, -12)


def stranger(good: Looked, seconds: float) -> np.ndarray:
    """A stock voice of the other sex, as loud as the person."""
    samples = good.footage.audio
    pitch = median_pitch(pitch_curve(at_listen_rate(samples))) or 150.0
    name = "af_heart" if pitch < 165 else "am_michael"
    speaker = Kokoro(stock_style(weights("kokoro-voices"), name), languages=("en",))
    said = np.concatenate([speech.audio.samples for speech in speaker.speak(Utterance(0, QUESTION, "en"))]).astype(
        float
    )
    said = np.tile(said, int(seconds * VOICE_HZ / len(said)) + 1)[: round(seconds * VOICE_HZ)]
    return said / speech_level(said) * speech_level(samples.samples)


def second_voice(good: Looked, folder: Path) -> Spoiled:
    """Somebody asks something while the person speaks, twice for 3 s."""
    starts = [share * good.footage.seconds for share in (0.3, 0.65)]
    said = stranger(good, 3.0)

    def change(samples: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        mixed = samples.copy()
        for start in starts:
            at = round(start * VOICE_HZ)
            mixed[at : at + len(said)] += said[: len(mixed) - at]
        return mixed / max(1.0, np.abs(mixed).max())

    return resounded(change, tuple((start - 1, start + 4) for start in starts))(good, folder)


def dubbed(good: Looked, folder: Path) -> Spoiled:
    """Another voice, saying something else, instead of the person's."""
    said = stranger(good, good.footage.seconds)
    return resounded(lambda samples, chance: said[: len(samples)])(good, folder)


def late(seconds: float) -> Callable[[Looked, Path], Spoiled]:
    """The sound later (or earlier) than the pictures."""
    return resounded(lambda samples, chance: np.roll(samples, round(seconds * VOICE_HZ)))


FAULTS: dict[str, Fault] = {
    "dark": Fault(("light",), lit(0.22, 2.5)),
    "glaring": Fault(("light",), lit(2.2, 0)),
    "one-sided": Fault(("even light",), one_sided),
    "blurred": Fault(("sharpness",), out_of_focus),
    "smeared": Fault(("blurred moments",), smeared),
    "far": Fault(("face size",), far),
    "shaken": Fault(("steady camera",), shaken),
    "covered": Fault(("mouth free",), covered),
    "away": Fault(("face in the picture",), away),
    "cut": Fault(("one take",), cut),
    "noisy": Fault(("noise",), resounded(street)),
    "clipped": Fault(("clipping",), resounded(too_loud)),
    "quiet": Fault(("sound level",), resounded(quiet)),
    "echo": Fault(("echo",), resounded(room(0.8))),
    "echo, small room": Fault(("echo",), resounded(room(0.4))),
    "repeated": Fault(("echo",), resounded(repeated)),
    "music": Fault(("music",), resounded(song)),
    "second voice": Fault(("one voice",), second_voice),
    "dubbed": Fault(("lips and sound",), dubbed),
    "lagged": Fault(("in step",), late(0.2)),
    "lagged, sound early": Fault(("in step",), late(-0.2)),
}


# --- checking ------------------------------------------------------------------------------------------------------------


def checked(spoiled: Spoiled) -> Looked:
    track = spoiled.track or track_footage(spoiled.footage, LiteRtFaceTracker(weights("face-landmarker")))
    return judge(spoiled.footage, track, lambda step, share: None)


def alarms(looked: Looked) -> dict[str, str]:
    return {f.name: f"{f.verdict}: {f.found}" for f in looked.findings if f.verdict != "good"}


def placed(looked: Looked, fault: Fault, where: Spans) -> bool | None:
    """Whether all moments of the finding lie where the fault is; None when it is everywhere."""
    moments = [m for f in looked.findings if f.name in fault.expected for m in f.moments]
    if not where or not moments:
        return None
    return all(any(a - 0.1 <= m <= b + 0.1 for a, b in where) for m in moments)


def one_clip(path: Path, encoder: WhisperEncoder, chosen: Sequence[str]) -> Iterator[dict[str, object]]:
    with tempfile.TemporaryDirectory(prefix="sosie-spoiled-") as scratch:
        footage = bring(path, Path(scratch) / "good")
        good = checked(Spoiled(footage, None))
        before = alarms(good)
        row: dict[str, object] = {"clip": path.stem, "fault": None, "alarms": before, "forecast": told(good, encoder)}
        yield row
        for name in chosen:
            folder = Path(scratch) / name.replace(" ", "-").replace(",", "")
            folder.mkdir()
            fault = FAULTS[name]
            spoiled = fault.spoil(good, folder)
            row = {"clip": path.stem, "fault": name, "expected": fault.expected}
            try:
                looked = checked(spoiled)
            except BadFootage as error:  # refused before it could be checked in full: named if it says the same thing
                named = any(words in str(error) for words in REFUSALS.get(name, ()))
                yield row | {"named": named, "refused": str(error)}
                continue
            found = alarms(looked)
            new = {key: value for key, value in found.items() if before.get(key) != value}
            row |= {
                "named": any(key in new for key in fault.expected),
                "placed": placed(looked, fault, spoiled.where),
                "alarms": {key: value for key, value in new.items() if key in fault.expected},
                "also": {key: value for key, value in new.items() if key not in fault.expected and key not in before},
                "forecast": told(looked, encoder),
            }
            yield row
            spoiled.footage.video.unlink() if spoiled.track is None else None


REFUSALS = {
    "far": ("too small",),
    "away": ("face is lost",),
    "covered": ("face is lost",),
    "dark": ("no face", "face is lost"),
}


def told(looked: Looked, encoder: WhisperEncoder) -> dict[str, object]:
    """The forecast, and beside it the row of `sosie bench likeness` that needs no film."""
    forecast = looked.forecast
    found = five_blocks(looked.track, at_listen_rate(looked.footage.audio), encoder).found
    return {
        "word": forecast.word,
        "rows": {row.measure: [round(row.value, 3), row.spread] for row in forecast.rows},
        "lips, five blocks": round(float(np.mean([one.value for one in found.values()])), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--faults", default="/".join(FAULTS), help="separated by /")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    chosen = [name for name in options.faults.split("/") if name]
    encoder = WhisperEncoder(weights("whisper-base"))
    rows = []
    for clip in options.clips:
        for row in one_clip(clip, encoder, chosen):
            rows.append(row)
            print(json.dumps(row, ensure_ascii=False), flush=True)
    spoiled = [row for row in rows if row["fault"]]
    print(
        json.dumps(
            {
                "benchmark": "spoiled",
                "clips": len(options.clips),
                "faults": len(spoiled),
                "named": sum(bool(row["named"]) for row in spoiled),
                "placed": sum(row.get("placed") is True for row in spoiled),
                "misplaced": sum(row.get("placed") is False for row in spoiled),
                "not_named": [f"{row['clip']}: {row['fault']}" for row in spoiled if not row["named"]],
                "alarms_of_good_clips": {str(row["clip"]): row["alarms"] for row in rows if not row["fault"]},
                "machine": {
                    "cpu": platform.processor() or platform.machine(),
                    "cores": os.cpu_count(),
                    "load": round(os.getloadavg()[0], 1),
                },
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
