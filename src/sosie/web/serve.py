"""The preview page's server, on a thread of its own, on loopback only."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from fastapi import APIRouter

from sosie.errors import YourInput
from sosie.web.app import Room, create_app
from sosie.web.microphone import MOST_BYTES
from sosie.web.webhooks import Counter, with_webhooks

LOOPBACK = "127.0.0.1"


def listen(port: int) -> socket.socket:
    """A listening socket; taken before anything slow is done. ``port`` 0 takes any. Raises YourInput when it is taken."""
    try:
        return socket.create_server((LOOPBACK, port))
    except (OSError, OverflowError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        raise YourInput(
            f"Port {port} {'is taken by another program' if taken else 'cannot be used'}",
            wanted="a free port for the preview page",
            try_this="--port 8001, or end the other program",
        ) from None


@contextmanager
def served(
    room: Room, listener: socket.socket, till: Counter | None = None, operator: APIRouter | None = None
) -> Iterator[str]:
    """Serves the room's page, webhooks where there is a ``till``, and the operator's routes where there are some, while the
    block runs; gives its address.
    """
    page = create_app(room, operator)
    app = page if till is None else with_webhooks(page, till)
    # No access log: it would hold what viewers asked for.
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=1, ws_max_size=MOST_BYTES
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
