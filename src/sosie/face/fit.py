"""From tracked footage to everything the face needs on air: no training, about the time the footage lasts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sosie.errors import BadFootage, YourInput
from sosie.face.exemplars import Exemplars, lip_metric
from sosie.face.front import covered
from sosie.face.motion import MotionGraph, motion_graph
from sosie.face.patches import Patches
from sosie.face.places import Places
from sosie.face.places import places as places_of
from sosie.face.survey import cut_features, survey
from sosie.footage.ingest import Footage
from sosie.footage.takes import Span
from sosie.lips.fit import LipFit
from sosie.types import FPS, FaceTrack, Floats

_FORMAT = 1
_FILE, _MOUTHS = "face.npz", "mouths.jpgs"
_LEAST_MOUTHS = 4 * FPS
_BLURRED = 0.3
"""Log units below what these lips usually have: such a mouth is too blurred to be an exemplar."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceFit:
    """One person's face, ready for ``Performer``. Lives in a folder beside the kept footage."""

    video: Path
    """The kept footage that it was fitted on."""
    mouths: Path
    size: tuple[int, int]
    """(width, height), pixels."""
    places: Places
    numbers: Floats
    """float32, (n, 16): the lips of each frame."""
    sharpness: Floats
    """float32, (n,): log, the effect of the lips taken out."""
    graph: MotionGraph
    rest: Floats
    """float32, (16,): the lips when the person is silent."""
    exemplars: Exemplars
    patch: NDArray[np.int64]
    """(m,): which cut-out belongs to which exemplar."""
    corners: NDArray[np.int32]
    """(k, 2): where the cut-outs were in their frames, pixels."""
    ends: NDArray[np.int64]
    """(k,): where they end in the file."""

    def __repr__(self) -> str:
        return f"FaceFit({len(self.numbers) / FPS:.1f} s, {len(self.exemplars)} mouths, {self.size[0]}x{self.size[1]})"

    def patches(self) -> Patches:
        return Patches(self.mouths, self.ends)

    def save(self, folder: Path) -> None:
        """Writes face.npz; the mouths are there since ``fit_face``."""
        arrays: dict[str, NDArray[np.generic]] = {"format": np.array(_FORMAT), "size": np.array(self.size)}
        for name in ("numbers", "sharpness", "rest", "patch", "corners", "ends"):
            arrays[name] = getattr(self, name)
        for part in ("places", "graph", "exemplars"):
            value = getattr(self, part)
            arrays |= {f"{part}_{field.name}": getattr(value, field.name) for field in fields(value)}
        np.savez(folder / _FILE, **arrays)  # type: ignore[arg-type]  # the stub takes allow_pickle for one of them

    @classmethod
    def load(cls, folder: Path, video: Path) -> FaceFit:
        """``video`` is the kept footage. Raises YourInput when the folder holds no face that this version can read."""
        try:
            with np.load(folder / _FILE, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            if int(arrays["format"]) != _FORMAT:
                raise ValueError(f"format {arrays['format']}")
            part = {name: _part(arrays, name) for name in ("places", "graph", "exemplars")}
            places, graph = Places(**part["places"]), MotionGraph(**part["graph"])
            exemplars = Exemplars(**part["exemplars"])
            plain: dict[str, Any] = {
                name: arrays[name] for name in ("numbers", "sharpness", "rest", "patch", "corners", "ends")
            }
            size = (int(arrays["size"][0]), int(arrays["size"][1]))
        except (OSError, KeyError, ValueError, TypeError) as error:
            raise YourInput(
                f"the face of the clone in {folder} cannot be read",
                wanted=f"{_FILE} and {_MOUTHS}, format {_FORMAT}, as they were made",
                try_this="make the clone again",
            ) from error
        return cls(
            video=video, mouths=folder / _MOUTHS, size=size, places=places, graph=graph, exemplars=exemplars, **plain
        )


def fit_face(
    footage: Footage,
    track: FaceTrack,
    lip_fit: LipFit,
    talking: Sequence[Span],
    folder: Path,
    progress: Callable[[float], None] | None = None,
) -> FaceFit:
    """Writes ``folder``/face.npz and mouths.jpgs; about 10 ms a frame at 1080x1920.

    ``talking`` are the spans in which the person speaks; the others are still. Raises BadFootage when too few
    mouths are free and sharp.
    """
    folder.mkdir(parents=True, exist_ok=True)
    numbers = lip_fit.space.numbers(track)
    where = places_of(track, lip_fit.space, numbers)
    size = (footage.width, footage.height)
    seen = survey(footage.frames(), where, size, folder / _MOUTHS, progress or (lambda share: None))
    hidden = covered(seen.chips, numbers, where.angles)
    sharpness = _without_lips(seen.sharpness, numbers)
    usable = track.seen & ~hidden & (sharpness > -_BLURRED)
    patch = np.flatnonzero(usable[seen.mouths])
    if len(patch) < _LEAST_MOUTHS:
        raise BadFootage(
            f"the mouth is free and sharp in only {len(patch) / FPS:.1f} s of the footage",
            wanted=f"at least {_LEAST_MOUTHS // FPS} s, better {30} s",
            try_this="keep hands and microphones off the mouth, use more light, and move the head less quickly",
        )
    frames = seen.mouths[patch]
    graph = motion_graph(cut_features(seen, where, track), _still(len(track), talking), hidden)
    fit = FaceFit(
        video=footage.video,
        mouths=folder / _MOUTHS,
        size=size,
        places=where,
        numbers=numbers,
        sharpness=sharpness,
        graph=graph,
        rest=lip_fit.rest,
        exemplars=Exemplars(frames, numbers[frames] @ lip_metric(where), where.angles[frames], sharpness[frames]),
        patch=patch,
        corners=seen.corners,
        ends=seen.ends,
    )
    fit.save(folder)
    return fit


def _still(n: int, talking: Sequence[Span]) -> NDArray[np.bool_]:
    still = np.ones(n, bool)
    for span in talking:
        still[span.start : span.end] = False
    return still


def _without_lips(sharpness: Floats, numbers: Floats) -> Floats:
    """An open mouth shows edges that a closed one has not; what is left is the blur of the frame."""
    x = np.concatenate([np.ones((len(numbers), 1)), np.clip(numbers, -3, 3)], axis=1)
    weights = np.linalg.solve(x.T @ x + 0.02 * len(x) * np.eye(x.shape[1]), x.T @ sharpness)
    left = sharpness - x @ weights
    return np.asarray(left - np.median(left), np.float32)


def _part(arrays: dict[str, NDArray[Any]], name: str) -> dict[str, NDArray[Any]]:
    return {key.removeprefix(f"{name}_"): value for key, value in arrays.items() if key.startswith(f"{name}_")}
