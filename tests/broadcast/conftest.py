"""A real nginx-rtmp on loopback, and servers that misbehave."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

MODULES = (Path("/usr/lib/nginx/modules"), Path("/usr/lib64/nginx/modules"), Path("/usr/libexec/nginx"))
CONFIG = """
load_module {module};
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
rtmp {{ server {{
    listen 127.0.0.1:{port};
    application live {{ live on; meta copy; record all; record_path {folder}/recorded; record_unique on; }}
    application closed {{ live on; deny publish all; }}
}} }}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@dataclass
class Nginx:
    """One server that can be killed and started again on the same port."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        config = str(self.folder / "nginx.conf")
        log = str(self.folder / "error.log")
        self.process = subprocess.Popen(["nginx", "-c", config, "-p", str(self.folder), "-e", log])
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError((self.folder / "error.log").read_text())

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def url(self, application: str = "live") -> str:
        return f"rtmp://127.0.0.1:{self.port}/{application}/secret-key"

    def recordings(self) -> list[Path]:
        """In the order of their beginning."""
        return sorted((self.folder / "recorded").iterdir(), key=lambda path: path.stat().st_mtime)


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    module = next((path for folder in MODULES if (path := folder / "ngx_rtmp_module.so").exists()), None)
    if shutil.which("nginx") is None or module is None:
        pytest.skip("nginx with its RTMP module is not installed (Debian: nginx libnginx-mod-rtmp)")
    folder = tmp_path / "nginx"
    (folder / "recorded").mkdir(parents=True)
    # The server may drop root's rights and must still be able to record.
    (folder / "recorded").chmod(0o777)
    server = Nginx(folder, free_port())
    (folder / "nginx.conf").write_text(CONFIG.format(module=module, folder=folder, port=server.port))
    server.start()
    yield server
    server.kill()


@dataclass
class Rude:
    """A server of our own; ``answer`` is sent to each caller, ``stay`` keeps the line open after it."""

    port: int
    callers: list[socket.socket]


def rude_server(answer: bytes, *, stay: bool) -> Iterator[Rude]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = Rude(int(listener.getsockname()[1]), [])

    def accept() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            server.callers.append(caller)
            caller.sendall(answer)
            if not stay:
                caller.close()

    thread = threading.Thread(target=accept, name="rude-server", daemon=True)
    thread.start()
    yield server
    # Shutting down, not closing alone, wakes the thread that waits in accept.
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)
    for caller in server.callers:
        caller.close()


@pytest.fixture
def silent() -> Iterator[Rude]:
    """Accepts and never says a word."""
    yield from rude_server(b"", stay=True)


@pytest.fixture
def web() -> Iterator[Rude]:
    """Answers, but is no RTMP server."""
    yield from rude_server(b"HTTP/1.1 400 Bad Request\r\n\r\n" + b"x" * 4096, stay=True)


@pytest.fixture
def stops_after_hello() -> Iterator[Rude]:
    """Shakes hands like an RTMP server and then never says another word."""
    yield from rude_server(b"\x03" + bytes(2 * 1536), stay=True)


@dataclass(frozen=True)
class Encrypted:
    """TLS in front of the nginx, with a certificate for 127.0.0.1 that only ``trust`` knows."""

    port: int
    trust: ssl.SSLContext


@pytest.fixture
def encrypted(nginx: Nginx, tmp_path: Path) -> Iterator[Encrypted]:
    pem = tmp_path / "tls.pem"
    pem.write_bytes(self_signed())
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(pem)
    trust = ssl.create_default_context(cafile=str(pem))
    port = free_port()
    loop = asyncio.new_event_loop()

    async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await source.read(65_536):
                sink.write(piece)
                await sink.drain()
        sink.close()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", nginx.port)
        await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))

    server = loop.run_until_complete(asyncio.start_server(forward, "127.0.0.1", port, ssl=server_side))
    thread = threading.Thread(target=loop.run_forever, name="tls-front", daemon=True)
    thread.start()
    yield Encrypted(port, trust)
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


def self_signed() -> bytes:
    """Key and certificate for 127.0.0.1, PEM, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)
