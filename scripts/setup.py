"""Sets Sosie up on a fresh machine: `make setup` (or `python3 scripts/setup.py`). Standard library only.

1. finds a Python 3.11-3.13 and makes .venv with the pinned packages of requirements/
2. installs the Debian packages that are missing when it may (root or passwordless sudo), else names them in one line
3. fetches the weights (sha256 checked, resumable)

Run it as often as you like: a second run finds everything there and fetches nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
DEBIAN = {
    "espeak-ng": "French is turned into phonemes by it",
    "fonts-noto-cjk": "Chinese in labels and subtitles",
    "fonts-noto-core": "Latin and Arabic in labels and subtitles",
    "fonts-noto-color-emoji": "emoji in subtitles",
    "libegl1": "the text renderer needs it",
    "libgl1": "the text renderer needs it",
    "libfontconfig1": "the text renderer finds fonts by it",
}
DEBIAN_TEST = {
    "chromium": "the tests open the preview page in it",
    "nginx-light": "the tests push a stream to it",
    "libnginx-mod-rtmp": "the tests push a stream to it",
    "ffmpeg": "the tests read our files with it, as an independent reader",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--test", action="store_true", help="also what `make test` needs (Chromium, nginx-rtmp, linters)"
    )
    parser.add_argument("--fit", action="store_true", help="also torch, for `sosie clone --voice full`")
    options = parser.parse_args()
    wanted = ["runtime"] + (["test"] if options.test else []) + (["fit"] if options.fit else [])
    _debian({**DEBIAN, **(DEBIAN_TEST if options.test else {})})
    for part in wanted:
        _packages(part)
    _run([str(VENV / "bin" / "sosie"), "models", "fetch"])
    return 0


def _packages(part: str) -> None:
    """Installs requirements/<part>.txt into .venv unless exactly that was installed before."""
    lock = ROOT / "requirements" / f"{part}.txt"
    stamp = VENV / f"installed-{part}"
    wanted = hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    if not (VENV / "bin" / "python").exists():
        _say("Making .venv")
        _make_venv()
        _run([*pip, "install", "pip==26.3"])
    _say(f"Installing the pinned packages of requirements/{part}.txt (minutes on a first run)")
    # The locks name every package there is, so nothing is resolved and nothing else comes in; fit.txt says why it differs.
    # misaki says that it wants Python below 3.13, for a part of it that is not used here; the rest was tried on 3.13.
    locked = ["--no-deps", "--ignore-requires-python"]
    _run([*pip, "install", *([] if part == "fit" else locked), "-r", str(lock)])
    if part == "runtime":
        _run([*pip, "install", "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    stamp.write_text(wanted)


def _make_venv() -> None:
    python = _python()
    done = subprocess.run([python, "-m", "venv", str(VENV)], check=False)
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        _debian({"python3-venv": "Debian keeps venv in a package of its own"})
        _run([python, "-m", "venv", str(VENV)])


def _python() -> str:
    for candidate in (sys.executable, "python3.12", "python3.11", "python3.13"):
        path = shutil.which(candidate)
        if path is None:
            continue
        version = "import sys; print(*sys.version_info[:2])"
        asked = subprocess.run([path, "-c", version], capture_output=True, text=True, check=False)
        if asked.stdout.split() in (["3", "11"], ["3", "12"], ["3", "13"]):
            return path
    raise SystemExit(
        "Sosie needs Python 3.11, 3.12 or 3.13 and found none. "
        "Try: apt-get install python3 python3-venv (Debian 12 or newer)"
    )


def _debian(packages: dict[str, str]) -> None:
    if shutil.which("dpkg-query") is None:
        _say(f"This is not Debian: see that these are there, by whatever name: {', '.join(packages)}")
        return
    missing = [name for name in packages if not _installed(name)]
    if not missing:
        return
    become = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if become and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode != 0:
        raise SystemExit(
            "Some Debian packages are missing and may not be installed from here. "
            f"Run once: sudo apt-get install {' '.join(missing)}"
        )
    _say("Installing Debian packages: " + "; ".join(f"{name} ({packages[name]})" for name in missing))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"stdout": subprocess.DEVNULL, "env": environment}
    subprocess.run([*become, "apt-get", "update", "-q"], check=True, **quiet)  # type: ignore[call-overload]
    subprocess.run(
        [*become, "apt-get", "install", "-y", "-q", "--no-install-recommends", *missing], check=True, **quiet
    )  # type: ignore[call-overload]


def _installed(name: str) -> bool:
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Status}", name], capture_output=True, text=True, check=False)
    return "install ok installed" in asked.stdout


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode != 0:
        raise SystemExit(f"This failed: {' '.join(command)}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"This failed: {' '.join(map(str, error.cmd))}") from None
