from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from sosie.lips.pool import DILATIONS, lip_pool, net_outputs
from sosie.types import Floats

REACH_FRAMES = sum(DILATIONS)


def features(n: int = 200, seed: int = 0) -> Floats:
    pool = lip_pool()
    rows = np.random.default_rng(seed).normal(size=(n, 1536)).astype(np.float32)
    return pool.arrays["feature_mean"] + pool.arrays["feature_spread"] * rows


def test_the_weights_are_small_and_say_where_they_come_from() -> None:
    data = files("sosie.lips") / "data"
    assert len((data / "pool.npz").read_bytes()) < 1_000_000
    card = (data / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "AI-made" in card
    assert "Apache-2.0" in card


def test_every_clip_behind_it_has_a_licence_and_a_sum() -> None:
    listed = Path(__file__).parents[2] / "scripts" / "lip_pool.toml"
    clips = tomllib.loads(listed.read_text(encoding="utf-8"))["clip"]
    card = (files("sosie.lips") / "data" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert len(clips) >= 8
    for clip in clips:
        assert clip["licence"] in ("Apache-2.0", "MIT", "CC-BY-4.0")
        assert len(bytes.fromhex(clip["sha256"])) == 32
        assert clip["repository"].count("/") == 1
        assert Path(clip["file"]).stem in card


@pytest.mark.parametrize("n_frames", [0, 1, 7, 100, 110])
def test_one_row_a_frame(n_frames: int) -> None:
    numbers = lip_pool().predict(features(), n_frames)
    assert numbers.shape == (n_frames, 16)
    assert numbers.dtype == np.float32
    assert np.isfinite(numbers).all()


def test_streamed_is_whole_with_a_look_ahead_of_a_third_of_a_second() -> None:
    pool, rows = lip_pool(), features(200)
    whole = pool.predict(rows, 100)
    ahead = 60 + REACH_FRAMES + 1
    np.testing.assert_allclose(pool.predict(rows[: 2 * ahead], ahead)[:60], whole[:60], atol=1e-4)
    behind = 30 - REACH_FRAMES - 1
    np.testing.assert_allclose(pool.predict(rows[2 * behind :], 100 - behind)[30 - behind :], whole[30:], atol=1e-4)


@pytest.mark.slow
def test_the_numpy_net_is_the_trained_net() -> None:
    """Against torch's own layers, as scripts/train_lip_pool.py stacks them."""
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    arrays = lip_pool().arrays
    x = np.random.default_rng(1).normal(size=(40, 128)).astype(np.float32)

    def convolve(net: int, rows: object, name: str, dilation: int = 1) -> object:
        kernel = torch.from_numpy(arrays[f"net_{name}_weight"][net]).permute(2, 1, 0)
        bias = torch.from_numpy(arrays[f"net_{name}_bias"][net])
        return functional.conv1d(rows, kernel, bias, padding=dilation * (kernel.shape[2] // 2), dilation=dilation)

    given = torch.from_numpy(x).T[None]
    wanted = []
    for net in range(len(arrays["net_in_weight"])):
        h = convolve(net, given, "in")
        for i, dilation in enumerate(DILATIONS):
            weight, bias = (torch.from_numpy(arrays[f"net_norm{i}_{part}"][net]) for part in ("weight", "bias"))
            normal = functional.layer_norm(h.transpose(1, 2), (96,), weight, bias).transpose(1, 2)
            h = h + functional.gelu(convolve(net, normal, f"conv{i}", dilation), approximate="tanh")
        wanted.append((convolve(net, h, "out") + 0.3 * convolve(net, given, "skip"))[0].T.numpy())
    assert len(wanted) > 1
    np.testing.assert_allclose(net_outputs(arrays, x), np.mean(wanted, axis=0), atol=1e-4)
