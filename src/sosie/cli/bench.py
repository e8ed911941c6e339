"""sosie bench: measures how like the person clones are, on anybody's footage that a consent names."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sosie.cli.consent import find
from sosie.cli.verb import ProgressBar, Verbs, check_writable, declare


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    verb = declare(
        verbs,
        "bench",
        run,
        what="measure how like the person a clone is, on speech that no fit has heard",
        example="sosie bench likeness me.mp4 --consent ID --out likeness",
    )
    measures = verb.add_subparsers(dest="measure", required=True, metavar="MEASURE")
    picture = declare(
        measures,
        "likeness",
        _likeness,
        what="measure the picture: films of the clone beside the footage",
        example="sosie bench likeness me.mp4 --consent ID --out likeness",
    )
    _add_common(
        picture, out="likeness", footage="one or more videos; of two or more people the classifier is measured too"
    )
    picture.add_argument(
        "--engine",
        choices=("picked", "painted"),
        default="picked",
        help="whose mouths: the footage's own, as in every clone, or a painter's, which is a trial (needs torch)",
    )
    voice = declare(
        measures,
        "voice",
        _voice,
        what="measure the voice alone",
        example="sosie bench voice me.wav --consent ID --out voice",
    )
    _add_common(voice, out="voice", footage="one or more videos or WAV files")
    voice.add_argument("--voice", choices=("quick", "full"), default="quick", help="which fit is measured")


def _add_common(verb: argparse.ArgumentParser, *, out: str, footage: str) -> None:
    verb.add_argument("footage", type=Path, nargs="+", help=footage)
    verb.add_argument(
        "--consent", required=True, metavar="ID", help="of a record that names all the footage, or its file"
    )
    verb.add_argument("--out", type=Path, default=Path(out), help=f"folder for the report and its media ({out})")
    verb.add_argument("--json", action="store_true", help="for programs: one line a file")


def run(options: argparse.Namespace) -> int:
    measured: int = options.run(options)
    return measured


def _folders(out: Path, footage: Sequence[Path]) -> list[Path]:
    """One for each file; asked for before minutes of fitting. Raises Theirs for what cannot be written to."""
    check_writable(out)
    folders = []
    for number, one in enumerate(footage):
        # Two files may be called alike.
        twin = sum(other.stem == one.stem for other in footage[:number])
        folders.append(out / (f"{one.stem}-{twin + 1}" if twin else one.stem))
    return folders


def _likeness(options: argparse.Namespace) -> int:
    from sosie.bench.likeness import measure, with_classifier
    from sosie.bench.report import facts, page
    from sosie.bench.sheet import evenly, write_sheet
    from sosie.consent.gate import ToRender, may

    record, now = find(options.consent), datetime.now(UTC)
    folders, found = _folders(options.out, options.footage), []
    for footage, folder in zip(options.footage, folders, strict=True):
        bar = ProgressBar()
        try:
            found.append(measure(footage, record, folder, engine=options.engine, now=now, progress=bar.show))
        finally:
            bar.close()
        permit = may(record, ToRender(record.languages[0]), now)
        films = found[-1].films
        write_sheet(films, evenly(films), permit, folder / "sheet.png")
        for fault, frames in found[-1].worst.items():
            write_sheet(films, frames, permit, folder / f"worst-{fault}.png")
    found = with_classifier(found)
    for one, folder in zip(found, folders, strict=True):
        line = json.dumps(facts(one), ensure_ascii=False)
        (folder / "report.json").write_text(line + "\n", encoding="utf-8")
        if options.json:
            print(line, flush=True)
    (options.out / "report.md").write_text(page(found), encoding="utf-8")
    if not options.json:
        print(page(found))
    return 0


def _voice(options: argparse.Namespace) -> int:
    from sosie.bench.voice import VoiceBench, cleared_to_show
    from sosie.bench.voice_report import facts, page
    from sosie.bench.voice_sheet import write_in_turn, write_spectrograms

    record, now, bar = find(options.consent), datetime.now(UTC), ProgressBar()
    bench = VoiceBench(record, now=now, progress=bar.show)
    folders, found = _folders(options.out, options.footage), []
    for recording, folder in zip(options.footage, folders, strict=True):
        try:
            found.append(bench.measure(recording, options.voice))
        finally:
            bar.close()
        permit = cleared_to_show(record, now)
        folder.mkdir(parents=True, exist_ok=True)
        write_spectrograms(found[-1], permit, folder / "spectrograms.png")
        in_turn = write_in_turn(found[-1], permit, folder / "in_turn.wav")
        line = json.dumps(facts(found[-1]) | {"in_turn": in_turn}, ensure_ascii=False)
        (folder / "voice.json").write_text(line + "\n", encoding="utf-8")
        if options.json:
            print(line, flush=True)
    (options.out / "voice.md").write_text(page(found), encoding="utf-8")
    if not options.json:
        print(page(found))
    return 0
