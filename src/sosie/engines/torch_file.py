"""Torch's weight files, read with numpy alone.

A torch file is a zip of a pickle and raw numbers, or, before torch 1.6, several pickles with the numbers behind them. A pickle
may name any function of any module, so it is read by an unpickler that knows four harmless names and refuses all others.
"""

from __future__ import annotations

import collections
import pickle
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from sosie.errors import WeightsUnavailable

Tensors = dict[str, NDArray[Any]]

_OLD_MAGIC = 0x1950A86A20F9469CFC6C
_BROKEN = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    StopIteration,
    KeyError,
    ValueError,
    struct.error,
    pickle.UnpicklingError,
)


def read_torch_file(path: Path, part: str | None = None) -> Tensors:
    """The named tensors of a checkpoint, or of one ``part`` of it. Raises WeightsUnavailable for any other content."""
    try:
        whole = _read_zip(path) if zipfile.is_zipfile(path) else _read_old(path)
        tensors = whole if part is None else whole[part]
        return {name: tensor for name, tensor in tensors.items() if isinstance(tensor, np.ndarray)}
    except _BROKEN as problem:
        raise WeightsUnavailable(
            f"{path.name} cannot be read as torch weights ({problem})",
            wanted="the file as it was published",
            try_this="sosie models fetch",
        ) from problem


@dataclass(frozen=True, slots=True)
class _Later:
    """A tensor whose numbers come further down in the file."""

    key: str
    dtype: np.dtype[Any]
    layout: tuple[int, tuple[int, ...], tuple[int, ...]]


class _Reader(pickle.Unpickler):
    """Unpickles dictionaries of tensors and plain values, nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        known = {
            ("torch._utils", "_rebuild_tensor_v2"): _rebuilt,
            ("torch", "FloatStorage"): np.dtype("<f4"),
            ("torch", "LongStorage"): np.dtype("<i8"),
            ("collections", "OrderedDict"): collections.OrderedDict,
        }
        if (module, name) not in known:
            raise pickle.UnpicklingError(f"the weights file asks for {module}.{name}")
        return known[module, name]

    def persistent_load(self, pid: Any) -> tuple[str, np.dtype[Any]]:
        _, dtype, key = pid[:3]
        return key, dtype


def _rebuilt(
    storage: tuple[str, np.dtype[Any]], offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> _Later:
    return _Later(*storage, (offset, shape, strides))


def _read_zip(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        root = next(name for name in archive.namelist() if name.endswith("/data.pkl")).rpartition("/")[0]
        whole = _Reader(archive.open(f"{root}/data.pkl")).load()
        return _filled(whole, lambda later: np.frombuffer(archive.read(f"{root}/data/{later.key}"), later.dtype))


def _read_old(path: Path) -> Any:
    """Pickles: a magic number, a version, the machine, the checkpoint, its storages' keys; then each one's length and numbers."""
    with path.open("rb") as file:
        if _Reader(file).load() != _OLD_MAGIC:
            raise ValueError("it does not begin as one")
        _, _, whole, keys = (_Reader(file).load() for _ in range(4))
        places = _places(file, keys, whole)

        def numbers(later: _Later) -> NDArray[Any]:
            at, n = places[later.key]
            file.seek(at)
            return np.frombuffer(file.read(n * later.dtype.itemsize), later.dtype)

        return _filled(whole, numbers)


def _places(file: BinaryIO, keys: list[str], whole: object) -> dict[str, tuple[int, int]]:
    """Key of a storage -> (first byte, how many numbers)."""
    sizes = {later.key: later.dtype.itemsize for later in _laters(whole)}
    places = {}
    for key in keys:
        (n,) = struct.unpack("<q", file.read(8))
        if n < 0:
            raise ValueError("a storage has a negative length")
        places[key] = file.tell(), n
        file.seek(n * sizes[key], 1)
    return places


def _laters(value: object) -> list[_Later]:
    if isinstance(value, _Later):
        return [value]
    return [later for inner in value.values() for later in _laters(inner)] if isinstance(value, Mapping) else []


def _filled(value: Any, numbers: Any) -> Any:
    """``value`` with each tensor in its place; ``numbers`` gives the storage of a ``_Later``."""
    if isinstance(value, _Later):
        return _tensor(numbers(value), *value.layout)
    return {key: _filled(inner, numbers) for key, inner in value.items()} if isinstance(value, Mapping) else value


def _tensor(storage: NDArray[Any], offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> NDArray[Any]:
    if any(n < 0 for n in (offset, *shape, *strides)):
        raise pickle.UnpicklingError("a tensor lies outside its storage")
    last = offset + sum((n - 1) * step for n, step in zip(shape, strides, strict=True))
    if last >= len(storage):
        raise pickle.UnpicklingError("a tensor lies outside its storage")
    steps = [step * storage.itemsize for step in strides]
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, steps).copy()
