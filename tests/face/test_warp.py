"""Pixels go where the points say, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from sosie.face.warp import NODE_PIXELS, Box, Planes, Pull, box_around, field

BOX = Box(32, 48, 160, 128)


def noise(seed: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(16, 235, (height, width), dtype=np.uint8)


def planes() -> Planes:
    return Planes(noise(1, 128, 160), noise(2, 64, 80), noise(3, 64, 80))


def nodes(dx: float, dy: float) -> np.ndarray:
    return np.full((BOX.height // NODE_PIXELS, BOX.width // NODE_PIXELS, 2), (dx, dy), np.float32)


def test_no_displacement_changes_no_pixel_of_any_plane() -> None:
    out = Pull()(planes(), (BOX.x, BOX.y), nodes(0, 0), BOX)
    for got, given in zip(out, planes(), strict=True):
        assert np.array_equal(got, given)


def test_chroma_moves_with_luma_at_half_the_distance() -> None:
    out = Pull()(planes(), (BOX.x, BOX.y), nodes(6, -4), BOX)
    assert np.array_equal(out.y[10:100, 10:100], planes().y[6:96, 16:106])
    assert np.array_equal(out.u[10:50, 10:50], planes().u[8:48, 13:53])
    assert np.array_equal(out.v[10:50, 10:50], planes().v[8:48, 13:53])


def test_the_corner_of_a_cut_out_is_taken_into_account() -> None:
    out = Pull()(planes(), (BOX.x - 8, BOX.y - 12), nodes(-8, -12), BOX)
    assert np.array_equal(out.y, planes().y)


def test_the_field_is_exact_for_a_turn_and_a_shift() -> None:
    rng = np.random.default_rng(4)
    held = rng.uniform((32, 48), (192, 176), (40, 2)).astype(np.float32)
    turn = np.array([[0.02, -0.1], [0.1, 0.02]], np.float32)
    moves = held @ turn.T + np.array([3, -2], np.float32)
    got = field(held, moves, BOX)
    x = BOX.x + (np.arange(got.shape[1]) + 0.5) * NODE_PIXELS - 0.5
    y = BOX.y + (np.arange(got.shape[0]) + 0.5) * NODE_PIXELS - 0.5
    want = np.stack(np.meshgrid(x, y), axis=-1) @ turn.T + (3, -2)
    assert np.abs(got - want).max() < 0.02


def test_the_field_follows_its_points_and_fades_to_the_held_rim() -> None:
    rim = np.array([(x, y) for x in np.linspace(32, 191, 6) for y in (48.0, 175.0)], np.float32)
    inner = np.array([(104.0, 104.0), (120.0, 104.0), (112.0, 120.0)], np.float32)
    held = np.concatenate([rim, inner])
    moves = np.concatenate([np.zeros_like(rim), np.full((3, 2), (0.0, 9.0), np.float32)])
    got = field(held, moves, BOX)
    assert got[3, 4:6, 1] == pytest.approx(9, abs=1.5)
    assert np.abs(got[0]).max() < 2
    assert np.abs(got[..., 0]).max() < 0.5


@pytest.mark.parametrize("centre", [(0, 0), (319, 479), (160, 240)])
def test_a_box_is_even_whole_nodes_and_inside_the_picture(centre: tuple[int, int]) -> None:
    box = box_around(np.array(centre, np.float32), 171.3, 140.2, (320, 480))
    assert (box.x % 2, box.y % 2, box.width % NODE_PIXELS, box.height % NODE_PIXELS) == (0, 0, 0, 0)
    assert 0 <= box.x <= 320 - box.width
    assert 0 <= box.y <= 480 - box.height
    assert (box.width, box.height) == (176, 144)
