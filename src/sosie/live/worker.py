"""A named thread that does one job until the show is over; when it fails, the session decides what follows."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

_T = TypeVar("_T")

BEHIND = 5
"""Niceness of work that may wait a little: pictures must not be late because a sentence is being made."""
_POLL_SECONDS = 0.25
"""How often a waiting thread looks whether the show is over."""


class Worker(threading.Thread):
    def __init__(
        self, name: str, job: Callable[[], None], failed: Callable[[BaseException], None], *, niceness: int = 0
    ):
        """``failed`` is called on the worker's own thread with whatever ended the job early."""
        super().__init__(name=name, daemon=True)
        self._job = job
        self._failed = failed
        self._niceness = niceness

    def run(self) -> None:
        if self._niceness and hasattr(os, "setpriority"):
            # Linux counts niceness by thread; threads that are started from here inherit it.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self._niceness)
        try:
            self._job()
        except BaseException as error:
            self._failed(error)


def behind(job: Callable[[], _T]) -> _T:
    """Runs ``job`` on a thread that may wait, and gives its result: threads that an engine starts then may wait as well."""
    results: list[_T] = []
    failures: list[BaseException] = []
    worker = Worker("loading", lambda: results.append(job()), failures.append, niceness=BEHIND)
    worker.start()
    worker.join()
    if failures:
        raise failures[0]
    return results[0]


def taken(waiting: queue.Queue[_T], over: threading.Event) -> Iterator[_T]:
    """What comes through the queue, one after the other, until the show is over."""
    while not over.is_set():
        try:
            yield waiting.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            continue


def put(item: _T, waiting: queue.Queue[_T], over: threading.Event) -> None:
    """Waits for room in the queue, but not longer than the show lasts."""
    while not over.is_set():
        try:
            waiting.put(item, timeout=_POLL_SECONDS)
            return
        except queue.Full:
            continue
