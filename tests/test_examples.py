"""Every example runs as its first lines say."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(name: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.weights
@pytest.mark.slow
def test_a_rehearsal_is_recorded_and_carries_its_marks(tmp_path: Path) -> None:
    out = tmp_path / "out" / "rehearsal.mp4"
    run("01_rehearse_a_show.py", str(out))
    marks = run("02_read_the_marks.py", str(out))
    assert "aigc: present" in marks
    assert "consent: present: shows a fictional figure" in marks


def test_a_speaker_of_ones_own_speaks() -> None:
    assert "Good evening," in run("03_my_own_speaker.py")


def test_examples_are_short_and_numbered() -> None:
    paths = sorted(EXAMPLES.glob("*.py"))
    assert [path.name[:2] for path in paths] == [f"{n:02}" for n in range(1, len(paths) + 1)]
    assert all(len(path.read_text().splitlines()) < 50 for path in paths)
