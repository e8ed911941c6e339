"""Is what is written heard? Speaks items of the reading lists with native stock voices and has Whisper base write them down.

    python benchmarks/reading.py [--language fr] [--items 10 | --all]

One JSON line. ``misheard``: edits between the phonemes of what has to be heard and those of what was understood, over the
former; stress, tones and length are not counted. A short frame sentence is spoken around each item, because Whisper understands
two syllables alone badly, and counted in neither number where it was understood. This is about the whole line and not about the
rules: Whisper writes "$9.99" whichever way it was said. The rules are held by tests/engines/test_reading.py.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tomllib
from pathlib import Path

import numpy as np

from sosie.engines.kokoro import Kokoro
from sosie.engines.reader import Reader
from sosie.engines.whisper import FasterWhisper
from sosie.models import weights
from sosie.types import LANGUAGES, VOICE_HZ, Audio, Language, Utterance
from sosie.voice.likeness_judge import at_listen_rate, misheard
from sosie.voice.style import stock_style

LISTS = Path(__file__).resolve().parents[1] / "tests" / "voice" / "text" / "reading"
VOICES: dict[Language, str] = {"zh": "zf_xiaoxiao", "en": "af_heart", "fr": "ff_siwis"}
FRAMES: dict[Language, str] = {
    "zh": "大家好，请看这里：{}。",
    "en": "Hello everyone, look at this: {}.",
    "fr": "Bonjour à tous, regardez ceci : {}.",
}
HEARD_WELL = 0.1


def items(language: Language) -> list[tuple[str, str | dict[str, str]]]:
    kinds = tomllib.loads((LISTS / f"{language}.toml").read_text("utf-8"))
    return [item for kind in kinds.values() for item in kind.items()]


def measured(language: Language, n_items: int | None, threads: int) -> dict[str, object]:
    every = items(language)
    places = range(len(every)) if n_items is None else np.linspace(0, len(every) - 1, n_items).astype(int)
    speaker = Kokoro(stock_style(weights("kokoro-voices"), VOICES[language]), threads=threads, languages=(language,))
    listener, reader = FasterWhisper(threads=threads), Reader()
    frame, before = FRAMES[language], reader.phonemes(FRAMES[language].split("{}")[0], language)
    wrong: list[dict[str, object]] = []
    shares: list[float] = []
    for written, heard in (every[place] for place in places):
        speeches = speaker.speak(Utterance(1, frame.format(written), language))
        audio = Audio(np.concatenate([speech.audio.samples for speech in speeches]), VOICE_HZ)
        understood = listener.transcribe(at_listen_rate(audio), language).text
        item = heard["phonemes"] if isinstance(heard, dict) else reader.phonemes(heard, language)
        # Edits over the whole sentence, counted against the item alone.
        whole = f"{before} {item}"
        edits = misheard(whole, reader.phonemes(understood, language)) * len(whole)
        share = min(edits / len(item), 1.0)
        shares.append(share)
        if share > HEARD_WELL:
            wrong.append({"written": written, "understood": understood, "misheard": round(share, 2)})
    return {
        "language": language,
        "voice": VOICES[language],
        "items": len(shares),
        "heard_well": len(shares) - len(wrong),
        "misheard_mean": round(float(np.mean(shares)), 3),
        "misheard_median": round(float(np.median(shares)), 3),
        "wrong": wrong,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", choices=LANGUAGES, help="one only")
    parser.add_argument("--items", type=int, default=10, help="of each language, spread over its list")
    parser.add_argument("--all", action="store_true", help="every item")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    languages = (options.language,) if options.language else LANGUAGES
    line = {
        "benchmark": "reading",
        "machine": {"cpu": platform.processor() or platform.machine(), "cores": os.cpu_count()},
        "languages": [measured(name, None if options.all else options.items, options.threads) for name in languages],
    }
    print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
