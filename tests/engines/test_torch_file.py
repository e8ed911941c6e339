from __future__ import annotations

import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from sosie.engines.torch_file import read_torch_file
from sosie.errors import WeightsUnavailable

OLD_MAGIC = 0x1950A86A20F9469CFC6C


def test_a_weights_file_can_hold_numbers_only(tmp_path: Path) -> None:
    """A pickle may name any function of any module; ours must not be talked into calling one."""
    zipped, old = tmp_path / "weights.pt", tmp_path / "old.pt"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({"head": Path("/tmp")}))
    old.write_bytes(b"".join(pickle.dumps(part, 2) for part in (OLD_MAGIC, 1001, {}, {"head": Path("/tmp")}, [])))
    for path in (zipped, old):
        with pytest.raises(WeightsUnavailable, match=r"asks for pathlib"):
            read_torch_file(path)


@pytest.mark.parametrize("content", [b"", b"not a zip", pickle.dumps(OLD_MAGIC, 2), pickle.dumps(7, 2)])
def test_a_broken_weights_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.pt"
    path.write_bytes(content)
    with pytest.raises(WeightsUnavailable, match=r"weights\.pt cannot be read"):
        read_torch_file(path)


def old_file(numbers: np.ndarray, shape: tuple[int, ...], strides: tuple[int, ...]) -> bytes:
    """One storage and one tensor in it; the checkpoint's pickle is written by hand, opcode by opcode."""
    storage = b"(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0" + b"7" + b"X\x03\0\0\0cpuK\x06NtQ"
    sizes = b"".join(b"(" + b"".join(b"K" + bytes([n]) for n in each) + b"t" for each in (shape, strides))
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\0" + sizes + b"\x89NtR"
    checkpoint = b"\x80\x02}X\x05\0\0\0model}X\x01\0\0\0w" + tensor + b"ss."
    head = b"".join(pickle.dumps(part, 2) for part in (OLD_MAGIC, 1001, {}))
    return head + checkpoint + pickle.dumps(["7"], 2) + struct.pack("<q", len(numbers)) + numbers.tobytes()


def test_a_file_from_before_torch_1_6_is_read_with_its_layout(tmp_path: Path) -> None:
    path = tmp_path / "old.pt"
    numbers = np.arange(6, dtype="<f4")
    path.write_bytes(old_file(numbers, (3, 2), (1, 3)))
    np.testing.assert_array_equal(read_torch_file(path, "model")["w"], numbers.reshape(2, 3).T)
    path.write_bytes(old_file(numbers, (3, 2), (2, 2)))
    with pytest.raises(WeightsUnavailable, match="outside its storage"):
        read_torch_file(path, "model")
