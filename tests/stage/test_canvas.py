"""Layers land in the picture with the right colour, in the right place, and nowhere else."""

from __future__ import annotations

import av
import numpy as np
import pytest

from sosie.stage.canvas import Box, Layer, contrast, fill, paint, plate
from sosie.types import Bytes

from .pictures import noise, plain


def _as_ffmpeg_sees_it(rgb: tuple[int, int, int]) -> tuple[int, int, int]:
    """The golden: swscale's BT.709, limited range."""
    picture = av.VideoFrame.from_ndarray(np.full((16, 16, 3), rgb, np.uint8), format="rgb24")
    yuv = picture.reformat(format="yuv444p", dst_colorspace=1, dst_color_range=1).to_ndarray()
    return int(yuv[0, 8, 8]), int(yuv[1, 8, 8]), int(yuv[2, 8, 8])


@pytest.mark.parametrize(
    "rgb", [(255, 255, 255), (0, 0, 0), (205, 150, 125), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 196, 0)]
)
def test_colours_are_bt709_limited(rgb: tuple[int, int, int]) -> None:
    frame = plain((16, 16))
    Layer.of(np.full((16, 16, 4), (*rgb, 255), np.uint8), 0, 0).blend(frame)

    # swscale itself is off by one or two from the exact matrix.
    assert (frame.y[8, 8], frame.u[4, 4], frame.v[4, 4]) == pytest.approx(_as_ffmpeg_sees_it(rgb), abs=2)


def test_an_opaque_layer_replaces_and_a_clear_one_changes_nothing() -> None:
    frame = noise((32, 32))
    before = frame.copy()
    rgba = np.zeros((16, 16, 4), np.uint8)
    rgba[:8] = 255
    Layer.of(rgba, 8, 8).blend(frame)

    assert (frame.y[8:16, 8:24] == 235).all()
    assert (frame.u[4:8, 4:12] == 128).all()
    frame.y[8:16, 8:24] = before.y[8:16, 8:24]
    frame.u[4:8, 4:12], frame.v[4:8, 4:12] = before.u[4:8, 4:12], before.v[4:8, 4:12]
    for plane, old in ((frame.y, before.y), (frame.u, before.u), (frame.v, before.v)):
        assert np.array_equal(plane, old)


def test_half_a_layer_mixes_halfway() -> None:
    frame = plain((16, 16), luma=16)
    half_white: Bytes = np.full((16, 16, 4), 128, np.uint8)
    Layer.of(half_white, 0, 0).blend(frame)
    assert frame.y[4, 4] == pytest.approx((16 + 235) / 2, abs=1)
    assert frame.u[4, 4] == 128


def test_a_layer_needs_even_edges_and_room() -> None:
    with pytest.raises(ValueError, match="even"):
        Layer.of(np.zeros((16, 16, 4), np.uint8), 3, 0)
    with pytest.raises(ValueError, match="does not fit"):
        Layer.of(np.zeros((16, 16, 4), np.uint8), 8, 0).blend(plain((16, 16)))


def test_skia_paints_premultiplied() -> None:
    rgba = paint(8, 8, lambda canvas: plate(canvas, (0, 0, 8, 8), 0, fill((255, 0, 0), alpha=0.5)))
    assert tuple(rgba[4, 4]) == (128, 0, 0, 128)


def test_boxes_that_share_only_an_edge_do_not_meet() -> None:
    box = Box(0, 0, 10, 10)
    assert not box.meets(Box(10, 0, 20, 10))
    assert box.meets(Box(8, 8, 20, 20))


def test_contrast_is_what_wcag_says() -> None:
    assert contrast((255, 255, 255), (0, 0, 0)) == pytest.approx(21)
    assert contrast((255, 255, 255), (118, 118, 118)) == pytest.approx(4.54, abs=0.01)
