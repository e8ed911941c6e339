"""What the verbs share: how they are declared, and how they show progress."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from sosie.errors import Theirs

Verbs = argparse._SubParsersAction
"""argparse gives its sub-parsers no public name."""
BAR_WIDTH = 24


def declare(
    verbs: Verbs[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    what: str,
    example: str,
) -> argparse.ArgumentParser:
    """A verb with its one-line description and its example, which ``--help`` shows."""
    verb = verbs.add_parser(
        name,
        help=what,
        description=what,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.set_defaults(run=run)
    return verb


def check_writable(folder: Path) -> None:
    """Raises Theirs where ``folder`` neither is nor can become one that is written to; makes nothing."""
    nearest = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise Theirs(f"{folder} cannot be written to", wanted="a folder", try_this="another folder")


class ProgressBar:
    """One line on a terminal, redrawn; elsewhere one line for each step, so that logs stay readable."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._step = ""

    def show(self, step: str, share: float) -> None:
        """``share`` of the step that is done, in [0, 1]; a new step ends the line of the last one."""
        if step != self._step:
            self._end_line()
            self._step = step
            if not self._terminal:
                print(step, file=self._stream, flush=True)
        if self._terminal:
            done = round(BAR_WIDTH * min(max(share, 0.0), 1.0))
            bar = "█" * done + "·" * (BAR_WIDTH - done)
            print(f"\r{step:<34.34} {bar} {share:4.0%}", end="", file=self._stream, flush=True)

    def close(self) -> None:
        self._end_line()
        self._step = ""

    def _end_line(self) -> None:
        if self._step and self._terminal:
            print(file=self._stream)
