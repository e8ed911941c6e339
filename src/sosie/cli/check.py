"""sosie check: is this footage good enough, and what would make it better."""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from sosie.cli.verb import ProgressBar, Verbs, declare

MARKS = {"good": "good", "fair": "fair", "bad": "BAD"}


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    verb = declare(
        verbs,
        "check",
        run,
        what="say whether footage is good enough for a clone, and what would make it better; keeps nothing",
        example="sosie check me.mp4",
    )
    verb.add_argument("footage", type=Path)
    verb.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace) -> int:
    """0 when a clone can be made of it, 1 when a finding is bad."""
    from sosie.make import look_at

    bar = ProgressBar()
    try:
        with tempfile.TemporaryDirectory(prefix="sosie-check-") as scratch:
            findings = look_at(options.footage, Path(scratch), bar.show).findings
    finally:
        bar.close()
    if options.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=1, ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{MARKS[finding.verdict]:<5} {finding.name:<18} {finding.found}")
            if finding.advice:
                print(f"{'':<5} {'':<18} wanted {finding.wanted}: {finding.advice}")
    return 1 if any(finding.verdict == "bad" for finding in findings) else 0
