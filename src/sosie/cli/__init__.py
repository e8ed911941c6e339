"""The command line: one file for each verb. It reads arguments, calls one function of the product, and prints.

Exit status: 0 done, 1 no (verify found a fault), 2 your input, 3 something outside failed, 4 refused, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

# Before numpy is imported: its BLAS threads spin between the small products of a live show and take the cores from everybody
# (docs/experiments.md, 2026-11-22: a question took 885 ms with them, 10 ms without).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from sosie import __version__
from sosie.cli import bench, check, clone, consent, doctor, live, models, say, shop, verify
from sosie.errors import SosieError

VERBS = (check, consent, clone, say, shop, live, verify, bench, models, doctor)
INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="sosie",
        description="From one minute of footage and a written consent to a labelled AI clone that sells on a live stream.",
        epilog="Every verb has --help with an example. Nothing leaves Sosie without its AI label and a valid consent.",
    )
    top.add_argument("--version", action="version", version=f"sosie {__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb in VERBS:
        verb.add(verbs)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    options = parser().parse_args(argv)
    run = options.run
    try:
        status: int = run(options)
    except SosieError as error:
        print(f"sosie: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("sosie: stopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) had enough; Python would complain once more while it closes stdout.
        sys.stderr.close()
        return 0
    return status
