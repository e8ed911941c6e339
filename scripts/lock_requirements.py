"""Writes requirements/*.txt: every package of pyproject.toml and all that they need, pinned. Run it to take newer versions.

    .venv/bin/python scripts/lock_requirements.py

``runtime`` is what a user installs; ``test`` holds what the tests add. setup.py installs them with --no-deps. ``fit.txt`` is
written by hand: which libraries torch brings depends on the machine, so pip resolves them there.
The versions must have wheels for Python 3.11 to 3.13; CI's machine tells about one of them, so look when you change a pin.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ["setuptools==84.2.1"]
"""With --no-build-isolation the editable install uses the .venv's own."""


def closure(*extras: str) -> dict[str, str]:
    """Name -> version of everything that pip would install for these extras."""
    target = f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT)
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--dry-run",
        "--ignore-installed",
        "--quiet",
        "--report",
        "-",
        target,
    ]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    found = {
        item["metadata"]["name"].lower().replace("_", "-"): item["metadata"]["version"] for item in report["install"]
    }
    found.pop("sosie")
    return found


def write(name: str, packages: dict[str, str], more: list[str]) -> None:
    lines = sorted({*more, *(f"{package}=={version}" for package, version in packages.items())})
    header = (
        "# Written by scripts/lock_requirements.py from pyproject.toml; installed with --no-deps by scripts/setup.py.\n"
    )
    (ROOT / "requirements" / f"{name}.txt").write_text(header + "\n".join(lines) + "\n")


def main() -> None:
    runtime = closure()
    write("runtime", runtime, BUILD)
    write("test", {name: version for name, version in closure("test", "dev").items() if name not in runtime}, [])


if __name__ == "__main__":
    main()
