"""Webhooks over HTTP: the very bytes that came are checked, whatever the host is called, and no more of them than is right."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message

from shop.webhooks.senders import SENDERS, Sender, Shopify, Woo
from sosie.live.till import STATUS, Outcome, Taken
from sosie.web import webhooks
from sosie.web.app import create_app
from sosie.web.webhooks import MOST_BYTES, with_webhooks
from web.test_app import QuietRoom


class Till:
    """Remembers what it was given, and answers what it is told to."""

    def __init__(self) -> None:
        self.given: list[tuple[str, Mapping[str, str], bytes]] = []
        self.counted: list[tuple[str, Outcome]] = []
        self.answer = Taken("heard")

    def signature_of(self, name: str) -> str | None:
        return "x-signature" if name in {make().name for make in SENDERS} else None

    def take(self, name: str, headers: Mapping[str, str], body: bytes) -> Taken:
        self.given.append((name, headers, body))
        return self.answer

    def count(self, name: str, outcome: Outcome) -> None:
        self.counted.append((name, outcome))


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture
def client(till: Till, tmp_path: Path) -> TestClient:
    return TestClient(with_webhooks(create_app(QuietRoom(tmp_path)), till), base_url="http://shop.example")


@pytest.mark.parametrize("make", SENDERS)
def test_the_bytes_and_headers_reach_the_till_as_they_came(client: TestClient, till: Till, make: type[Sender]) -> None:
    sent = make().order(1001)
    answer = client.post(f"/webhooks/{make().name}", content=sent.body, headers=sent.headers | {"x-signature": "a"})
    assert (answer.status_code, answer.json()) == (200, {"outcome": "heard"})
    ((name, headers, body),) = till.given
    assert (name, body) == (make().name, sent.body)
    assert sent.headers.items() <= dict(headers).items()


@pytest.mark.parametrize("outcome", STATUS)
def test_every_outcome_has_its_status(client: TestClient, till: Till, outcome: Outcome) -> None:
    till.answer = Taken(outcome, "because")
    answer = client.post("/webhooks/shopify", content=b"{}")
    assert (answer.status_code, answer.json()) == (STATUS[outcome], {"outcome": outcome, "why": "because"})


def test_too_much_is_not_read(client: TestClient, till: Till) -> None:
    signed = {"x-signature": "a"}
    at_most = client.post("/webhooks/shopify", content=b"x" * MOST_BYTES, headers=signed)
    assert at_most.status_code == 200
    for body in (b"x" * (MOST_BYTES + 1), iter([b"x" * (1 << 20)] * 5)):
        assert client.post("/webhooks/shopify", content=body, headers=signed).status_code == 413
    assert len(till.given) == 1
    assert till.counted == [("shopify", "too large")] * 2


def test_what_is_not_signed_at_all_is_hardly_read(client: TestClient, till: Till) -> None:
    assert client.post("/webhooks/woocommerce", content=b"webhook_id=12").status_code == 200
    for body in (b"x" * 101, iter([b"x" * 60] * 2)):
        assert client.post("/webhooks/woocommerce", content=body).status_code == 401
    assert till.counted == [("woocommerce", "bad signature")] * 2


def test_a_body_that_does_not_come_is_not_waited_for(
    till: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "MOST_SECONDS", 0.0)
    app = with_webhooks(create_app(QuietRoom(tmp_path)), till)
    told: list[Message] = []

    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def tell(message: Message) -> None:
        told.append(message)

    scope = {"type": "http", "method": "POST", "path": "/webhooks/shopify", "headers": [], "query_string": b""}
    asyncio.run(app(scope, never, tell))
    assert told[0]["status"] == 400


def test_only_webhooks_that_the_show_names_are_there_and_only_to_post(client: TestClient, till: Till) -> None:
    assert client.post("/webhooks/nobody", content=b"{}").status_code == 404
    assert client.get("/webhooks/shopify").status_code == 400, "no page of the preview either"
    assert till.given == []


def test_the_preview_is_still_for_this_machine_only(client: TestClient) -> None:
    assert client.get("/api/state").status_code == 400
    assert client.get("/api/state", headers={"host": "127.0.0.1:8000"}).status_code == 200
    assert client.post("/api/comments", json={"text": "hi"}, headers={"host": "127.0.0.1"}).status_code == 202


def test_senders_of_the_same_body_are_told_apart_by_address(client: TestClient, till: Till) -> None:
    for sender in (Shopify(), Woo()):
        client.post(f"/webhooks/{sender.name}", content=b"{}")
    assert [name for name, _, _ in till.given] == ["shopify", "woocommerce"]
