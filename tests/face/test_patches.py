from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from sosie.errors import BadFootage
from sosie.face.patches import Patches, writing
from sosie.face.warp import Planes


def patch(seed: int) -> Planes:
    rng = np.random.default_rng(seed)
    y, u, v = (
        cv2.GaussianBlur(rng.integers(16, 235, shape, dtype=np.uint8), (0, 0), 2)
        for shape in ((64, 96), (32, 48), (32, 48))
    )
    return Planes(y, u, v)


def test_mouths_are_read_in_any_order_nearly_as_they_were(tmp_path: Path) -> None:
    with writing(tmp_path / "mouths.jpgs") as writer:
        for seed in range(40):
            writer.add(patch(seed))
    patches = Patches(tmp_path / "mouths.jpgs", np.array(writer.ends))
    assert len(patches) == 40
    for number in (39, 0, 17, 0, 3):
        for got, given in zip(patches[number], patch(number), strict=True):
            assert cv2.PSNR(got, given) > 42


def test_a_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mouths.jpgs"
    with writing(path) as writer:
        writer.add(patch(0))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BadFootage, match="missing or was changed"):
        Patches(path, np.array(writer.ends))
