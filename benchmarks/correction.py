"""Are errors that went out found, and true sentences left alone? Spoken by stock voices, encoded, decoded, heard by Whisper base.

    python benchmarks/correction.py [--language fr] [--items 6] [--keep FOLDER]

One JSON line. Seeded errors are those of correction.toml: the voice says something else than was to be said, or the price changes
while it is said. True sentences are the sample show's own, as many as there are errors. ``recall`` and ``false_alarms`` by
language; ``found_once`` is what one hearing alone would have found and raised. ``cpu_seconds``: of one hearing, encoding and
speaking left out; a suspicion is heard twice. ``--keep``: speech is kept there and not made again (development).

How long a correction takes in a show is `sosie rehearse --misspoken 0.05`, whose delay of hearing is measured here.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import numpy as np

import sosie
from sosie.broadcast.encode import Encoder
from sosie.engines.kokoro import Kokoro
from sosie.engines.reader import Reader
from sosie.engines.whisper import FasterWhisper
from sosie.live.ear import Tap, heard_wrong
from sosie.models import weights
from sosie.shop.catalogue import Catalogue
from sosie.shop.feed import open_shop
from sosie.show.correction import Aired, Comparer
from sosie.show.rundown import Rundown, read_rundown
from sosie.stage.compose import Scene, Stage
from sosie.stage.label import Label
from sosie.types import LANGUAGES, SAMPLES_PER_FRAME, Audio, Floats, Language, Transcript, Utterance, YuvFrame
from sosie.voice.likeness_judge import bare
from sosie.voice.style import stock_style

SEEDED = Path(__file__).with_suffix(".toml")
SAMPLE = Path(sosie.__file__).parent / "sample" / "shop" / "show.toml"
VOICES: dict[Language, str] = {"zh": "zf_xiaoxiao", "en": "af_heart", "fr": "ff_siwis"}
LENGTHS: dict[Language, tuple[int, int]] = {"zh": (7, 28), "en": (20, 75), "fr": (20, 75)}
"""Characters of the true sentences: as short as the seeded ones, for those are hardest to hear."""


@dataclass(frozen=True, slots=True)
class Item:
    language: Language
    kind: str
    """"true" or a kind of error."""
    product_id: str
    text: str
    said: str
    now: Catalogue


def seeded(catalogue: Catalogue) -> Iterator[Item]:
    for group in tomllib.loads(SEEDED.read_text("utf-8"))["seeded"]:
        for item in group["items"]:
            changes = {name: Decimal(value) if value else None for name, value in item.get("now", {}).items()}
            products = [
                replace(product, **changes) if product.id == item["product"] else product
                for product in catalogue.products
            ]
            now = replace(catalogue, products=tuple(products)) if changes else catalogue
            yield Item(group["language"], item["kind"], item["product"], item["text"], item["said"], now)


def true_sentences(rundown: Rundown, catalogue: Catalogue, language: Language) -> list[Item]:
    """The first sentences of all lines of the sample show, in all their wordings."""
    found: dict[str, str] = {}
    least, most = LENGTHS[language]
    for segment in rundown.segments:
        for wording in (wording for wordings in segment.lines[language] for wording in wordings):
            filled = catalogue[segment.product_id].fill(wording, language)
            first = re.split(r"(?<=[。！？!?])|(?<=[.!?]) ", filled)[0].strip() if filled else ""
            if least < len(first) < most:
                found.setdefault(first, segment.product_id)
    return [Item(language, "true", product_id, text, text, catalogue) for text, product_id in found.items()]


class OnAir:
    """Speaks, encodes as a show does, and gives back what a viewer's player would."""

    def __init__(self, threads: int, keep: Path | None) -> None:
        self._threads, self._keep = threads, keep
        self._voices: dict[Language, Kokoro] = {}
        self._encoder, self._tap = Encoder((240, 426)), Tap()
        self._encoder.add(self._tap)
        self._stage = Stage((240, 426), Label("en", "fictional"))
        self._frame = 0

    def say(self, text: str, language: Language) -> Audio:
        samples = self._spoken(text, language)
        first = self._frame
        n_frames = -(-len(samples) // SAMPLES_PER_FRAME)
        padded = np.pad(samples, (0, n_frames * SAMPLES_PER_FRAME - len(samples)))
        grey = YuvFrame(np.full((426, 240), 110, np.uint8), *(np.full((213, 120), 128, np.uint8) for _ in range(2)))
        for block in np.split(padded, n_frames):
            self._encoder.push(self._stage.draw(grey.copy(), Scene(language)), block)
        for _ in range(5):
            self._encoder.push(self._stage.draw(grey.copy(), Scene(language)), np.zeros(SAMPLES_PER_FRAME, np.float32))
        self._frame += n_frames + 5
        heard = self._tap.sound(first, first + n_frames)
        assert heard is not None
        return heard

    def _spoken(self, text: str, language: Language) -> Floats:
        kept = None if self._keep is None else self._keep / f"{language}-{text.encode().hex()[-120:]}.npy"
        if kept is not None and kept.exists():
            return np.asarray(np.load(kept), np.float32)
        if language not in self._voices:
            style = stock_style(weights("kokoro-voices"), VOICES[language])
            self._voices[language] = Kokoro(style, threads=self._threads, languages=(language,))
        speeches = self._voices[language].speak(Utterance(1, text, language))
        samples: Floats = np.concatenate([speech.audio.samples for speech in speeches])
        if kept is not None:
            np.save(kept, samples)
        return samples


class Timed:
    """A listener that counts what hearing costs."""

    def __init__(self, listener: FasterWhisper) -> None:
        self._listener = listener
        self.cpu_seconds: list[float] = []
        self.texts: list[str] = []

    def transcribe(self, audio: Audio, language: Language | None = None) -> Transcript:
        before = time.process_time()
        transcript = self._listener.transcribe(audio, language)
        self.cpu_seconds.append(time.process_time() - before)
        self.texts.append(transcript.text)
        return transcript


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", choices=LANGUAGES, help="one only")
    parser.add_argument("--items", type=int, help="so many errors of each language, and as many true sentences (all)")
    parser.add_argument("--threads", type=int, default=2, help="of the voices; hearing has one, as on air")
    parser.add_argument("--keep", type=Path, help="folder for speech that is made once")
    options = parser.parse_args()
    rundown = read_rundown(SAMPLE)
    catalogue = open_shop(rundown.shop)
    reader = Reader()

    def sounds(text: str, language: Language) -> str:
        return bare(reader.phonemes(text, language)).replace(" ", "")

    on_air, listener = OnAir(options.threads, options.keep), Timed(FasterWhisper(threads=1))
    comparer = Comparer(catalogue, sounds)
    rows, speech_seconds = [], 0.0
    for language in (options.language,) if options.language else LANGUAGES:
        errors = [item for item in seeded(catalogue) if item.language == language]
        true = true_sentences(rundown, catalogue, language)
        n = min(options.items or len(errors), len(errors))
        picked = [
            *(errors[place] for place in np.linspace(0, len(errors) - 1, n).astype(int)),
            *(true[place] for place in np.linspace(0, len(true) - 1, min(n, len(true))).astype(int)),
        ]
        found: Counter[str] = Counter()
        asked: Counter[str] = Counter()
        once, missed, false = Counter[bool](), [], []
        for item in picked:
            aired = Aired(
                Utterance(1, item.text, language, "line", item.product_id), item.text, item.product_id, catalogue
            )
            listener.texts.clear()
            wrong, twice = comparer.overtaken(aired, item.now), False
            if wrong is None:
                sound = on_air.say(item.said, language)
                speech_seconds += sound.seconds
                hearing = heard_wrong(sound, aired, listener, comparer, item.now)
                wrong, twice = hearing.wrong, hearing.again
            asked[item.kind] += 1
            found[item.kind] += wrong is not None
            once[item.kind == "true"] += wrong is not None or twice
            if wrong is None and item.kind != "true":
                missed.append({"kind": item.kind, "said": item.said, "heard": list(listener.texts)})
            if wrong is not None and item.kind == "true":
                false.append({"said": item.said, "heard": list(listener.texts), "what": wrong.what})
        n_errors = sum(asked.values()) - asked["true"]
        rows.append(
            {
                "language": language,
                "errors": n_errors,
                "recall": round((sum(found.values()) - found["true"]) / max(n_errors, 1), 3),
                "by_kind": {kind: f"{found[kind]}/{asked[kind]}" for kind in asked if kind != "true"},
                "true": asked["true"],
                "false_alarms": found["true"],
                "found_once": {"errors": once[False], "true": once[True]},
                "missed": missed,
                "false": false,
            }
        )
    hearings = listener.cpu_seconds
    line = {
        "benchmark": "correction",
        "machine": {
            "cpu": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "load": os.getloadavg()[0],
        },
        "hearings": len(hearings),
        "cpu_seconds": {"median": round(statistics.median(hearings), 2), "worst": round(max(hearings), 2)},
        "cpu_seconds_a_second_of_speech": round(sum(hearings) / max(speech_seconds, 1e-9), 2),
        "languages": rows,
    }
    print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
