"""Every benchmark on the bundled presenter: one JSON line each. `make bench`; about ten minutes on two quiet cores."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PRESENTER = HERE.parent / "src" / "sosie" / "sample" / "presenter"
CLIP = str(PRESENTER / "presenter.mp4")
RUNS = (
    ("encode.py",),
    ("stage.py",),
    ("deciding.py", "--hours", "2"),
    ("chat.py",),
    ("face.py", CLIP),
    ("lips.py", CLIP),
    ("voice.py", CLIP),
    ("line.py", CLIP, "--consent", str(PRESENTER / "consent.json")),
)


def main() -> None:
    for name, *arguments in RUNS:
        subprocess.run([sys.executable, str(HERE / name), *arguments], check=True)


if __name__ == "__main__":
    main()
