"""sosie say: the clone says a text, into a labelled video or sound file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sosie.cli.verb import ProgressBar, Verbs, declare
from sosie.errors import YourInput
from sosie.types import LANGUAGES

if TYPE_CHECKING:
    from sosie.voice.text import Pronunciations

SUFFIXES = (".mp4", ".wav")


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    verb = declare(
        verbs,
        "say",
        run,
        what="let a clone say a text, into a labelled MP4 or WAV",
        example='sosie say ada.sosie "Good evening, and welcome." -o hello.mp4',
    )
    verb.add_argument("clone", type=Path, help="folder made by `sosie clone`")
    verb.add_argument("text", help="what to say; - reads it from standard input")
    verb.add_argument(
        "-o", "--out", type=Path, required=True, help="hello.mp4, or hello.wav (begins with a spoken AI notice)"
    )
    verb.add_argument("--language", choices=LANGUAGES, help="of the text; found out when it is not given")
    verb.add_argument(
        "--say-as",
        action="append",
        default=[],
        metavar="NAME=SOUND",
        help="how a name is said, by a respelling (Xiaomi='shao mee') or in IPA (Xiaomi=/ʃaʊmiː/); may be repeated",
    )
    verb.add_argument("--threads", type=int, default=2, help="of the voice")


def run(options: argparse.Namespace) -> int:
    from sosie.chat.language import language_of
    from sosie.film import say_sound, say_video
    from sosie.host import open_host

    if options.out.suffix.lower() not in SUFFIXES:
        raise YourInput(
            f"{options.out.name} is neither MP4 nor WAV", wanted=f"a name that ends in {' or '.join(SUFFIXES)}"
        )
    text = _text(options.text)
    language = options.language or language_of(text, "en")
    host = open_host(
        options.clone,
        languages=(language,),
        threads=options.threads,
        pronunciations=_pronunciations(options.say_as),
    )
    bar = ProgressBar()
    try:
        if options.out.suffix.lower() == ".wav":
            say_sound(host, text, language, options.out, datetime.now(UTC))
        else:
            say_video(
                host,
                text,
                language,
                options.out,
                datetime.now(UTC),
                lambda seconds: bar.show(f"Speaking: {seconds:.0f} s", 0.0),
            )
    finally:
        bar.close()
    print(options.out)
    return 0


def _pronunciations(given: Sequence[str]) -> Pronunciations:
    from sosie.voice.text import Pronunciation, Pronunciations

    entries = []
    for pair in given:
        written, _, sound = pair.partition("=")
        if not written.strip() or not sound.strip():
            raise YourInput(f"--say-as {pair!r}", wanted="NAME=SOUND", try_this='--say-as "Xiaomi=shao mee"')
        sound = sound.strip()
        in_ipa = len(sound) > 2 and sound[0] == sound[-1] == "/"
        entries.append(
            Pronunciation(written.strip(), phonemes=sound[1:-1]) if in_ipa else Pronunciation(written.strip(), sound)
        )
    return Pronunciations(tuple(entries))


def _text(given: str) -> str:
    """The text to say. Standard input is read as bytes: its decoder lets through what is no text in some locales."""
    try:
        text = sys.stdin.buffer.read().decode("utf-8") if given == "-" else given
        text.encode("utf-8")
    except UnicodeError:
        raise YourInput("The text to say is not UTF-8", wanted="text in UTF-8") from None
    if not any(letter.isalnum() for letter in text):
        raise YourInput("There is nothing to say in the text", wanted="words")
    return text
