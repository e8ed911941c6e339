"""One person, in the picture, large enough: anything else is refused in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from sosie.errors import BadFootage
from sosie.footage.ingest import Footage, KeptVideo, SourceFacts
from sosie.footage.track import track_footage
from sosie.types import Audio, Bytes, FaceSeen, YuvFrame

N = 50


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    video = tmp_path_factory.mktemp("plain") / "footage.mp4"
    with KeptVideo(video) as kept:
        for n in range(N):
            grey = np.full((240, 320), 60 + n, np.uint8)
            half = np.full((120, 160), 128, np.uint8)
            kept.write(YuvFrame(grey, half, half.copy()))
    facts = SourceFacts("mp4", "h264", 320, 240, 0, 25.0, N / 25, "aac", 48_000, 1, False)
    return Footage(video, Audio(np.zeros(N * 960, np.float32), 24_000), N, 320, 240, "0" * 64, facts)


def seen(x: float, eyes: float) -> FaceSeen:
    points = np.zeros((478, 3), np.float32)
    points[:, 0] = x
    points[33, 0], points[263, 0] = x - eyes / 2, x + eyes / 2
    return FaceSeen(points, np.zeros(52, np.float32), 1.0)


@dataclass
class Tracker:
    """Gives what the test wrote down; the first picture is looked at twice (once to learn the size of the face)."""

    script: dict[int, tuple[FaceSeen, ...]] = field(default_factory=dict)
    usual: tuple[FaceSeen, ...] = (seen(100, 80),)
    at: int = 0

    def faces(self, rgb: Bytes) -> tuple[FaceSeen, ...]:
        assert rgb.shape[2] == 3
        given = self.script.get(self.at, self.usual)
        self.at += 1
        return given

    def reset(self) -> None:
        self.at = 0


def test_gaps_are_filled_and_marked(footage: Footage) -> None:
    tracker = Tracker({9: (seen(100, 80),), 10: (), 11: (), 12: (), 13: (seen(140, 80),)})
    shares: list[float] = []
    track = track_footage(footage, tracker, shares.append)
    assert np.flatnonzero(~track.seen).tolist() == [10, 11, 12]
    assert track.points[9:14, 0, 0] == pytest.approx([100, 110, 120, 130, 140])
    assert shares[-1] == 1.0


def test_a_large_face_is_looked_for_at_half_size_and_told_in_full_pixels(footage: Footage) -> None:
    sizes: set[tuple[int, ...]] = set()

    class Near(Tracker):
        def faces(self, rgb: Bytes) -> tuple[FaceSeen, ...]:
            sizes.add(rgb.shape[:2])
            return (seen(160, 140),) if rgb.shape[1] == 320 else (seen(80, 70),)

    track = track_footage(footage, Near())
    assert sizes == {(240, 320), (120, 160)}
    assert track.points[5, 263, 0] - track.points[5, 33, 0] == pytest.approx(140)


def test_a_face_that_shows_up_beside_for_a_moment_is_not_followed(footage: Footage) -> None:
    track = track_footage(footage, Tracker({7: (seen(300, 90), seen(101, 80))}))
    assert track.points[7, 0, 0] == pytest.approx(101)


@pytest.mark.parametrize(
    ("tracker", "says"),
    [
        (Tracker(usual=()), "no face was found"),
        (Tracker(usual=(seen(100, 80), seen(250, 60))), "two faces were found in 100%"),
        (Tracker(dict.fromkeys(range(5, 25), ())), "the face is lost in 40%"),
        (Tracker(usual=(seen(100, 30),)), "too small: 30 pixels"),
    ],
)
def test_what_cannot_be_followed_is_refused(footage: Footage, tracker: Tracker, says: str) -> None:
    with pytest.raises(BadFootage, match=says):
        track_footage(footage, tracker)


def test_a_face_on_a_far_poster_is_allowed(footage: Footage) -> None:
    assert track_footage(footage, Tracker(usual=(seen(100, 80), seen(300, 20)))).seen.all()


@pytest.mark.weights
@pytest.mark.footage
def test_a_real_face_is_followed_in_every_frame(tmp_path: Path) -> None:
    import os

    from sosie.engines.litert_face import LiteRtFaceTracker
    from sosie.footage.ingest import bring
    from sosie.models import weights

    folder = os.environ.get("SOSIE_FOOTAGE")
    if not folder:
        pytest.skip("SOSIE_FOOTAGE names no folder with clips")
    brought = bring(min(Path(folder).glob("*.mp4"), key=lambda path: path.stat().st_size), tmp_path)
    track = track_footage(brought, LiteRtFaceTracker(weights("face-landmarker")))
    assert track.seen.mean() > 0.98
