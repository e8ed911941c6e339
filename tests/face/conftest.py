from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from sosie.face.fit import FaceFit, fit_face
from sosie.footage.takes import Span

from .drawn import Drawn, drawn_person

STILL = (200, 300)
HAND = (90, 104)


@pytest.fixture(scope="session")
def person(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """300 frames: talking to frame 200, then still; a hand before the mouth from 90 to 104."""
    return drawn_person(tmp_path_factory.mktemp("drawn"), hand=HAND, still=STILL)


@pytest.fixture(scope="session")
def face_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("face")


@pytest.fixture(scope="session")
def face(person: Drawn, face_folder: Path) -> FaceFit:
    return fit_face(person.footage, person.track, person.lips, (Span(0, STILL[0]),), face_folder)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)
