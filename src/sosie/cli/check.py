"""sosie check: is this footage good enough, what would make it better, and what will its clone be like."""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from sosie.cli.verb import ProgressBar, Verbs, declare
from sosie.errors import Theirs

if TYPE_CHECKING:
    from sosie.footage.finding import Finding
    from sosie.footage.forecast import Forecast
    from sosie.make import Looked

MARKS = {"good": "good", "fair": "fair", "bad": "BAD"}
PAGE = "check.html"


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    verb = declare(
        verbs,
        "check",
        run,
        what="say whether footage is good enough for a clone, what would make it better, and what to expect; keeps nothing",
        example="sosie check me.mp4 --pictures check",
    )
    verb.add_argument("footage", type=Path)
    verb.add_argument(
        "--pictures",
        type=Path,
        metavar="FOLDER",
        help=f"write {PAGE} there, with a picture of each moment that is named",
    )
    verb.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace) -> int:
    """0 when a clone can be made of it, 1 when a finding is bad."""
    from sosie.make import look_at

    bar = ProgressBar()
    try:
        with tempfile.TemporaryDirectory(prefix="sosie-check-") as scratch:
            looked = look_at(options.footage, Path(scratch), bar.show)
            if options.pictures is not None:
                bar.show("Drawing", 0.0)
                write_page(looked, options.pictures)
    finally:
        bar.close()
    if options.json:
        found = {"findings": [asdict(one) for one in looked.findings], "forecast": asdict(looked.forecast)}
        print(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        print("\n".join([*told(looked.findings), "", *foretold(looked.forecast)]))
        if options.pictures is not None:
            print(f"\n{options.pictures / PAGE}")
    return 1 if any(finding.verdict == "bad" for finding in looked.findings) else 0


def told(findings: tuple[Finding, ...]) -> list[str]:
    """Lines for a terminal: what is not good is told last, where it is still seen."""
    lines = []
    for finding in sorted(findings, key=lambda finding: ("good", "fair", "bad").index(finding.verdict)):
        lines.append(f"{MARKS[finding.verdict]:<5} {finding.name:<20} {finding.found}")
        if finding.advice:
            worst = f", worst {finding.places}" if finding.places else ""
            lines.append(f"{'':<5} {'':<20} wanted {finding.wanted}{worst}: {finding.advice}")
    return lines


def foretold(forecast: Forecast) -> list[str]:
    lines = [f"What to expect of the clone: {forecast.word}. {forecast.reason}"]
    lines.extend(f"{'':<5} {row.measure:<40} {row.told}" for row in forecast.rows)
    return lines


def write_page(looked: Looked, folder: Path) -> None:
    """One page and the pictures on it. Raises Theirs when the folder cannot be written."""
    import cv2

    from sosie.footage.finding import at_clock
    from sosie.footage.pictures import moment_pictures

    pictures: dict[str, list[str]] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for finding, seconds, picture in moment_pictures(looked.footage, looked.track, looked.findings):
            name = f"{finding.name.replace(' ', '-')}-{int(seconds * 100):05d}.png"
            if not cv2.imwrite(str(folder / name), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)):
                raise OSError(name)
            caption = escape(f"{finding.name} at {at_clock(seconds)}")
            pictures.setdefault(finding.name, []).append(
                f'<figure><img src="{name}" alt="{caption}"><figcaption>{caption}</figcaption></figure>'
            )
        (folder / PAGE).write_text(_page(looked, pictures), encoding="utf-8")
    except OSError as error:
        raise Theirs(f"{folder} cannot be written ({error})", try_this="another folder") from error


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _page(looked: Looked, pictures: dict[str, list[str]]) -> str:
    rows = []
    for finding in sorted(looked.findings, key=lambda finding: ("bad", "fair", "good").index(finding.verdict)):
        wanted = f"<br>Wanted: {escape(finding.wanted)}. {escape(_sentence(finding.advice))}." if finding.advice else ""
        rows.append(
            f'<tr class="{finding.verdict}"><th>{escape(finding.name)}</th><td>{MARKS[finding.verdict]}</td>'
            f"<td>{escape(finding.found)}{wanted}<div>{''.join(pictures.get(finding.name, []))}</div></td></tr>"
        )
    expected = "".join(f"<li>{escape(row.measure)}: {escape(row.told)}</li>" for row in looked.forecast.rows)
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Is this footage good enough?</title>
<style>
 body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1c2126; }}
 table {{ border-collapse: collapse; width: 100%; }}
 th, td {{ text-align: left; vertical-align: top; padding: .5rem .75rem; border-top: 1px solid #d8d8d2; }}
 th {{ white-space: nowrap; }} .good td, .good th {{ color: #667; font-weight: normal; }}
 .fair td:nth-child(2) {{ color: #a15c00; }} .bad td:nth-child(2) {{ color: #b3261e; font-weight: bold; }}
 img {{ max-height: 12rem; max-width: 100%; }}
 figure {{ display: inline-block; margin: .5rem .75rem 0 0; }} figcaption {{ font-size: .85rem; color: #667; }}
</style>
<h1>Is this footage good enough?</h1>
<p><strong>What to expect of the clone: {escape(looked.forecast.word)}.</strong> {escape(looked.forecast.reason)}</p>
<ul>{expected}</ul>
<table>{"".join(rows)}</table>
<p>The pictures are pieces of the footage as it was filmed; nothing in them is made by AI.
In a strip of sound the red line is the moment.</p>
</html>
"""
