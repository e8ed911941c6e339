"""The operator's routes: behind a token, in words that a person understands."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from sosie.live.duty import HumanSpan
from sosie.show.events import TellOperator
from sosie.show.operator import Command, HandBack, JumpTo, Pause, Resume, Skip, TakeOver, TypeLine
from sosie.web.app import create_app
from sosie.web.operator import new_token, operator_routes

from .test_app import QuietRoom

TOKEN = "a-token-of-the-show"


class OnDuty:
    def __init__(self) -> None:
        self.orders: list[Command] = []
        self.seen = 0
        self.answer = TellOperator(1)

    def operate(self, order: Command) -> TellOperator:
        self.orders.append(order)
        return self.answer

    def operator_seen(self) -> None:
        self.seen += 1

    @property
    def human_spans(self) -> tuple[HumanSpan, ...]:
        return (HumanSpan("held", 3.0, 8.5),)


@pytest.fixture
def duty() -> OnDuty:
    return OnDuty()


@pytest.fixture
def client(duty: OnDuty, tmp_path: Path) -> TestClient:
    app = create_app(QuietRoom(tmp_path), operator_routes(duty, TOKEN))
    return TestClient(app, base_url="http://127.0.0.1:8000", headers={"Authorization": f"Bearer {TOKEN}"})


@pytest.mark.parametrize(
    ("posted", "order"),
    [
        ({"order": "pause"}, Pause()),
        ({"order": "resume"}, Resume()),
        ({"order": "skip"}, Skip()),
        ({"order": "take over"}, TakeOver()),
        ({"order": "hand back"}, HandBack()),
        ({"order": "jump", "product_id": "lamp"}, JumpTo("lamp")),
        ({"order": "say", "text": "Hello!", "language": "en"}, TypeLine("Hello!", "en")),
    ],
)
def test_every_order_reaches_the_show(client: TestClient, duty: OnDuty, posted: dict[str, str], order: Command) -> None:
    answer = client.post("/operator/orders", json=posted)
    assert answer.json() == {"done": True, "hindered": None, "refused_words": None}
    assert duty.orders == [order]


def test_a_refused_line_comes_back_with_the_reason_and_the_words(client: TestClient, duty: OnDuty) -> None:
    duty.answer = TellOperator(1, "absolute", 7, 15)
    answer = client.post("/operator/orders", json={"order": "say", "text": "It has the best lid.", "language": "en"})
    assert answer.json() == {"done": False, "hindered": "absolute", "refused_words": "the best"}


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"]
)
@pytest.mark.parametrize(("method", "path"), [("POST", "orders"), ("POST", "presence"), ("GET", "record")])
def test_without_the_token_nothing_is_done(
    client: TestClient, duty: OnDuty, header: str, method: str, path: str
) -> None:
    headers = {"Authorization": header.encode()}
    answer = client.request(method, f"/operator/{path}", headers=headers, json={"order": "take over"})
    assert answer.status_code == 401
    assert not duty.orders
    assert not duty.seen


@pytest.mark.parametrize(
    "posted",
    [
        {"order": "label off"}, {"order": "pause", "notice": False}, {"order": "say", "text": "", "language": "en"},
        {"order": "say", "text": "x" * 301, "language": "en"}, {"order": "say", "text": "Hallo", "language": "de"},
        {"order": "jump"}, {},
    ],
)  # fmt: skip
def test_orders_that_are_none_are_refused(client: TestClient, duty: OnDuty, posted: dict[str, object]) -> None:
    assert client.post("/operator/orders", json=posted).status_code == 422
    assert not duty.orders


def test_presence_and_the_record(client: TestClient, duty: OnDuty) -> None:
    assert client.post("/operator/presence").status_code == 204
    assert duty.seen == 1
    assert client.get("/operator/record").json() == [{"what": "held", "start_seconds": 3.0, "end_seconds": 8.5}]


def test_where_nobody_may_take_over_there_is_no_route(tmp_path: Path) -> None:
    client = TestClient(create_app(QuietRoom(tmp_path)), base_url="http://127.0.0.1:8000")
    assert client.post("/operator/orders", json={"order": "pause"}).status_code == 404


def test_tokens_cannot_be_guessed(duty: OnDuty) -> None:
    assert new_token() != new_token()
    with pytest.raises(ValueError, match="16"):
        operator_routes(duty, "short")
