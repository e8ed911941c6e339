"""sosie clone: footage and a signed consent in, a clone out."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from sosie.cli.consent import find
from sosie.cli.verb import ProgressBar, Verbs, declare
from sosie.types import Language

LANGUAGE_NAMES: Mapping[Language, str] = {"zh": "Chinese", "en": "English", "fr": "French"}
UNCLEAR = 0.15
"""Share of sounds: about one word in three has one wrong."""


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    verb = declare(
        verbs,
        "clone",
        run,
        what="make a clone of the person in the footage, under a signed consent that names it",
        example="sosie clone me.mp4 --consent person-7f3a09c2b1d4 --out me.sosie",
    )
    verb.add_argument("footage", type=Path, help="10 s to 5 min of one person talking; 60 s is what we ask for")
    verb.add_argument(
        "--consent", required=True, metavar="ID", help="id of the consent record, or a file that holds one"
    )
    verb.add_argument("--out", required=True, type=Path, help="folder of the new clone, such as me.sosie")
    verb.add_argument(
        "--voice",
        choices=("quick", "full"),
        default="quick",
        help="full comes closer and needs torch (make setup FIT=1)",
    )
    verb.add_argument("--json", action="store_true", help="for programs: the clone's manifest without its file list")


def run(options: argparse.Namespace) -> int:
    from sosie.make import make_clone

    bar = ProgressBar()
    try:
        clone = make_clone(
            options.footage,
            find(options.consent),
            options.out,
            now=datetime.now(UTC),
            voice=options.voice,
            progress=bar.show,
        )
    finally:
        bar.close()
    scores = clone.manifest.scores
    if options.json:
        facts = asdict(clone.manifest)
        del facts["files"]
        print(json.dumps(facts, indent=1))
    else:
        print(clone.folder)
        print(
            f"Lips follow the sound at {scores.lip_score:.2f} (1 is perfect); lag {1000 * scores.lag_seconds:.0f} ms, corrected."
        )
        print(
            f"Voice likeness {scores.voice_likeness:.2f}; the person's own two parts are at {scores.voice_ceiling:.2f}."
        )
        print(scores.voice_note)
        print(clarity(scores.misunderstood))
    return 0


def clarity(misunderstood: Mapping[Language, float]) -> str:
    """How well the clone is understood in each language, and a warning where viewers would not follow it."""
    shares = ", ".join(f"{LANGUAGE_NAMES[language]} {share:.0%}" for language, share in misunderstood.items())
    unclear = [LANGUAGE_NAMES[language] for language, share in misunderstood.items() if share > UNCLEAR]
    warning = f" Listen before you sell in {' or '.join(unclear)}: viewers may not follow." if unclear else ""
    return f"Sounds that a recogniser misheard: {shares}.{warning}"
