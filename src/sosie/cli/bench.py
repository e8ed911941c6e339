"""sosie bench: measures how like the person clones are, on anybody's footage that a consent names."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from sosie.cli.consent import find
from sosie.cli.verb import ProgressBar, Verbs, declare


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    verb = declare(
        verbs,
        "bench",
        run,
        what="measure how like the person a clone is, on speech that no fit has heard",
        example="sosie bench likeness me.mp4 --consent ID --out likeness",
    )
    verb.add_argument("what", choices=("likeness", "voice"), help="the picture, or the voice alone (a WAV will do)")
    verb.add_argument("footage", type=Path, nargs="+")
    verb.add_argument(
        "--consent", required=True, metavar="ID", help="of a record that names all the footage, or its file"
    )
    verb.add_argument("--out", type=Path, default=Path("likeness"), help="folder for report.md, pictures and films")
    verb.add_argument(
        "--engine",
        choices=("picked", "painted"),
        default="picked",
        help="whose mouths: the footage's own, as in every clone, or a painter's, which is a trial (needs torch)",
    )
    verb.add_argument("--voice", choices=("quick", "full"), default="quick", help="which fit `bench voice` measures")
    verb.add_argument("--json", action="store_true", help="for programs: one line a clip")


def run(options: argparse.Namespace) -> int:
    return _voice(options) if options.what == "voice" else _likeness(options)


def _likeness(options: argparse.Namespace) -> int:
    from sosie.bench.likeness import measure, with_classifier
    from sosie.bench.report import facts, page
    from sosie.bench.sheet import evenly, write_sheet
    from sosie.consent.gate import ToRender, may

    record, now = find(options.consent), datetime.now(UTC)
    found = []
    for number, footage in enumerate(options.footage):
        # Two clips may be called alike.
        twin = sum(other.stem == footage.stem for other in options.footage[:number])
        folder = options.out / (f"{footage.stem}-{twin + 1}" if twin else footage.stem)
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
    for one in found:
        line = json.dumps(facts(one), ensure_ascii=False)
        (options.out / one.name / "report.json").write_text(line + "\n", encoding="utf-8")
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
    found = []
    for recording in options.footage:
        try:
            found.append(bench.measure(recording, options.voice))
        finally:
            bar.close()
        folder, permit = options.out / recording.stem, cleared_to_show(record, now)
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
