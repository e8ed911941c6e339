"""sosie doctor: is everything here that Sosie needs, and if not, what to type."""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import sys
from dataclasses import asdict, dataclass

from sosie.cli.verb import Verbs, declare
from sosie.errors import SosieError
from sosie.models import home, is_ready, known_weights

FREE_BYTES = 2_000_000_000
"""What a clone, its recordings of an hour and the weights take together, about."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at."""

    what: str
    well: bool
    found: str
    try_this: str = ""


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    verb = declare(
        verbs, "doctor", run, what="look whether everything that Sosie needs is here", example="sosie doctor --json"
    )
    verb.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace) -> int:
    signs = examine()
    if options.json:
        print(json.dumps([asdict(sign) for sign in signs], indent=1))
    else:
        for sign in signs:
            advice = f"  ->  {sign.try_this}" if sign.try_this and not sign.well else ""
            print(f"{'well' if sign.well else 'MISSING':<8} {sign.what:<14} {sign.found}{advice}")
    return 0 if all(sign.well for sign in signs) else 1


def examine() -> list[Sign]:
    return [_python(), _machine(), _disk(), _espeak(), _fonts(), _media(), *_weights()]


def _python() -> Sign:
    version = platform.python_version()
    return Sign("python", (3, 11) <= sys.version_info[:2] <= (3, 13), version, "Python 3.11, 3.12 or 3.13")


def _machine() -> Sign:
    found = f"{platform.system()} {platform.machine()}"
    return Sign("machine", found == "Linux x86_64", found, "Linux on x86-64; other systems are best effort")


def _disk() -> Sign:
    home().mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home()).free
    return Sign("disk", free >= FREE_BYTES, f"{free / 1e9:.1f} GB free", f"free {FREE_BYTES / 1e9:.0f} GB on that disk")


def _espeak() -> Sign:
    found = shutil.which("espeak-ng")
    return Sign(
        "espeak-ng", found is not None, found or "not found", "sudo apt-get install espeak-ng (French needs it)"
    )


def _fonts() -> Sign:
    try:
        from sosie.stage.text import require_fonts

        require_fonts()
    except SosieError as error:
        return Sign("fonts", False, error.found, error.try_this)
    except ImportError as error:
        return Sign("fonts", False, str(error), "sudo apt-get install libegl1 libgl1 libfontconfig1")
    return Sign("fonts", True, "Latin, Chinese, Arabic, emoji")


def _media() -> Sign:
    import av

    codecs = ("libx264", "aac")
    missing = [name for name in codecs if name not in av.codecs_available]
    found = f"PyAV {av.__version__}" + (f" without {', '.join(missing)}" if missing else "")
    return Sign("media", not missing, found, "the PyAV wheel of requirements/runtime.txt: make setup")


def _weights() -> list[Sign]:
    signs = []
    for entry in known_weights().values():
        ready = is_ready(entry, home() / "weights" / entry.name)
        signs.append(Sign(entry.name, ready, "here" if ready else "not fetched", f"sosie models fetch {entry.name}"))
    return signs
