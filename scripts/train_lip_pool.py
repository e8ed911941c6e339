"""Trains the lip predictor that all clones share: python scripts/train_lip_pool.py FOLDER_OF_CLIPS

Reads exactly the clips of lip_pool.toml (AI-made people only; sha256 checked), tracks them, finds each clip's own lag between
lips and sound, scores every group by a predictor that never met it, then trains on all and writes
src/sosie/lips/data/pool.npz with MODEL_CARD.md. Needs the extra `fit` (torch). About 10 minutes on two busy cores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from sosie.engines.litert_face import LiteRtFaceTracker
from sosie.engines.whisper_encoder import WhisperEncoder
from sosie.lips.pool import DILATIONS, SKIP_GAIN, LipPool, net_inputs, ridge_inputs
from sosie.lips.shape import (
    N_COMPONENTS,
    STABLE,
    LipBasis,
    LipSpace,
    mean_shape,
    shaped_offsets,
)
from sosie.lips.sync import correlation, find_sync, shifted
from sosie.models import weights
from sosie.types import FPS, LISTEN_HZ, N_BLENDSHAPES, N_LANDMARKS, N_LIP_NUMBERS, Audio, FaceTrack, Floats

HERE = Path(__file__).parent
OUT = HERE.parent / "src" / "sosie" / "lips" / "data"
N_FEATURE_COMPONENTS = 64
RIDGE = 0.3
WIDTH, DROP_INPUT, DROP, NOISE = 96, 0.2, 0.3, 0.15
N_NETS = 4
EPOCHS, CROP, BATCH, RATE, DECAY = 40, 96, 24, 4e-3, 0.05
VELOCITY_WEIGHT = 0.5
LAG_ROUNDS = 3
MOUTH_BLENDSHAPES = (25, 38, 32, 27, 44, 45, 46, 47, 36, 37, 34, 35, 48, 49, 40, 41, 42, 43)
"""Learned beside the 16 numbers and then thrown away: a hint in training, as MediaPipe names the mouth's movements."""


@dataclass(frozen=True)
class Clip:
    name: str
    group: str
    """Clips of one person or one sound track; a group is never split between training and judging."""
    lag_seconds: float
    track: FaceTrack
    features: Floats
    """float32, (n, 1536) at 50 Hz."""

    @property
    def n_frames(self) -> int:
        return len(self.track)


# --- reading ----------------------------------------------------------------------------------------------------------


