"""A taught painter in onnxruntime: what is wanted in, one sheet out. Taught by engines/painted_fit.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

from sosie.errors import YourInput
from sosie.face.painted import N_WANTED
from sosie.face.warp import Planes
from sosie.types import Floats


class OnnxPainter:
    """A ``Paint`` (face/painted.py), on one thread."""

    def __init__(self, file: Path) -> None:
        """Raises YourInput when ``file`` holds no painter."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
            shapes = [given.shape for given in self._session.get_inputs()]
            if shapes != [[1, N_WANTED]]:
                raise ValueError(f"it wants {shapes}")
        except Exception as error:  # onnxruntime's own classes have no common base but this
            raise YourInput(
                f"{file.name} cannot be read as a painter: {error}", wanted=f"one input of (1, {N_WANTED})"
            ) from error

    def __call__(self, wanted: Floats) -> Planes:
        planes = self._session.run(["y", "u", "v"], {"wanted": wanted[None]})
        return Planes(*(np.rint(plane[0]).astype(np.uint8) for plane in planes))
