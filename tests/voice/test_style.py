"""A voice is kept in one small file, and nothing broken gets into the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sosie.errors import YourInput
from sosie.voice.style import N_PACK_ROWS, N_STYLE, Accent, VoiceStyle, stock_names, stock_style


def a_pack(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(N_PACK_ROWS, N_STYLE)).astype(np.float32)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    bias = np.arange(22, dtype=np.float32)
    style = VoiceStyle("fitted from 20 s", a_pack(), {"decoder.generator.conv_post.bias": bias})
    style.save(tmp_path / "voice.npz")
    loaded = VoiceStyle.load(tmp_path / "voice.npz")
    assert loaded.name == "fitted from 20 s"
    np.testing.assert_array_equal(loaded.pack, style.pack)
    assert list(loaded.biases) == ["decoder.generator.conv_post.bias"]
    np.testing.assert_array_equal(loaded.biases["decoder.generator.conv_post.bias"], bias)


def test_an_accent_is_saved_and_used_in_its_language_only(tmp_path: Path) -> None:
    french = a_pack(1)
    VoiceStyle("fitted", a_pack()).with_accent("fr", Accent(french, 0.75)).save(tmp_path / "voice.npz")
    loaded = VoiceStyle.load(tmp_path / "voice.npz")
    np.testing.assert_array_equal(loaded.spoken_in("fr").pack, french)
    np.testing.assert_array_equal(loaded.spoken_in("en").pack, a_pack())
    assert (loaded.spoken_in("fr").bias_share, loaded.spoken_in("en").bias_share) == (0.75, 1.0)
    with pytest.raises(ValueError, match="accent zh must be"):
        loaded.with_accent("zh", Accent(a_pack()[:5]))
    with pytest.raises(ValueError, match="share"):
        loaded.with_accent("zh", Accent(a_pack(), 1.5))


def test_a_pace_and_pauses_are_saved_and_files_from_before_them_still_open(tmp_path: Path) -> None:
    path = tmp_path / "voice.npz"
    VoiceStyle("fitted", a_pack(), pace=0.9, pauses=1.4).save(path)
    loaded = VoiceStyle.load(path)
    assert (loaded.pace, loaded.pauses) == (0.9, 1.4)
    assert loaded.spoken_in("fr").pace == 0.9
    np.savez_compressed(path, pack=a_pack(), name=np.array("old"), **{"accent/fr": a_pack(1)})
    old = VoiceStyle.load(path)
    assert (old.pace, old.pauses, old.spoken_in("fr").bias_share) == (1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="pace must be"):
        VoiceStyle("x", a_pack(), pace=9.0)


def test_the_row_follows_the_number_of_symbols() -> None:
    style = VoiceStyle("stock", a_pack())
    np.testing.assert_array_equal(style.row(12), style.pack[12:13])
    np.testing.assert_array_equal(style.row(9999), style.pack[-1:])


@pytest.mark.parametrize("content", [b"", b"not a voice", b"PK\x03\x04 cut off"])
def test_another_file_is_refused_with_what_to_try(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "voice.npz"
    path.write_bytes(content)
    with pytest.raises(YourInput, match=r"voice\.npz cannot be read.*make the clone again"):
        VoiceStyle.load(path)


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    np.savez(tmp_path / "voice.npz", pack=np.array([{"a": 1}], dtype=object), name=np.array("x"))
    with pytest.raises(YourInput):
        VoiceStyle.load(tmp_path / "voice.npz")


@pytest.mark.parametrize(
    "pack",
    [
        a_pack()[:100],
        a_pack().astype(np.float64),
        np.full((N_PACK_ROWS, N_STYLE), np.nan, np.float32),
    ],
)
def test_a_pack_of_another_shape_kind_or_with_nan_is_not_built(pack: np.ndarray) -> None:
    with pytest.raises(ValueError, match="must be"):
        VoiceStyle("broken", pack)


def test_stock_voices_are_found_by_name(tmp_path: Path) -> None:
    a_pack(3).reshape(N_PACK_ROWS, 1, N_STYLE).tofile(tmp_path / "zf_test.bin")
    assert stock_names(tmp_path) == ("zf_test",)
    style = stock_style(tmp_path, "zf_test")
    assert style.name == "stock zf_test"
    np.testing.assert_array_equal(style.pack, a_pack(3))
    with pytest.raises(YourInput, match="zf_test"):
        stock_style(tmp_path, "../zf_test")