def read_clips(folder: Path, kept: Path | None) -> list[Clip]:
    """The listed clips; tracks and features are kept in ``kept`` under the clip's sha256, if it is given."""
    tracker = LiteRtFaceTracker(weights("face-landmarker"))
    encoder = WhisperEncoder(weights("whisper-base"))
    clips = []
    for entry in tomllib.loads((HERE / "lip_pool.toml").read_text())["clip"]:
        path = folder / entry["file"]
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != entry["sha256"]:
            raise SystemExit(f"{path} has sha256 {found}; lip_pool.toml wants {entry['sha256']}.")
        cached = kept / f"{found}.npz" if kept else None
        if cached and cached.exists():
            with np.load(cached) as stored:
                track = FaceTrack(stored["points"], stored["blendshapes"], stored["seen"])
                features = stored["features"]
        else:
            audio, track = read_sound(path), track_clip(path, tracker)
            features = encoder.encode(audio)
            n = min(len(track), len(features) // 2)
            track = FaceTrack(track.points[:n], track.blendshapes[:n], track.seen[:n])
            if cached:
                arrays = {"points": track.points, "blendshapes": track.blendshapes, "seen": track.seen}
                np.savez(cached, features=features, **arrays)
        clips.append(Clip(path.stem, entry["group"], entry["lag_seconds"], track, features))
        print(f"{path.stem}: {len(track)} frames", flush=True)
    return clips


def read_sound(path: Path) -> Audio:
    """The whole sound track at LISTEN_HZ, beginning at the picture's zero."""
    with av.open(str(path)) as media:
        resampler = av.AudioResampler("flt", "mono", LISTEN_HZ)
        frames = list(media.decode(audio=0))
        pieces = [piece for frame in [*frames, None] for piece in resampler.resample(frame)]
        start = round(float(frames[0].pts * frames[0].time_base) * LISTEN_HZ)
    samples = np.concatenate([piece.to_ndarray().ravel() for piece in pieces]).astype(np.float32)
    return Audio(np.pad(samples, (start, 0)) if start > 0 else samples[-start:], LISTEN_HZ)


def track_clip(path: Path, tracker: LiteRtFaceTracker) -> FaceTrack:
    """Tracked at the clip's own times, then interpolated to FPS."""
    tracker.reset()
    times, points, blendshapes = [], [], []
    with av.open(str(path)) as media:
        for frame in media.decode(video=0):
            faces = tracker.faces(frame.to_ndarray(format="rgb24"))
            if faces:
                times.append(float(frame.pts * frame.time_base))
                points.append(faces[0].points)
                blendshapes.append(faces[0].blendshapes)
    at = np.arange(int(times[-1] * FPS) + 1) / FPS
    return FaceTrack(
        at_times(np.array(points), np.array(times), at).reshape(-1, N_LANDMARKS, 3),
        at_times(np.array(blendshapes), np.array(times), at).reshape(-1, N_BLENDSHAPES),
        np.ones(len(at), bool),
    )


def at_times(values: Floats, times: np.ndarray, at: np.ndarray) -> Floats:
    flat = values.reshape(len(values), -1)
    return np.stack([np.interp(at, times, column) for column in flat.T], axis=1).astype(np.float32)


# --- the bases, without labels ----------------------------------------------------------------------------------------


def make_basis(clips: list[Clip]) -> LipBasis:
    """The axes and the principal components that all lips share; every clip counts the same."""
    face = clips[0].track.points[0]
    across = face[263] - face[33]
    down = face[152] - face[10]
    down = down - across * (down @ across) / (across @ across)
    axes = np.stack([v / np.linalg.norm(v) for v in (across, down, np.cross(across, down))])
    start = (face[list(STABLE)] - face[list(STABLE)].mean(axis=0)) @ axes.T / np.linalg.norm(across)
    people = np.stack([mean_shape(clip.track.points[:, STABLE], start) for clip in clips])
    stable = mean_shape(people, start)
    # A face has two like halves: the mirrored mean sets the axes straight.
    mirrored = stable * np.array([-1, 1, 1], np.float32)
    pairs = [int(np.argmin(((stable - point) ** 2).sum(axis=1))) for point in mirrored]
    straight = (stable + mirrored[pairs]) / 2
    scale = np.linalg.norm(straight[STABLE.index(33)] - straight[STABLE.index(263)])
    straight = ((straight - straight.mean(axis=0)) / scale).astype(np.float32)
    covariance = 0
    for clip in clips:
        empty = LipBasis(straight, np.zeros((135, N_COMPONENTS), np.float32))
        offsets = shaped_offsets(LipSpace.fit(clip.track, empty).lower_face(clip.track.points))
        covariance = covariance + offsets.T @ offsets / (offsets**2).sum()
    _, vectors = np.linalg.eigh(covariance)
    return LipBasis(straight, vectors[:, ::-1][:, :N_COMPONENTS].astype(np.float32))


def make_feature_arrays(clips: list[Clip]) -> dict[str, Floats]:
    rows = np.concatenate([clip.features for clip in clips]).astype(np.float64)
    mean = rows.mean(axis=0)
    spread = rows.std(axis=0) + 0.01 * np.abs(rows).std()
    values, vectors = np.linalg.eigh(np.cov(((rows - mean) / spread).T))
    values, vectors = values[::-1][:N_FEATURE_COMPONENTS], vectors[:, ::-1][:, :N_FEATURE_COMPONENTS]
    arrays = {"feature_mean": mean, "feature_spread": spread, "components": vectors, "component_spread": values**0.5}
    return {name: array.astype(np.float32) for name, array in arrays.items()}


# --- what is learned --------------------------------------------------------------------------------------------------


def targets(clip: Clip, basis: LipBasis) -> Floats:
    """float32, (n, 34): the 16 numbers, then the mouth blendshapes, standardised, read at the clip's lag."""
    numbers = LipSpace.fit(clip.track, basis).numbers(clip.track)
    hints = clip.track.blendshapes[:, MOUTH_BLENDSHAPES]
    hints = (hints - hints.mean(axis=0)) / (hints.std(axis=0) + 1e-6)
    return np.clip(shifted(np.concatenate([numbers, hints], axis=1), clip.lag_seconds), -4, 4)


def fit_ridge(inputs: list[Floats], wanted: list[Floats]) -> dict[str, Floats]:
    """Each clip's own mean is taken out: what a person's lips rest at is not the sound's business."""
    x = np.concatenate([rows - rows.mean(axis=0) for rows in inputs]).astype(np.float64)
    y = np.concatenate([rows - rows.mean(axis=0) for rows in wanted]).astype(np.float64)
    gram = x.T @ x
    slopes = np.linalg.solve(gram + RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram)), x.T @ y)
    mean = np.mean([rows.mean(axis=0) for rows in inputs], axis=0)
    return {"ridge_mean": mean.astype(np.float32), "ridge": slopes.astype(np.float32)}


