"""Where shops ring: webhooks are checked and kept in the store, what they change reaches the show, orders are tied to its words.

    platform ──POST──► web ──► Till.take ──► store ──► thread "shop" ──► session: the director checks again what it has in hand
                                   └── a new order ──► Ring.order_placed

The thread looks into the store each second as well, so that an import on another terminal reaches the show too.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sosie.errors import Theirs
from sosie.live.worker import BEHIND, Worker
from sosie.shop.catalogue import Product
from sosie.shop.learned import News, together
from sosie.shop.orders import Order, OrderTold, Said
from sosie.shop.store.port import Note, ShopStore
from sosie.shop.webhooks.platforms import Webhook
from sosie.shop.webhooks.reading import BadSignature, Unreadable

LOOK_EVERY_SECONDS = 1.0
_LOG = logging.getLogger(__name__)
_TELL_EVERY = 100
"""Deliveries with a bad signature: the first is logged, then every so many, or whoever sends them fills the disk."""

Outcome = Literal[
    "heard",
    "heard before",
    "not for us",
    "ping",
    "bad signature",
    "unreadable",
    "too large",
    "unknown address",
    "not now",
]
STATUS: Mapping[Outcome, int] = {
    "heard": 200,
    "heard before": 200,
    "not for us": 200,
    "ping": 200,
    "unreadable": 400,
    "bad signature": 401,
    "unknown address": 404,
    "too large": 413,
    "not now": 503,
}
"""HTTP status of the answer. Only what may be better at another time is answered so that it is sent again."""


class Ring(Protocol):
    """What the till needs of a show on air (live.session.Session)."""

    def said_now(self) -> Said: ...

    def order_placed(self, order: Order) -> None:
        """The one place where a new order reaches the show."""
        ...

    def goods_changed(self, products: tuple[Product, ...], gone: frozenset[str]) -> None:
        """These are so from now on; ``gone``: ids of those that are sold no more."""
        ...

    def learned(self) -> tuple[News, ...]:
        """What it counted since it was asked last (show/learning.py)."""
        ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one delivery."""

    outcome: Outcome
    why: str = ""
    """For whoever programs the sender; holds nothing of the content."""


class Till:
    def __init__(
        self, store: ShopStore, webhooks: tuple[Webhook, ...], ring: Ring, today: Callable[[], datetime]
    ) -> None:
        self._store, self._ring, self._today = store, ring, today
        self._webhooks = {webhook.name: webhook for webhook in webhooks}
        self._lock = threading.Lock()
        self._outcomes: Counter[tuple[str, Outcome]] = Counter()
        self._notes: Counter[Note] = Counter()
        self._look = threading.Event()
        self._over = threading.Event()
        self._seen: int | None = None
        self._unkept: tuple[News, ...] = ()
        self._failing = False
        self._failure: BaseException | None = None

    # For the web's threads

    def signature_of(self, name: str) -> str | None:
        """The header that a delivery to ``name`` must have; None where nobody listens."""
        webhook = self._webhooks.get(name)
        return None if webhook is None else webhook.platform.signature

    def take(self, name: str, headers: Mapping[str, str], body: bytes) -> Taken:
        """One delivery as it came. ``headers``: names in small letters. Never raises for what was sent."""
        taken = self._taken(name, headers, body)
        self.count(name, taken.outcome)
        return taken

    def count(self, name: str, outcome: Outcome) -> None:
        """Also for what is refused before it was read whole."""
        known = name if name in self._webhooks else "elsewhere"
        with self._lock:
            self._outcomes[known, outcome] += 1
            n = self._outcomes[known, outcome]
        if outcome not in ("heard", "heard before", "not for us", "ping") and n % _TELL_EVERY == 1:
            _LOG.warning("webhook %s: %s (%d so far)", known, outcome, n)

    def _taken(self, name: str, headers: Mapping[str, str], body: bytes) -> Taken:
        webhook = self._webhooks.get(name)
        if webhook is None:
            return Taken("unknown address")
        platform, now = webhook.platform, self._today()
        if platform.is_ping(body):
            return Taken("ping")
        try:
            platform.check(headers, body, webhook.secrets, now)
            delivery = platform.read(headers, body, now)
        except BadSignature:
            return Taken("bad signature")
        except Unreadable as why:
            return Taken("unreadable", str(why))
        ordered = any(isinstance(news, OrderTold) for news in delivery.news)
        said = self._ring.said_now() if ordered else None
        try:
            heard = self._store.hear(webhook.name, delivery, said=said, now=now)
        except Theirs:
            return Taken("not now")
        if heard.again:
            return Taken("heard before")
        with self._lock:
            self._notes.update(heard.notes)
        if heard.products:
            self._look.set()
        for order in heard.orders:
            self._ring.order_placed(order)
        return Taken("heard" if delivery.news else "not for us", ", ".join(dict.fromkeys(heard.notes)))

    # For the report

    @property
    def outcomes(self) -> dict[str, dict[Outcome, int]]:
        """How many deliveries had which outcome, by webhook."""
        with self._lock:
            told: dict[str, dict[Outcome, int]] = {}
            for (name, outcome), n in sorted(self._outcomes.items()):
                told.setdefault(name, {})[outcome] = n
            return told

    @property
    def notes(self) -> dict[Note, int]:
        """Why things in them were not taken, and how often."""
        with self._lock:
            return dict(self._notes)

    # The shop's thread

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While the block runs, whatever changes in the store reaches the show."""
        worker = Worker("shop", self._watch, self._fail, niceness=BEHIND)
        worker.start()
        try:
            yield
        finally:
            self._over.set()
            self._look.set()
            worker.join()
            self._keep_learned()
        if self._failure is not None:
            raise self._failure

    def _watch(self) -> None:
        while not self._over.is_set():
            self.look()
            self._look.wait(LOOK_EVERY_SECONDS)
            self._look.clear()

    def look(self) -> None:
        """Tells the show what changed in the store since the last look; the first time, all of it."""
        self._keep_learned()
        try:
            seen, products, gone = self._store.changed_since(self._seen)
        except Theirs as problem:
            if not self._failing:
                _LOG.warning("shop: %s The show goes on with what it knows.", problem)
            self._failing = True
            return
        self._failing = False
        self._seen = seen
        if products or gone:
            self._ring.goods_changed(products, gone)

    def _keep_learned(self) -> None:
        self._unkept = together(self._unkept, self._ring.learned())
        try:
            self._store.learn(self._unkept)
        except Theirs:
            return  # the look that follows says so; it is kept when the store is back
        self._unkept = ()

    def _fail(self, error: BaseException) -> None:
        """A show whose prices nobody follows any more does not go on."""
        self._failure = error
        self._ring.stop()
