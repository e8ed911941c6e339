"""A picture to look at: frames of the clone over the same body frames as they were filmed. Labelled like a film."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from sosie.bench.film import Films
from sosie.consent.gate import Permit
from sosie.errors import Theirs
from sosie.film import label_for
from sosie.footage.colour import to_rgb
from sosie.footage.reel import Reel
from sosie.stage.compose import Scene, Stage
from sosie.types import YuvFrame

COLUMNS, SIDE = 6, 400
"""Heads in a row, and pixels of each."""
N_HEADS = 2 * COLUMNS
HEADER = 460
"""Pixels above them, where the label is, so that it hides no face."""


def evenly(films: Films) -> tuple[int, ...]:
    """Frames spread over what is said."""
    speaking = [number for number, shot in enumerate(films.shots) if shot.line is not None]
    return tuple(speaking[round(i)] for i in np.linspace(0, len(speaking) - 1, N_HEADS))


def write_sheet(films: Films, frames: Sequence[int], permit: Permit, path: Path) -> None:
    """A PNG: heads of the film at ``frames`` (1 to N_HEADS), and below them the body's own. Raises Theirs if it fails."""
    # A short row is filled with its last head, so that all rows are alike.
    chosen = [*frames, *[frames[-1]] * (-len(frames) % COLUMNS)]
    halves = [chosen[i : i + COLUMNS] for i in range(0, len(chosen), COLUMNS)]
    strips = [_strip(film, films, half) for half in halves for film in (films.made, films.body)]
    width = strips[0].width
    header = YuvFrame(
        np.full((HEADER, width), 40, np.uint8), *(np.full((HEADER // 2, width // 2), 128, np.uint8) for _ in "uv")
    )
    rows = [header, *strips]
    whole = YuvFrame(*(np.vstack(planes) for planes in zip(*((row.y, row.u, row.v) for row in rows), strict=True)))
    labelled = Stage((whole.width, whole.height), label_for(permit, "en")).draw(whole, Scene("en"))
    if not cv2.imwrite(str(path), cv2.cvtColor(to_rgb(labelled.frame), cv2.COLOR_RGB2BGR)):
        raise Theirs(f"{path} could not be written", try_this="another folder")


def _strip(film: Path, films: Films, chosen: Sequence[int]) -> YuvFrame:
    heads = []
    with Reel(film) as reel:
        for number in chosen:
            reel.seek(number)
            picture, box = reel.read(), films.shots[number].head
            planes = (picture.y[box.luma], picture.u[box.chroma], picture.v[box.chroma])
            sides = (SIDE, SIDE // 2, SIDE // 2)
            heads.append(
                [cv2.resize(p, (s, s), interpolation=cv2.INTER_AREA) for p, s in zip(planes, sides, strict=True)]
            )
    return YuvFrame(*(np.hstack(planes).astype(np.uint8) for planes in zip(*heads, strict=True)))