class Net(nn.Module):
    """One of the nets of ``sosie.lips.pool.net_outputs``."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.enter = nn.Conv1d(n_in, WIDTH, 1)
        self.convs = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 3, padding=d, dilation=d) for d in DILATIONS)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in DILATIONS)
        self.out = nn.Conv1d(WIDTH, n_out, 1)
        self.skip = nn.Conv1d(n_in, n_out, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.dropout(x, DROP_INPUT, self.training)
        h = self.enter(x)
        for conv, norm in zip(self.convs, self.norms, strict=True):
            y = conv(norm(h.transpose(1, 2)).transpose(1, 2))
            h = h + F.dropout(F.gelu(y, approximate="tanh"), DROP, self.training)
        return self.out(h) + float(SKIP_GAIN) * self.skip(x)

    def arrays(self, n_out: int) -> dict[str, Floats]:
        out: dict[str, Floats] = {}
        for name, conv in [("in", self.enter), ("out", self.out), ("skip", self.skip)]:
            keep = slice(None) if name == "in" else slice(n_out)
            out[f"net_{name}_weight"] = conv.weight[keep].detach().permute(2, 1, 0).numpy()
            out[f"net_{name}_bias"] = conv.bias[keep].detach().numpy()
        for i, (conv, norm) in enumerate(zip(self.convs, self.norms, strict=True)):
            out[f"net_conv{i}_weight"] = conv.weight.detach().permute(2, 1, 0).numpy()
            out[f"net_conv{i}_bias"] = conv.bias.detach().numpy()
            out[f"net_norm{i}_weight"] = norm.weight.detach().numpy()
            out[f"net_norm{i}_bias"] = norm.bias.detach().numpy()
        return {name: np.ascontiguousarray(array) for name, array in out.items()}


def fit_nets(inputs: list[Floats], wanted: list[Floats]) -> dict[str, Floats]:
    """N_NETS of different seeds; together they are a little better than any one (docs/experiments.md)."""
    nets = [fit_net(inputs, wanted, seed) for seed in range(N_NETS)]
    return {name: np.stack([net[name] for net in nets]) for name in nets[0]}


def fit_net(inputs: list[Floats], wanted: list[Floats], seed: int) -> dict[str, Floats]:
    """Random crops of CROP frames, noise on the inputs; squared error of places and of velocities."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    n_out = wanted[0].shape[1]
    net = Net(inputs[0].shape[1], n_out)
    n = sum(map(len, inputs))
    steps = EPOCHS * n // (CROP * BATCH)
    optimiser = torch.optim.AdamW(net.parameters(), weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    weight = torch.ones(n_out)
    weight[:6], weight[6:N_LIP_NUMBERS] = 2, 1.5
    weight = (weight / weight.mean())[None, :, None]
    shares = np.array([len(x) for x in inputs]) / n
    for _ in range(steps):
        x = np.zeros((BATCH, CROP, inputs[0].shape[1]), np.float32)
        y, mask = np.zeros((BATCH, CROP, n_out), np.float32), np.zeros((BATCH, CROP, 1), np.float32)
        for row, clip in enumerate(rng.choice(len(inputs), BATCH, p=shares)):
            start = rng.integers(max(1, len(inputs[clip]) - CROP))
            piece = slice(start, start + CROP)
            length = len(inputs[clip][piece])
            x[row, :length], y[row, :length], mask[row, :length] = inputs[clip][piece], wanted[clip][piece], 1
        x += NOISE * rng.normal(size=x.shape).astype(np.float32)
        tx, ty, tm = (torch.from_numpy(array).transpose(1, 2) for array in (x, y, mask))
        error = (net(tx) - ty) * tm
        loss = (weight * error**2).mean() + VELOCITY_WEIGHT * (weight * error.diff(dim=2) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return net.eval().arrays(N_LIP_NUMBERS)


def train(clips: list[Clip], with_net: bool = True) -> LipPool:
    """Everything from these clips alone, bases included. Without the net: the ridge twice, for the lag search."""
    basis, arrays = make_basis(clips), make_feature_arrays(clips)
    pool = LipPool(basis, arrays, "")
    wanted = [targets(clip, basis) for clip in clips]
    seen = [pool.components(clip.features) for clip in clips]
    taps = [
        ridge_inputs(rows * arrays["component_spread"], clip.n_frames) for rows, clip in zip(seen, clips, strict=True)
    ]
    ridge = fit_ridge(taps, [rows[:, :N_LIP_NUMBERS] for rows in wanted])
    if not with_net:
        return LipPool(basis, arrays | ridge, "")
    pairs = [net_inputs(rows, clip.n_frames) for rows, clip in zip(seen, clips, strict=True)]
    return LipPool(basis, arrays | ridge | fit_nets(pairs, wanted), "")


# --- lag and scores ---------------------------------------------------------------------------------------------------


def without(clips: list[Clip], group: str) -> list[Clip]:
    return [clip for clip in clips if clip.group != group]


def correct_lags(clips: list[Clip]) -> list[Clip]:
    """Each clip's lag, found by a ridge that never met its group; the mean over groups stays where it was."""
    for round_ in range(LAG_ROUNDS):
        found: dict[str, float] = {}
        for group in sorted({clip.group for clip in clips}):
            pool = train(without(clips, group), with_net=False)
            for clip in (clip for clip in clips if clip.group == group):
                expected = linear_only(pool, clip)
                sync = find_sync(expected, LipSpace.fit(clip.track, pool.basis).numbers(clip.track))
                found[clip.name] = sync.lag_seconds
                print(f"round {round_}: {clip.name} lag {sync.lag_seconds:+.2f} s, score {sync.score:.2f}", flush=True)
        drift = group_mean(clips, found) - group_mean(clips, {clip.name: clip.lag_seconds for clip in clips})
        clips = [replace(clip, lag_seconds=round(found[clip.name] - drift, 3)) for clip in clips]
    return clips


def linear_only(pool: LipPool, clip: Clip) -> Floats:
    taps = pool.taps(pool.components(clip.features), clip.n_frames)
    return ((taps - pool.arrays["ridge_mean"]) @ pool.arrays["ridge"]).astype(np.float32)


def group_mean(clips: list[Clip], lags: dict[str, float]) -> float:
    groups = sorted({clip.group for clip in clips})
    return float(np.mean([np.mean([lags[clip.name] for clip in clips if clip.group == group]) for group in groups]))


def judge(clips: list[Clip]) -> list[dict[str, object]]:
    """Each clip by a predictor that never met its group: correlation of opening, width, jaw, and the sync score."""
    rows: list[dict[str, object]] = []
    for group in sorted({clip.group for clip in clips}):
        pool = train(without(clips, group))
        for clip in (clip for clip in clips if clip.group == group):
            tracked = LipSpace.fit(clip.track, pool.basis).numbers(clip.track)
            expected = pool.predict(clip.features, clip.n_frames)
            truth = shifted(tracked, clip.lag_seconds)
            scores = [round(correlation(expected[:, k], truth[:, k]), 3) for k in range(3)]
            sync = find_sync(expected, tracked)
            rows.append(
                {"clip": clip.name, "seconds": round(clip.n_frames / FPS, 1), "lag_seconds": clip.lag_seconds}
                | dict(zip(("opening", "width", "jaw"), scores, strict=True))
                | {"sync_lag_seconds": sync.lag_seconds, "sync_score": round(sync.score, 2)}
            )
            print(json.dumps(rows[-1]), flush=True)
    return rows


# --- the card ---------------------------------------------------------------------------------------------------------

CARD = """# The shared lip predictor (pool.npz)

Speech features (Whisper base, multilingual, encoder layers 2 to 4, 50 a second) -> 16 lip numbers of a typical person, 25 a
second: a ridge over 7 taps of 64 components, averaged with the mean of four convolution nets of 0.10 M parameters each. Numbers
in `lips/shape.py`, arithmetic in `lips/pool.py`, training in `scripts/train_lip_pool.py`. Stored as float16. Licence: Apache-2.0,
as Sosie.

**Made from**: {people} AI-made people, {seconds:.0f} s of speech, published by the projects that made them under Apache-2.0.
No real person's face is in it. The clips are not part of Sosie; `scripts/lip_pool.toml` lists repository, path, licence and
sha256, and the script refuses any other file. Likeness to real people was judged by eye only; whose voices speak in the clips is
not stated by all of their makers. The speech features come from OpenAI's Whisper base (MIT), which this file does not
contain.

**Lag**: each clip's lips were moved to its sound first (column `lag`, negative: the lips were early). A pool cannot tell the lag
that all its clips share; it was set so that lips are narrowest in the acoustic closures of p and b (scripts/lip_pool.toml).

**Scores**: every row by a predictor (bases included) that never met the clip's group; clips of one person or one sound track
are one group. Plain correlation with the tracker's lips, zero-shot: no fit to the person. `sync` is the score that Sosie's lag
search gives; under 0.35 it warns.

| clip | s | lag | opening | width | jaw | sync |
|---|---|---|---|---|---|---|
{rows}
| mean over groups | | | {opening:.2f} | {width:.2f} | {jaw:.2f} | {sync:.2f} |

**Limits**: the mouths learned from were themselves drawn by generators, so what those get wrong is learned too; rounding
(pucker) is weak; teeth and tongue are not predicted; all clips are in English; a tracker made the targets
and the scores, no viewer judged them. `lips/fit.py` decides by cross-validation whether it is used for a person at all.
"""


def model_card(rows: list[dict[str, object]]) -> str:
    entries = tomllib.loads((HERE / "lip_pool.toml").read_text())["clip"]
    groups = {Path(entry["file"]).stem: entry["group"] for entry in entries}

    def over_groups(name: str) -> float:
        by_group = [
            np.mean([row[name] for row in rows if groups[str(row["clip"])] == group]) for group in set(groups.values())
        ]
        return float(np.mean(by_group))

    lines = [
        "| {clip} | {seconds} | {lag_seconds:+.2f} | {opening:.2f} | {width:.2f} | {jaw:.2f} | {sync_score:.2f} |".format(
            **row
        )
        for row in rows
    ]
    return CARD.format(
        people=len(rows),
        seconds=sum(float(str(row["seconds"])) for row in rows),
        rows="\n".join(lines),
        opening=over_groups("opening"),
        width=over_groups("width"),
        jaw=over_groups("jaw"),
        sync=over_groups("sync_score"),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, help="folder that holds the files of lip_pool.toml")
    parser.add_argument("--keep", type=Path, help="folder in which tracks and features are kept between runs")
    parser.add_argument("--out", type=Path, default=OUT)
    wish = parser.parse_args()
    torch.set_num_threads(1)
    if wish.keep:
        wish.keep.mkdir(parents=True, exist_ok=True)
    clips = correct_lags(read_clips(wish.clips, wish.keep))
    rows = judge(clips)
    pool = train(clips)
    wish.out.mkdir(parents=True, exist_ok=True)
    half = {name: array.astype(np.float16) for name, array in pool.arrays.items()}
    stored = half | {"basis_stable": pool.basis.stable, "basis_components": pool.basis.components}
    np.savez_compressed(wish.out / "pool.npz", **stored)
    (wish.out / "MODEL_CARD.md").write_text(model_card(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
