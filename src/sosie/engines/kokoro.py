"""Kokoro-82M (Apache-2.0), int8 ONNX: phonemes in, speech out, with the exact time of every phoneme.

Two cores of a shared Xeon: real-time factor 0.3 with two threads, 0.5 with one.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from sosie.errors import YourInput
from sosie.models import weights
from sosie.types import LANGUAGES, VOICE_HZ, Audio, Floats, Language, Speech, Utterance
from sosie.voice.speak import Finished, Symbol, finished, has_sound, notice_speed, placed, tidied, within_limit
from sosie.voice.style import VoiceStyle
from sosie.voice.text import NAMES, Clause, Piece, Pronunciations, Run, read

DURATIONS = "/encoder/Clip_output_0"
"""The tensor of the graph that holds each symbol's length; the published graph does not hand it out."""
EDGE_SAMPLES = 24
"""The inverse transform is not whole there: a voice with fitted biases had a spike of 1.2 in the first millisecond, and clicked
where every clause began."""
_PITCH = "encoder.predictor.F0_proj."
"""The last layer of the pitch predictor: what it says is hertz, so a straight line can go into it."""
DURATION_SAMPLES = 600
"""Its unit: 25 ms at 24 kHz. Checked: the sum times 600 is the length of the audio."""
MAX_SYMBOLS = 510
"""Symbols that the text encoder takes at once, end marks not counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """What the model made of one string of phonemes."""

    samples: Floats
    """float32, (n,), 24 kHz, finite, as loud as the model made it."""
    symbols: str
    """The phonemes, one symbol a character."""
    durations: NDArray[np.int64]
    """int64, (len(symbols) + 2,), samples: silence before, every symbol, silence after; sums to ``len(samples)``."""


class KokoroModel:
    """The network itself. One object may be used by one thread at a time."""

    def __init__(self, biases: Mapping[str, Floats] | None = None, *, threads: int = 2) -> None:
        """``biases`` take the place of initialisers of the graph, as ``VoiceStyle.biases``; takes about 1 s.

        Raises ValueError for a name or a shape that the graph does not have.
        """
        self.vocabulary: Mapping[str, int] = _vocabulary(weights("kokoro-vocab"))
        graph = weights("kokoro").read_bytes()
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Waiting threads that spin take a fifth more CPU time, which on air the face needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # A warning for every bias that is an input: meant (see _at_share).
        options.log_severity_level = 3
        self._fitted = dict(biases or {})
        self._own = _initialisers(graph, self._fitted)
        self._session = ort.InferenceSession(
            graph + _durations_as_output() + _as_inputs(self._fitted), options, providers=["CPUExecutionProvider"]
        )

    def synthesise(self, phonemes: str, style: VoiceStyle, speed: float = 1.0) -> Sound:
        """Speaks 1 to 510 symbols of the vocabulary; ``speed`` 1.0 is the voice's own pace, more is faster.

        Of ``style`` the pack is used, and how far the model goes to the biases it was built with.
        Same input, same samples. Raises ValueError for an unknown symbol or a wrong length.
        """
        unknown = sorted(set(phonemes) - self.vocabulary.keys())
        if unknown:
            raise ValueError(f"symbols must be in the vocabulary, got {unknown}")
        if not 1 <= len(phonemes) <= MAX_SYMBOLS:
            raise ValueError(f"phonemes must be 1 to {MAX_SYMBOLS} symbols, got {len(phonemes)}")
        tokens = np.array([[0, *(self.vocabulary[symbol] for symbol in phonemes), 0]], np.int64)
        inputs = {"tokens": tokens, "style": style.row(len(phonemes)), "speed": np.array([speed], np.float32)}
        audio, units = self._session.run(["audio", DURATIONS], inputs | self._at_share(style.bias_share))
        # A NaN here would end the stream in the encoder; silence at one sample is not heard.
        samples = np.nan_to_num(np.asarray(audio, np.float32).ravel(), nan=0.0, posinf=0.0, neginf=0.0)
        samples[:EDGE_SAMPLES] = 0
        return Sound(samples, phonemes, np.rint(units.ravel()).astype(np.int64) * DURATION_SAMPLES)

    def _at_share(self, share: float) -> dict[str, Floats]:
        """What is fed beside the text: another voice in every language costs no second model. The melody is never shared."""
        return {
            name: values if share == 1 or name.startswith(_PITCH) else own + np.float32(share) * (values - own)
            for name, values in self._fitted.items()
            for own in (self._own[name],)
        }

    def sayable(self, phonemes: str) -> str:
        """What of ``phonemes`` the model knows; front ends of other languages than its own write more than that."""
        return "".join(symbol for symbol in phonemes if symbol in self.vocabulary)


def _vocabulary(path: Path) -> dict[str, int]:
    vocabulary: dict[str, int] = json.loads(path.read_text("utf-8"))["vocab"]
    return vocabulary


def _durations_as_output() -> bytes:
    """Bytes that, put behind the file, add ``DURATIONS`` to the outputs of its graph.

    Protocol buffers are made to be merged by joining their bytes: lists grow. So 92 MB need not be read and written again.
    """
    tail = onnx.ModelProto()
    tail.graph.output.append(onnx.helper.make_tensor_value_info(DURATIONS, onnx.TensorProto.FLOAT, None))
    return bytes(tail.SerializeToString())


def _as_inputs(biases: Mapping[str, Floats]) -> bytes:
    """Bytes that, put behind the file, let these initialisers be given anew for every sentence; as fast as constants."""
    tail = onnx.ModelProto()
    for name, values in biases.items():
        tail.graph.input.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, values.shape))
    return bytes(tail.SerializeToString())


def _initialisers(graph: bytes, biases: Mapping[str, Floats]) -> dict[str, Floats]:
    """The graph's own values of those names; empty without any, for reading them takes half a second."""
    if not biases:
        return {}
    stored = {tensor.name: tensor for tensor in onnx.load_from_string(graph).graph.initializer}
    own = {}
    for name, values in biases.items():
        found = tuple(stored[name].dims) if name in stored else None
        if found != values.shape:
            raise ValueError(f"the graph has {found or 'nothing'} named {name}, got {values.shape}")
        own[name] = np.asarray(onnx.numpy_helper.to_array(stored[name]), np.float32)
    return own


