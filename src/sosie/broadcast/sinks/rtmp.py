"""Pushes to an RTMP server, and goes on pushing: the producer never waits for the network.

FFmpeg's fifo muxer has its own thread and queue: when a server refuses, stalls, resets or dies, packets are dropped and the
stream begins again at a keyframe once the server is back (measured: worst write 24 ms, back 1 s after the server's return).
It talks to our relay on loopback, which talks to the server; see relay.py for why.
"""

from __future__ import annotations

import contextlib

import av

from sosie.broadcast.ingest import ANSWER_SECONDS, read_ingest
from sosie.broadcast.relay import Connection, Relay
from sosie.broadcast.sinks import EncodedPacket, EncodedStreams, Outlet, cleared
from sosie.broadcast.sinks.file import lost
from sosie.consent.gate import Permit
from sosie.mark.aigc import Aigc

QUEUE_PACKETS = 300
"""About 4 s: 25 pictures and 47 sounds a second."""
CLOSE_SECONDS = 2.0
"""For passing on the last packets at the end."""


class RtmpSink:
    """One server. ``connection`` says at any time how it stands."""

    def __init__(self, url: str, permit: Permit, record: Aigc) -> None:
        """``url``: rtmp(s)://host[:port]/app/key. Raises Refused (consent), YourInput (address)."""
        cleared(permit, record, url)
        self._ingest = read_ingest(url)
        self._record = record
        self._checked = False
        self._relay: Relay | None = None
        self._outlet: Outlet | None = None

    @property
    def name(self) -> str:
        return self._ingest.name

    @property
    def connection(self) -> Connection:
        """``live`` only while the server really takes the stream; the sentence tells why it does not."""
        if self._relay is None:
            return Connection("connecting", f"not connected to {self.name} yet")
        return self._relay.connection

    def check(self) -> None:
        """Makes sure that an RTMP server answers there. Raises Theirs, after ANSWER_SECONDS or so at the latest.

        Blocks this thread only. Call it before ``Encoder.add`` when frames are already running; ``open`` does it otherwise.
        """
        self._ingest.probe()
        self._checked = True

    def open(self, streams: EncodedStreams) -> None:
        if not self._checked:
            self.check()
        relay = Relay(self._ingest)
        url = f"rtmp://{self._ingest.user}127.0.0.1:{relay.port}/{self._ingest.path}"
        try:
            self._outlet = Outlet(av.open(url, "w", format="fifo", options=self._options()), streams, self._record)
        except (av.FFmpegError, OSError) as error:
            relay.hang_up()
            raise lost(self.name, error) from error
        self._relay = relay

    def write(self, packet: EncodedPacket) -> None:
        """Queues the packet; returns at once whatever the network does."""
        if self._outlet is None:
            raise ValueError("the sink is not open")
        try:
            self._outlet.write(packet)
        except (av.FFmpegError, OSError) as error:
            raise lost(self.name, error) from error

    def close(self) -> None:
        """Ends the stream; within CLOSE_SECONDS when it is live, at once when it is not. Never raises Theirs."""
        outlet, relay = self._outlet, self._relay
        if outlet is None or relay is None:
            raise ValueError("the sink is not open")
        self._outlet = None
        if relay.connection.state != "live":
            # FFmpeg's thread must find nobody rather than wait, for closing waits for it with the GIL held.
            relay.hang_up()
        # Where the last packets did not arrive, the connection's state has said why.
        with contextlib.suppress(av.FFmpegError, OSError):
            outlet.close()
        relay.finish(CLOSE_SECONDS)

    def _options(self) -> dict[str, str]:
        inner = {
            # Microseconds, within the relay's own patience. `timeout` would mean: listen.
            "rw_timeout": str(int(ANSWER_SECONDS * 1e6)),
            "flvflags": "no_duration_filesize",
            # Servers check the address they were called by, so they must not see the relay's.
            "rtmp_tcurl": self._ingest.application_url,
        }
        return {
            "fifo_format": "flv",
            "queue_size": str(QUEUE_PACKETS),
            "attempt_recovery": "1",
            "recover_any_error": "1",
            # Only as far as the relay, which paces the attempts on the server itself. Closing waits this long too.
            "recovery_wait_time": "0.2",
            "drop_pkts_on_overflow": "1",
            "restart_with_keyframe": "1",
            "format_opts": ":".join(f"{key}={_escaped(value)}" for key, value in inner.items()),
        }


def _escaped(value: str) -> str:
    """For FFmpeg's list of options inside an option."""
    return "".join(f"\\{letter}" if letter in "\\:='" else letter for letter in value)
