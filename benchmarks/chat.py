"""What 2,000 events a second of chat cost the show beside them. Ends in one JSON line.

    python benchmarks/chat.py [--seconds 20] [--rate 2000]

A bridge on loopback pushes signed events over a WebSocket, half of them likes, at the rate named (or as fast as they are taken,
where that is less), through the real listener, signature, intake and pump into a desk like a session's. Beside it a loop plays
the air thread: 25 pictures a second of fixed work. Measured with the chat silent and under the burst: how late pictures are, and
what the process computed. Ratios are burst over silence. The bridge is a nicer process of its own on the same cores; pictures
are late by what else the machine does, too, so look at silence first.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import time
from collections import Counter

import numpy as np

from sosie.chat.doorway import Doorway
from sosie.chat.events import Commented, RoomEvent
from sosie.chat.settings import ChatRoom, Secrets
from sosie.chat.signing import Secret, signature
from sosie.chat.sources import SourceKit, make_source
from sosie.chat.wire import Wire
from sosie.clock import WallClock
from sosie.live.chats import Chats, OpenRoom
from sosie.live.desk import CommentDesk
from sosie.web.pushes import PushPorts

FPS = 25
SECRET = Secret("a secret of the benchmark")
PER_PUSH = 20
KINDS = ("like",) * 10 + ("enter",) * 4 + ("comment",) * 4 + ("gift", "order")
"""Twenty events of a busy room; orders far more often than any shop has them."""


def pushed(number: int) -> str:
    """One message of the WebSocket: PER_PUSH events, signed."""
    events = []
    for index, kind in enumerate(KINDS):
        user = {"id": str((number * 7 + index) % 5000), "name": f"viewer {index}"}
        more = {"comment": {"text": f"how much is number {number}?"}, "order": {"product_id": "mug"}}.get(kind, {})
        events.append({"type": kind, "id": f"{number}-{index}", "user": user, "count": 1, **more})
    body, stamp = json.dumps({"events": events}), str(int(time.time()))
    return json.dumps({"timestamp": stamp, "signature": signature(SECRET, stamp, body.encode()), "body": body})


async def bridge(port: int, rate: float, seconds: float) -> None:
    """Pushes at ``rate``, and prints how many events were safe with the show."""
    os.nice(5)
    from websockets.asyncio.client import connect

    begun, sent, accepted = time.monotonic(), 0, 0
    async with connect(f"ws://127.0.0.1:{port}/socket", compression=None) as socket:

        async def acknowledged() -> None:
            nonlocal accepted
            async for answer in socket:
                accepted += PER_PUSH * (json.loads(answer)["status"] == 202)

        reading = asyncio.ensure_future(acknowledged())
        while (now := time.monotonic() - begun) < seconds:
            if sent * PER_PUSH > rate * now:
                await asyncio.sleep(0.002)
                continue
            await socket.send(pushed(sent))
            sent += 1
        for _ in range(1000):
            if accepted >= sent * PER_PUSH:
                break
            await asyncio.sleep(0.01)
        reading.cancel()
    print(json.dumps({"sent": sent * PER_PUSH, "accepted": accepted}))


def pictures(seconds: float) -> tuple[list[float], float]:
    """How late each picture was (s) and the mean work of one (s): one pass over a picture of 405x720."""
    rng = np.random.default_rng(1)
    frame = rng.integers(0, 255, (720, 405, 3), dtype=np.uint8)
    late, busy = [], []
    begun = time.monotonic()
    for number in range(round(seconds * FPS)):
        due = begun + number / FPS
        if (left := due - time.monotonic()) > 0:
            time.sleep(left)
        started = time.monotonic()
        mixed = (frame.astype(np.float32) * 0.7 + 12).clip(0, 255).astype(np.uint8)
        frame[0, 0] = mixed[1, 1]
        busy.append(time.monotonic() - started)
        late.append(time.monotonic() - due)
    return late, float(np.mean(busy))


def stage(seconds: float, rate: float) -> dict[str, object]:
    """``rate`` 0: the chat is connected and silent."""
    desk, kinds = CommentDesk(WallClock().now), Counter[str]()
    room = ChatRoom("webhook", "own", secret_env=("SECRET",))
    ports, wire = PushPorts([0]), Wire()
    door = Doorway("webhook", "own", os.urandom(16))
    source = make_source(SourceKit(room, Secrets(signing=(SECRET,)), door, wire, ports, time.time, asyncio.sleep))
    chats = Chats([OpenRoom("webhook/own/", source, None)], wire, clock=WallClock())

    def deliver(event: RoomEvent) -> None:
        kinds[event.kind] += 1
        if isinstance(event, Commented) and desk.take_said(event, 0.0) is not None:
            # The director's part is measured by benchmarks/deciding.py.
            desk.handed_over()
            desk.passed_over(event.origin.key)

    chats.start(deliver, lambda: desk.has_room)
    command = [
        sys.executable,
        __file__,
        "--bridge",
        str(ports.number(0)),
        "--rate",
        str(rate),
        "--seconds",
        str(seconds),
    ]
    pushing = subprocess.Popen(command, stdout=subprocess.PIPE, text=True) if rate else None
    computed = time.process_time()
    late, work = pictures(seconds)
    computed = time.process_time() - computed
    told = json.loads(pushing.communicate()[0]) if pushing else {"sent": 0, "accepted": 0}
    time.sleep(0.5)
    chats.stop()
    ports.close()
    figures = chats.figures
    return {
        **told,
        "heard": figures.heard,
        "dropped": figures.dropped,
        "delivered": dict(kinds),
        "picture_ms_mean": round(1000 * work, 2),
        "late_ms_median": round(1000 * float(np.median(late)), 2),
        "late_ms_p99": round(1000 * float(np.percentile(late, 99)), 2),
        "pictures_later_than_one_frame": int(sum(each > 1 / FPS for each in late)),
        "pictures": len(late),
        "process_cpu_share": round(computed / seconds, 3),
    }


def ratio(burst: dict[str, object], silence: dict[str, object], key: str) -> float:
    return round(number(burst, key) / max(0.01, number(silence, key)), 2)


def number(figures: dict[str, object], key: str) -> float:
    found = figures[key]
    assert isinstance(found, int | float)
    return float(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=2000.0, help="events a second")
    parser.add_argument("--bridge", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bridge:
        asyncio.run(bridge(options.bridge, options.rate, options.seconds))
        return
    silence, burst = stage(options.seconds, 0), stage(options.seconds, options.rate)
    more = options.seconds * (number(burst, "process_cpu_share") - number(silence, "process_cpu_share"))
    line = {
        "benchmark": "chat",
        "machine": {
            "cpu": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
        },
        "rate": options.rate,
        "silence": silence,
        "burst": burst,
        "cpu_us_per_event": round(1e6 * more / max(1.0, number(burst, "sent"))),
        "ratios": {key: ratio(burst, silence, key) for key in ("picture_ms_mean", "late_ms_median", "late_ms_p99")},
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