def melody_biases(gain: float, shift_hz: float) -> dict[str, Floats]:
    """Initialisers with which the model says ``gain`` times its own pitch plus ``shift_hz``; for ``VoiceStyle.biases``."""
    stored = {tensor.name: tensor for tensor in onnx.load(weights("kokoro")).graph.initializer}
    scale, bias = (onnx.numpy_helper.to_array(stored[_PITCH + name]) for name in ("weight_scale", "bias"))
    return {
        _PITCH + "weight_scale": np.asarray(scale * gain, np.float32),
        _PITCH + "bias": np.asarray(bias * gain + shift_hz, np.float32),
    }


class FrontEnd(Protocol):
    """Reads the words of one language."""

    def phonemes(self, pieces: Sequence[Piece]) -> tuple[str, ...]: ...


class Kokoro:
    """A voice that speaks Chinese, English and French, one clause at a time; implements ports.Speaker."""

    def __init__(
        self,
        style: VoiceStyle,
        *,
        threads: int = 2,
        speed: float = 1.0,
        languages: Sequence[Language] = LANGUAGES,
        names: Pronunciations = NAMES,
    ) -> None:
        """Loads the model and the front ends of ``languages`` (about 4 s, 500 MB) and speaks once in silence, so that the first
        clause on air is as fast as the others. ``speed`` 1.0 is the voice's own pace, the style's included. ``names`` come
        before every rule; raises YourInput for one with sounds that the model does not have.
        """
        self._styles = {language: style.spoken_in(language) for language in languages}
        self._speed, self._pauses = speed * style.pace, style.pauses
        self._languages = tuple(languages)
        _check_sounds(names)
        self._names = names
        self._model = KokoroModel(style.biases, threads=threads)
        self._front_ends = {language: open_front_end(language) for language in self._languages}
        self._model.synthesise("a", style)

    @property
    def languages(self) -> tuple[Language, ...]:
        return self._languages

    def speak(self, utterance: Utterance) -> Iterator[Speech]:
        """Reads the text at once (and raises YourInput then), makes each clause when it is asked for."""
        if utterance.language not in self._languages:
            raise YourInput(
                f"the text is in language {utterance.language!r}", wanted=f"one of {', '.join(self._languages)}"
            )
        return self._clauses(utterance, read(utterance.text, utterance.language, self._names).clauses)

    def _clauses(self, utterance: Utterance, clauses: Sequence[Clause]) -> Iterator[Speech]:
        paced = utterance.kind == "notice" and utterance.language == "zh"
        pace, style = 1.0, self._styles[utterance.language]
        for clause in clauses:
            symbols = self._symbols(clause)
            if not has_sound(symbols):
                raise YourInput(
                    "a clause has letters that none of the lexicons reads", try_this="write it in other words"
                )
            made = self._made(symbols, clause, style, self._speed * pace)
            if paced and clause is clauses[0]:
                # One clause tells the pace of the voice; the others are made once, so that speech starts early.
                pace = notice_speed(clause, made)
                made = self._made(symbols, clause, style, self._speed * pace)
            yield Speech(
                utterance=utterance,
                text=clause.text.strip(),
                audio=Audio(made.samples, VOICE_HZ),
                phones=made.phones,
                words=made.words,
                last=clause is clauses[-1],
            )

    def _symbols(self, clause: Clause) -> list[Symbol]:
        """What the model is to say: (symbol, number of the piece in the clause it belongs to)."""
        symbols: list[Symbol] = []
        first = 0
        for run in clause.runs:
            for number, phonemes in enumerate(phonemes_of(run, self._front_end(run.language)), start=first):
                symbols.extend((symbol, number) for symbol in phonemes if symbol in self._model.vocabulary)
            symbols.append((" ", first + len(run.pieces) - 1))
            first += len(run.pieces)
        return tidied(symbols)

    def _front_end(self, language: Language) -> FrontEnd:
        """Words of another language inside a text ask for its front end even if no utterance is in that language."""
        if language not in self._front_ends:
            self._front_ends[language] = open_front_end(language)
        return self._front_ends[language]

    def _made(self, symbols: Sequence[Symbol], clause: Clause, style: VoiceStyle, speed: float) -> Finished:
        parts = []
        for part in within_limit(symbols, MAX_SYMBOLS):
            sound = self._model.synthesise("".join(symbol for symbol, _ in part), style, speed)
            parts.append(placed(sound.samples, part, sound.durations))
        return finished(parts, clause, self._pauses)


