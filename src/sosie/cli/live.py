"""sosie live: a show goes on air, with a preview page, a recording, and as many pushes as are named."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import signal
import statistics
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from sosie.cli.verb import Verbs, declare
from sosie.errors import Theirs, YourInput

LEAST_SECONDS = 20

if TYPE_CHECKING:
    from sosie.live.ear import EarFigures
    from sosie.live.room import LiveRoom
    from sosie.live.till import Till


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    verb = declare(
        verbs,
        "live",
        run,
        what="put a clone on air with a rundown and a shop",
        example="sosie live show.toml --record out/show.mp4 --rtmp rtmp://127.0.0.1/live/key",
    )
    verb.add_argument("show", type=Path, help="the rundown, a show.toml")
    verb.add_argument("--clone", type=Path, help="folder of the clone; by default the one that the rundown names")
    verb.add_argument("--for", dest="seconds", type=float, metavar="SECONDS", help="end by itself after so long")
    verb.add_argument("--record", type=Path, metavar="FILE", help="MP4 file to record into")
    verb.add_argument(
        "--rtmp", action="append", default=[], metavar="URL", help="push to this address; may be repeated"
    )
    verb.add_argument("--hls", type=Path, metavar="FOLDER", help="keep the HLS stream in this folder")
    verb.add_argument("--port", type=int, default=8000, help="of the preview page on 127.0.0.1 (8000)")
    verb.add_argument("--threads", type=int, default=2, help="of the voice")
    verb.add_argument(
        "--operator", action="store_true", help="a person may take over: prints a token (docs/operator.md)"
    )
    verb.add_argument(
        "--deaf",
        action="store_true",
        help="do not listen to what goes out: saves 300 MB and a fifth of a core, corrects nothing (docs/correction.md)",
    )
    verb.add_argument("--json", action="store_true", help="for programs: how it went, at the end")


def run(options: argparse.Namespace) -> int:
    if options.seconds is not None and not LEAST_SECONDS <= options.seconds < float("inf"):
        raise YourInput(
            f"--for {options.seconds:g}",
            wanted=f"{LEAST_SECONDS} seconds or more: the AI notice and the closing words take about as long",
        )
    from sosie.live.room import open_chats, open_room, open_show, open_till, open_webhooks, outputs_of
    from sosie.web.operator import new_token, operator_routes
    from sosie.web.pushes import PushPorts
    from sosie.web.serve import listen, served

    with listen(options.port) as listener, tempfile.TemporaryDirectory(prefix="sosie-hls-") as scratch:
        show = open_show(options.show)
        webhooks = open_webhooks(show.rundown)
        clone = options.clone or show.rundown.clone
        if clone is None:
            raise YourInput(f"{options.show} names no clone", wanted='clone = "me.sosie" in it, or --clone me.sosie')
        outputs = outputs_of(
            show.rundown, record=options.record, rtmp=tuple(options.rtmp), hls=options.hls or Path(scratch)
        )
        # Before the clone is loaded, which is slow: a secret that is not set and a taken port are told at once.
        rooms = show.rundown.chat_rooms
        chats = open_chats(rooms, os.environ, PushPorts([chat.port for chat in rooms if chat.port]))
        room = open_room(
            show,
            clone,
            outputs,
            for_seconds=options.seconds,
            threads=options.threads,
            chats=chats,
            listens=not options.deaf,
        )
        _end_on_signals(room)
        till = open_till(show.rundown, webhooks, room.session)
        routes, token = None, ""
        if options.operator or show.rundown.presence is not None:
            token = new_token()
            routes = operator_routes(room.session, token)
        with served(room, listener, till, routes) as address, till.watching() if till else nullcontext():
            print(f"On air: {address}  (Ctrl-C ends the show)", file=sys.stderr, flush=True)
            if routes is not None:
                print(
                    f"On duty: {address}/operator with the token {token}  (docs/operator.md)",
                    file=sys.stderr,
                    flush=True,
                )
            room.run()
    _report(room, outputs.record, options.json, till)
    for name, error in room.session.lost_outputs:
        print(f"sosie: lost on the way: {name}. {error}", file=sys.stderr)
    return Theirs.exit_status if room.session.lost_outputs else 0


def _end_on_signals(room: LiveRoom) -> None:
    """Ctrl-C and `kill` end the show in good order; a second one kills the process."""

    def end(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        room.session.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


def _report(room: LiveRoom, recording: Path | None, as_json: bool, till: Till | None) -> None:
    state, delays = room.state(), room.session.answer_delays
    median = statistics.median(delays) if delays else None
    facts = {
        "seconds": round(state.seconds, 2),
        "frames": state.health.frames,
        "late": state.health.late,
        "standstill_seconds": round(state.health.standstill_seconds, 2),
        "answers": len(delays),
        "answer_seconds_median": round(median, 2) if median is not None else None,
        "refused_claims": room.session.refused_claims,
        "ear": dataclasses.asdict(room.session.ear) if room.session.ear is not None else None,
        "human_seconds": [dataclasses.asdict(span) for span in room.session.human_spans],
        "voice_statements": [dataclasses.asdict(one) for one in room.session.voice_statements],
        "microphone_late_frames": room.session.microphone.late_frames,
        "unthanked": room.session.unthanked,
        "writer": dataclasses.asdict(room.session.writer_cost) if room.show.writer is not None else None,
        "memory_mb": state.health.memory_mb,
        "recording": str(recording) if recording else None,
        "orders": room.session.orders,
        **({"webhooks": till.outcomes, "not_taken": till.notes} if till else {}),
        **({"chats": chats} if (chats := room.chat_figures) else {}),
    }
    if as_json:
        print(json.dumps(facts))
        return
    print(
        f"Ended after {state.seconds:.1f} s: {state.health.frames} frames, {state.health.late} late.", file=sys.stderr
    )
    if median is not None:
        print(f"{len(delays)} answers, begun {median:.1f} s after the question (median).", file=sys.stderr)
    if refused := room.session.refused_claims:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(refused.items()))
        print(f"{sum(refused.values())} sentences were not said: {reasons} (docs/claims.md).", file=sys.stderr)
    if (ear := room.session.ear) is not None:
        _tell_of_ear(ear)
    for name, outcomes in till.outcomes.items() if till else ():
        told = ", ".join(f"{n} {outcome}" for outcome, n in outcomes.items())
        print(f"Webhook {name}: {told}.", file=sys.stderr)
    if till and till.notes:
        notes = ", ".join(f"{note} {n}" for note, n in sorted(till.notes.items()))
        print(f"Not taken from them: {notes} (docs/shop.md).", file=sys.stderr)
    if room.session.orders:
        print(f"{room.session.orders} orders (sosie shop orders).", file=sys.stderr)
    if room.show.writer is not None:
        cost = room.session.writer_cost
        tokens = f"{cost.asked} tokens asked and {cost.written} written" + (
            f", {cost.untold} calls not counted by the endpoint" if cost.untold else ""
        )
        print(f"The writer was asked {cost.calls} times: {tokens}.", file=sys.stderr)
    if recording:
        print(recording)


def _tell_of_ear(ear: EarFigures) -> None:
    unheard = ", ".join(f"{why} {n}" for why, n in sorted(ear.unheard.items()))
    print(
        f"Listened to {ear.heard_seconds:.0f} s of it in {ear.heard} passages"
        + (f"; not to: {unheard}." if unheard else "."),
        file=sys.stderr,
    )
    if ear.wrong:
        wrong = ", ".join(f"{what} {n}" for what, n in sorted(ear.wrong.items()))
        print(f"Went out wrong: {wrong}; {ear.corrected} corrections said (docs/correction.md).", file=sys.stderr)
