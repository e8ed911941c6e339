"""The clone of the bundled presenter, made once by the real command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PRESENTER = Path(__file__).parents[2] / "src/sosie/sample/presenter"
SHOW = Path(__file__).parents[2] / "src/sosie/sample/shop/show.toml"


def sosie(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a user types it."""
    command = [sys.executable, "-m", "sosie", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made from the bundled clip under the bundled record: two to four minutes."""
    out = tmp_path_factory.mktemp("clone") / "presenter.sosie"
    record = PRESENTER / "consent.json"
    done = sosie("clone", str(PRESENTER / "presenter.mp4"), "--consent", str(record), "--out", str(out), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["consent_kind"] == "fictional"
    return out
