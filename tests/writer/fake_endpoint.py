"""A chat endpoint on loopback that behaves as it is told: streams, stalls, drips, breaks off, lies, or obeys whoever asks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Pieces = Callable[[str], Iterator[bytes]]
"""From what the viewer wrote to the pieces of the body; may sleep between them."""


def event(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]}).encode() + b"\n\n"


def streaming(answer: Callable[[str], str], *, usage: tuple[int, int] | None = (50, 9)) -> Pieces:
    """``answer`` word by word, with what it cost at the end."""

    def pieces(question: str) -> Iterator[bytes]:
        text = answer(question)
        for place in range(0, len(text), 7):
            yield event(text[place : place + 7])
        if usage is not None:
            counts = {"prompt_tokens": usage[0], "completion_tokens": usage[1]}
            yield b"data: " + json.dumps({"choices": [], "usage": counts}).encode() + b"\n\n"
        yield b"data: [DONE]\n\n"

    return pieces


class FakeEndpoint:
    def __init__(self) -> None:
        self.pieces: Pieces = streaming(lambda question: "")
        self.status = 200
        self.asked: list[dict[str, object]] = []
        self.keys: list[str | None] = []
        self.over = threading.Event()
        """Set at the end, so that a stalled answer ends too."""

    def stall(self, seconds: float) -> None:
        self.over.wait(seconds)


@contextmanager
def serving(fake: FakeEndpoint) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.asked.append(body)
            fake.keys.append(self.headers.get("Authorization"))
            question = json.loads(body["messages"][-1]["content"])["viewer_wrote"]
            self.send_response(fake.status)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                for piece in fake.pieces(question):
                    self.wfile.write(piece)
                    self.wfile.flush()
            except OSError:
                pass  # who asked has hung up
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        fake.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
