"""sosie models: the weights, where they come from, and under which licence."""

from __future__ import annotations

import argparse
import json

from sosie.cli.verb import ProgressBar, Verbs, declare
from sosie.errors import YourInput
from sosie.models import Weights, check, home, is_ready, known_weights, weights


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    verb = declare(
        verbs,
        "models",
        run,
        what="list, fetch or check the weights that Sosie uses",
        example="sosie models fetch kokoro",
    )
    verb.add_argument("action", nargs="?", choices=("list", "fetch", "check"), default="list")
    verb.add_argument("names", nargs="*", metavar="NAME", help="which weights; all when none is named")
    verb.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace) -> int:
    chosen = _chosen(options.names)
    match options.action:
        case "list":
            _list(chosen, options.json)
        case "fetch":
            _fetch(chosen)
        case "check":
            return _check(chosen)
    return 0


def _chosen(names: list[str]) -> list[Weights]:
    unknown = [name for name in names if name not in known_weights()]
    if unknown:
        raise YourInput(f"No weights are called {unknown[0]!r}", wanted=f"one of {', '.join(known_weights())}")
    return [entry for name, entry in known_weights().items() if not names or name in names]


def _list(chosen: list[Weights], as_json: bool) -> None:
    rows = [
        {
            "name": entry.name,
            "what": entry.what,
            "licence": entry.licence,
            "origin": entry.origin,
            "megabytes": round(entry.n_bytes / 1e6, 1),
            "sources": ", ".join(
                [*entry.packages, *([f"hub:{entry.hub}"] if entry.hub else []), "a folder in SOSIE_WEIGHTS"]
            ),
            "here": is_ready(entry, home() / "weights" / entry.name),
        }
        for entry in chosen
    ]
    if as_json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(
            f"{row['name']:<16} {row['megabytes']:>6} MB  {'here' if row['here'] else 'not fetched':<12} {row['licence']}"
        )
        print(f"{'':<16} {row['what']}; by {row['origin']}")
        print(f"{'':<16} from {row['sources']}")


def _fetch(chosen: list[Weights]) -> None:
    bar = ProgressBar()
    for entry in chosen:
        if is_ready(entry, home() / "weights" / entry.name):
            continue
        weights(entry.name, lambda what, so_far, total: bar.show(f"Fetching {what}", so_far / total if total else 0.0))
    bar.close()


def _check(chosen: list[Weights]) -> int:
    wrong = [f"{entry.name}/{path}" for entry in chosen for path in check(entry, home() / "weights" / entry.name)]
    for path in wrong:
        print(f"missing or changed: {path}")
    if not wrong:
        print("all weights are as they should be")
    return 1 if wrong else 0
