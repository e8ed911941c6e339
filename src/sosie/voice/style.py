"""How one person sounds: what makes the common voice model speak as them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from sosie.errors import YourInput
from sosie.types import LANGUAGES, Floats, Language

N_PACK_ROWS = 510
"""One style row for each length of text, as Kokoro picks them: row n for n symbols, the last one for anything longer."""
N_STYLE = 256
"""Numbers in a style row: the first 128 colour the sound, the last 128 the melody and the pace."""
_BIAS = "bias/"
_ACCENT = "accent/"
_SHARE = "share/"


@dataclass(frozen=True, slots=True, eq=False)
class Accent:
    """How a voice speaks one language, where it is clearer otherwise than elsewhere."""

    pack: Floats
    """As ``VoiceStyle.pack``."""
    bias_share: float = 1.0
    """In [0, 1]: how far the decoder goes from the stock voice's biases to the fitted ones."""


@dataclass(frozen=True, slots=True, eq=False)
class VoiceStyle:
    """One voice for Kokoro: a style pack, and initialisers of the graph that replace the stock ones.

    A pack alone is safe in every language; biases come closer to the person (design notes: voice_fit.md, run D).
    """

    name: str
    """What it was made from, to be shown to people: "stock zf_xiaoxiao", "fitted from 58 s of speech"."""
    pack: Floats
    """float32, (510, 256), finite: the style row by number of symbols, see ``row``."""
    biases: Mapping[str, Floats] = field(default_factory=lambda: MappingProxyType({}))
    """Name of a float32 initialiser of the graph -> its new value, same shape. Empty for a stock voice."""
    accents: Mapping[Language, Accent] = field(default_factory=lambda: MappingProxyType({}))
    """What takes the place of ``pack`` and ``bias_share`` in some languages (accent.py, fit_full.py)."""
    pace: float = 1.0
    """Times as fast as the pack by itself (manner.py)."""
    pauses: float = 1.0
    """Times the usual silence behind a clause."""
    bias_share: float = 1.0
    """As ``Accent.bias_share``; 1 in a voice that is kept, for only ``spoken_in`` sets it."""

    def __post_init__(self) -> None:
        packs = {"pack": self.pack} | {
            f"the accent {language}": accent.pack for language, accent in self.accents.items()
        }
        for name, pack in packs.items():
            if pack.shape != (N_PACK_ROWS, N_STYLE):
                raise ValueError(f"{name} must be ({N_PACK_ROWS}, {N_STYLE}), got {pack.shape}")
        for name, values in {**packs, **self.biases}.items():
            if values.dtype != np.float32:
                raise ValueError(f"{name} must be float32, got {values.dtype}")
            if not np.isfinite(values).all():
                raise ValueError(f"{name} must be finite, got NaN or infinity")
        if not all(0 <= share <= 1 for share in (self.bias_share, *(one.bias_share for one in self.accents.values()))):
            raise ValueError("a share of the biases must be in [0, 1]")
        if not (0.5 <= self.pace <= 2 and 0.2 <= self.pauses <= 5):
            raise ValueError(f"pace must be in [0.5, 2] and pauses in [0.2, 5], got {self.pace} and {self.pauses}")

    def row(self, n_symbols: int) -> Floats:
        """float32, (1, 256): the style for a text of ``n_symbols`` phoneme symbols, end marks not counted."""
        row = min(n_symbols, N_PACK_ROWS - 1)
        return self.pack[row : row + 1]

    def spoken_in(self, language: Language) -> VoiceStyle:
        """The style for texts of one language: as its accent says where there is one."""
        accent = self.accents.get(language, Accent(self.pack, self.bias_share))
        return replace(self, pack=accent.pack, bias_share=accent.bias_share, accents=MappingProxyType({}))

    def with_accent(self, language: Language, accent: Accent) -> VoiceStyle:
        return replace(self, accents=MappingProxyType({**self.accents, language: accent}))

    def save(self, path: Path) -> None:
        """Writes one .npz (about 0.5 MB a pack and the biases), no pickle inside."""
        arrays = {_BIAS + name: values for name, values in self.biases.items()}
        arrays |= {_ACCENT + language: accent.pack for language, accent in self.accents.items()}
        arrays |= {_SHARE + language: np.array(accent.bias_share) for language, accent in self.accents.items()}
        with path.open("wb") as file:
            np.savez_compressed(
                file,
                pack=self.pack,
                name=np.array(self.name),
                manner=np.array([self.pace, self.pauses]),
                **arrays,  # type: ignore[arg-type]
            )

    @classmethod
    def load(cls, path: Path) -> VoiceStyle:
        """Reads what ``save`` wrote; raises YourInput for anything else."""
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
                biases = {key.removeprefix(_BIAS): file[key] for key in file.files if key.startswith(_BIAS)}
                accents = {
                    # Files from before languages went each their own way have no shares.
                    language: Accent(file[_ACCENT + language], float(file.get(_SHARE + language, 1.0)))
                    for language in LANGUAGES
                    if _ACCENT + language in file.files
                }
                # Files from before voices had a pace and pauses of their own.
                pace, pauses = file["manner"] if "manner" in file.files else (1.0, 1.0)
                return cls(
                    str(file["name"]),
                    file["pack"],
                    MappingProxyType(biases),
                    MappingProxyType(accents),
                    float(pace),
                    float(pauses),
                )
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise YourInput(
                f"the voice file {path.name} cannot be read ({error})",
                wanted="a voice style that Sosie saved",
                try_this="make the clone again",
            ) from error


def stock_style(folder: Path, name: str) -> VoiceStyle:
    """A stock voice of Kokoro, such as ``zf_xiaoxiao``; ``folder`` is ``weights("kokoro-voices")``."""
    path = folder / f"{name}.bin"
    if name not in stock_names(folder):
        raise YourInput(
            f"there is no stock voice {name!r}",
            wanted="one of those there are",
            try_this=", ".join(stock_names(folder)),
        )
    pack = np.fromfile(path, dtype="<f4").astype(np.float32)
    if pack.size != N_PACK_ROWS * N_STYLE:
        raise YourInput(
            f"the stock voice {name} holds {pack.size} numbers",
            wanted=f"{N_PACK_ROWS * N_STYLE}",
            try_this="fetch the weights again",
        )
    return VoiceStyle(f"stock {name}", pack.reshape(N_PACK_ROWS, N_STYLE))


def stock_names(folder: Path) -> tuple[str, ...]:
    """Names of the stock voices, sorted; the first letter is the language (a, b English; z Chinese; f French ...)."""
    return tuple(sorted(path.stem for path in folder.glob("*.bin")))