_FROM_IPA = {
    "a͡ɪ": "I", "aɪ": "I", "a͡ʊ": "W", "aʊ": "W", "e͡ɪ": "A", "eɪ": "A", "o͡ʊ": "O", "oʊ": "O", "ə͡ʊ": "Q", "əʊ": "Q",
    "ɔ͡ɪ": "Y", "ɔɪ": "Y", "t͡ʃ": "ʧ", "tʃ": "ʧ", "d͡ʒ": "ʤ", "dʒ": "ʤ", "t͡s": "ʦ", "d͡z": "ʣ", "g": "ɡ", "'": "ˈ", "͡": "", "/": "",
    ".": "", ":": "ː",
}  # fmt: skip
"""What the model writes with one symbol, or otherwise than most people do; longer ones first."""


def kokoro_symbols(ipa: str) -> str:
    """IPA as people write it in the model's own symbols."""
    ipa = unicodedata.normalize("NFC", ipa).strip()
    for written, symbol in _FROM_IPA.items():
        ipa = ipa.replace(written, symbol)
    # A nasal vowel is a letter and a mark in the model's alphabet, but ã and õ may come as one character.
    return unicodedata.normalize("NFD", ipa).replace("c\u0327", "ç")


def phonemes_of(run: Run, front_end: FrontEnd) -> tuple[str, ...]:
    """One string for each piece: as the front end reads it, or as somebody wrote down that it is said."""
    return tuple(
        kokoro_symbols(piece.phonemes) + (" " if heard.endswith(" ") else "") if piece.phonemes else heard
        for piece, heard in zip(run.pieces, front_end.phonemes(run.pieces), strict=True)
    )


def _check_sounds(names: Pronunciations) -> None:
    known = _vocabulary(weights("kokoro-vocab")).keys()
    for entry in names.entries:
        unknown = sorted(set(kokoro_symbols(entry.phonemes)) - known)
        if unknown:
            sounds = sorted(char for char in known if char.isalpha() and not char.isupper())
            raise YourInput(
                f"the phonemes of {entry.written!r} have {' '.join(unknown)}, which the voice does not know",
                wanted=f"IPA of {' '.join(sounds)}",
                try_this='spoken = "..." with a respelling in its place',
            )


def open_front_end(language: Language) -> FrontEnd:
    """What reads one language; loads a lexicon of tens of megabytes, hence imported here."""
    match language:
        case "zh":
            from sosie.engines.misaki import Chinese

            return Chinese()
        case "en":
            from sosie.engines.hibari import English

            return English()
        case "fr":
            from sosie.engines.espeak import French

            return French()
