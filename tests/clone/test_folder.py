"""A clone on disk: whole or not at all, and noticed when it was changed."""

import errno
import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from sosie.clone.folder import building, open_clone, seal
from sosie.clone.manifest import MANIFEST_NAME, Manifest, Scores
from sosie.errors import Refused, Theirs, YourInput

FILES = ["consent.json", "face/basis.npz", "footage.mp4", "lips/fit.npz", "voice/style.npz"]


def make(out: Path) -> Manifest:
    with building(out) as folder:
        for name in FILES:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(b"some bytes")
        manifest = Manifest(
            created="2026-11-22T10:00:00+00:00",
            sosie_version="0",
            consent_id="c-1",
            consent_sha256="0" * 64,
            consent_kind="fictional",
            footage_sha256="1" * 64,
            width=720,
            height=1280,
            n_frames=250,
            voice="quick",
            scores=Scores(0.0, 0.7, 0.8, 0.95, {"zh": 0.1, "en": 0.0}, "The fitted voice is kept."),
            files=seal(folder),
        )
        (folder / MANIFEST_NAME).write_text(manifest.to_json())
    return manifest


def test_an_opened_clone_is_what_was_sealed(tmp_path: Path) -> None:
    manifest = make(tmp_path / "me.sosie")
    assert open_clone(tmp_path / "me.sosie").manifest == manifest
    assert [file.path for file in manifest.files] == FILES


@pytest.mark.parametrize("missing", FILES)
def test_a_clone_without_one_of_its_parts_is_damaged(missing: str, tmp_path: Path) -> None:
    manifest = make(tmp_path / "me.sosie")
    rest = tuple(file for file in manifest.files if file.path != missing)
    (tmp_path / "me.sosie" / MANIFEST_NAME).write_text(replace(manifest, files=rest).to_json())
    with pytest.raises(YourInput, match=f"damaged.*{missing.split('/')[0]}"):
        open_clone(tmp_path / "me.sosie")


def test_a_manifest_that_is_not_text_is_damaged(tmp_path: Path) -> None:
    (tmp_path / MANIFEST_NAME).write_bytes(b"\xff\xfe")
    with pytest.raises(YourInput, match="damaged"):
        open_clone(tmp_path)


@pytest.mark.parametrize("out", ["wall/me.sosie", "wall/deep/me.sosie", "n" * 300])
def test_a_place_where_no_clone_can_be_made_is_told(out: str, tmp_path: Path) -> None:
    (tmp_path / "wall").write_text("a file where a folder should be")
    with pytest.raises(YourInput, match="cannot be made"), building(tmp_path / out):
        pass


def test_a_disk_that_fails_meanwhile_is_said_in_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Theirs, match="could not be finished"), building(tmp_path / "me.sosie"):
        raise OSError(errno.EIO, "Input/output error")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_making_left_is_swept_and_what_runs_is_not(tmp_path: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    swept = [tmp_path / f".me.sosie.{pid}.making" for pid in (gone.pid, os.getpid())]
    kept = [tmp_path / f".me.sosie.{os.getppid()}.making", tmp_path / f".you.sosie.{gone.pid}.making"]
    for folder in swept + kept:
        folder.mkdir()
        (folder / "half").write_text("half")
    make(tmp_path / "me.sosie")
    assert sorted(tmp_path.iterdir()) == sorted([*kept, tmp_path / "me.sosie"])


def test_a_failed_making_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), building(tmp_path / "me.sosie") as folder:
        (folder / "half").write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Theirs, match="disk .* full"), building(tmp_path / "me.sosie"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_clone_is_not_overwritten(tmp_path: Path) -> None:
    make(tmp_path / "me.sosie")
    with pytest.raises(YourInput, match="there already"), building(tmp_path / "me.sosie"):
        pass


@pytest.mark.parametrize("change", [lambda file: file.write_bytes(b"other"), lambda file: file.unlink()])
def test_a_changed_file_is_refused(tmp_path: Path, change) -> None:
    make(tmp_path / "me.sosie")
    change(tmp_path / "me.sosie" / "voice" / "style.npz")
    with pytest.raises(Refused, match="changed after"):
        open_clone(tmp_path / "me.sosie")


def test_an_unknown_format_is_named(tmp_path: Path) -> None:
    manifest = make(tmp_path / "me.sosie")
    (tmp_path / "me.sosie" / MANIFEST_NAME).write_text(replace(manifest, format=99).to_json())
    with pytest.raises(YourInput, match="format 99"):
        open_clone(tmp_path / "me.sosie")


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"format": 1, "files": []}'])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST_NAME).write_text(text)
    with pytest.raises(YourInput):
        open_clone(tmp_path)


@pytest.mark.parametrize("change", [{"width": "wide"}, {"files": 3}, {"scores": None}, {"more": 1}])
def test_a_manifest_with_odd_fields_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    manifest = json.loads(make(tmp_path / "me.sosie").to_json())
    (tmp_path / "me.sosie" / MANIFEST_NAME).write_text(json.dumps(manifest | change))
    with pytest.raises(YourInput, match="damaged|no manifest holds"):
        open_clone(tmp_path / "me.sosie")


def test_what_is_no_clone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(YourInput, match="not a clone"):
        open_clone(tmp_path / "nothing")
