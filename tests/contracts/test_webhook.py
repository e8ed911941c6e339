"""What every platform's webhook keeps to: signed with the right secret over the very bytes that came, or not believed at all."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from shop.webhooks.senders import NOW, SENDERS, Generic, Sender, Sent, Shopify, TikTok, Woo, webhook
from sosie.shop.news import Delivery
from sosie.shop.orders import OrderTold
from sosie.shop.webhooks.platforms import PLATFORMS
from sosie.shop.webhooks.reading import BadSignature, Unreadable

every_sender = pytest.mark.parametrize("make", SENDERS, ids=lambda make: make.__name__)


def check(sender: Sender, sent: Sent, *older: str, late: timedelta = timedelta()) -> None:
    hook = webhook(sender, *older)
    hook.platform.check(sent.headers, sent.body, hook.secrets, NOW + late)


def read(sender: Sender, sent: Sent) -> Delivery:
    check(sender, sent)
    return webhook(sender).platform.read(sent.headers, sent.body, NOW)


def test_every_platform_has_a_sender() -> None:
    assert {sender().name for sender in SENDERS} == {platform.name for platform in PLATFORMS}


@every_sender
def test_what_is_signed_with_our_secret_is_believed(make: type[Sender]) -> None:
    check(make(), make().order(1001))
    check(make("whsec_bmV3" if make is Generic else "the new one"), make().order(1001), make().secret)


@every_sender
def test_another_secret_another_body_or_no_signature_is_not(make: type[Sender]) -> None:
    sent = make().order(1001)
    signature = webhook(make()).platform.signature
    written_again = json.dumps(json.loads(sent.body)).encode()
    assert written_again != sent.body
    for bad in (
        make("whsec_b3RoZXI=" if make is Generic else "other").order(1001),
        Sent(sent.headers, written_again),
        Sent(sent.headers, sent.body + b" "),
        Sent(sent.headers, b""),
        sent.with_headers(**{signature: ""}),
        sent.with_headers(**{signature: "é" * 50}),
        sent.with_headers(**{signature: sent.headers[signature].swapcase()}),
        sent.with_headers(**{signature: f"Bearer {sent.headers[signature]}"})
        if make is TikTok
        else Sent({}, sent.body),
        Sent({}, sent.body),
    ):
        with pytest.raises(BadSignature):
            check(make(), bad)


@every_sender
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"a"', b"{}", b'{"a": NaN}', b"\xff{}", b"[" * 100_000, b'{"type": 1}']
)
def test_what_is_well_signed_but_no_delivery_is_said_to_be_unreadable(make: type[Sender], body: bytes) -> None:
    sent = make().order(1001)
    with pytest.raises(Unreadable) as told:
        webhook(make()).platform.read(sent.headers, body, NOW)
    assert len(str(told.value)) < 150


@every_sender
def test_a_delivery_is_known_again_and_others_are_not_taken_for_it(make: type[Sender]) -> None:
    sender = make()
    one, other = sender.order(1001), sender.order(1002)
    assert read(sender, one).keys == read(sender, one).keys
    assert not set(read(sender, one).keys) & set(read(sender, other).keys)


@every_sender
def test_an_order_says_what_was_bought_and_shows_no_buyer(make: type[Sender]) -> None:
    sender = make()
    (order,) = read(sender, sender.order(1001)).news
    assert isinstance(order, OrderTold)
    assert order.placed_at.tzinfo is not None
    for personal in ("jon", "Jon", "Rue", "1001"):
        assert personal not in repr(order)
    if make is TikTok:
        assert (order.lines, order.currency) == ((), "")
        return
    (line,) = order.lines
    assert (line.quantity, str(line.amount), order.currency) == (2, "36.80", "EUR")


@every_sender
def test_what_is_not_for_us_is_no_news(make: type[Sender]) -> None:
    sender = make()
    other = {
        Shopify: lambda: Shopify().send("customers/redact", {"shop_id": 1, "customer": {"email": "jon@example.com"}}),
        Woo: lambda: Woo().send("coupon.created", {"id": 1}),
        TikTok: lambda: TikTok().send(4, {"package_id": "1"}),
        Generic: None,
    }[make]
    if other is not None:
        assert read(sender, other()).news == ()


def test_a_generic_delivery_is_good_for_five_minutes() -> None:
    sent = Generic().order(1001)
    for late in (timedelta(minutes=5), timedelta(minutes=-5)):
        check(Generic(), sent, late=late)
    for late in (timedelta(minutes=5, seconds=1), timedelta(minutes=-5, seconds=-1)):
        with pytest.raises(BadSignature):
            check(Generic(), sent, late=late)
    for changed in ({"webhook_timestamp": str(int(NOW.timestamp()) + 1)}, {"webhook_id": "msg_other"}):
        with pytest.raises(BadSignature):
            check(Generic(), sent.with_headers(**changed))


def test_the_specification_s_own_example_is_believed() -> None:
    # standard-webhooks/standard-webhooks, libraries: the vector that all of them are tested with.
    hook = webhook(Generic("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    sent_at = NOW.fromtimestamp(1614265330, NOW.tzinfo)
    hook.platform.check(headers, b'{"test": 2432232314}', hook.secrets, sent_at)
    with pytest.raises(BadSignature):
        hook.platform.check(headers, b'{"test": 2432232315}', hook.secrets, sent_at)


@pytest.mark.parametrize(
    "content",
    [
        {"type": "refund"},
        {"type": "price", "product": "tea", "price": "24.50"},
        {"type": "price", "product": "tea", "price": "24.50", "currency": "JPY"},
        {"type": "price", "product": "tea", "price": "24.505", "currency": "EUR"},
        {"type": "price", "product": "tea", "price": "1,299", "currency": "EUR"},
        {"type": "price", "product": "tea", "price": "0", "currency": "EUR"},
        {"type": "price", "product": "tea", "price": "5", "sale_price": "5", "currency": "EUR"},
        {"type": "price", "price": "5", "currency": "EUR"},
        {"type": "price", "product": "tea", "price": "5", "currency": "EUR", "as_of": "2026-11-23T12:00:00"},
        {"type": "stock", "product": "tea", "stock": "many"},
        {"type": "stock", "product": "tea", "stock": -1},
        {"type": "stock", "product": "tea", "stock": True},
        {"type": "stock", "product": "tea", "stok": 5},
        {"type": "order", "id": "1", "currency": "EUR", "placed_at": "2026-11-23T12:00:00Z", "lines": []},
        {
            "type": "order",
            "id": "1",
            "currency": "EUR",
            "placed_at": "2026-11-23T12:00:00Z",
            "lines": [{"product": "tea"}],
        },
    ],
    ids=str,
)
def test_a_generic_sender_is_told_what_is_wrong_with_its_delivery(content: object) -> None:
    with pytest.raises(Unreadable):
        read(Generic(), Generic().send(content))


def test_woocommerce_asks_unsigned_whether_anybody_is_there() -> None:
    ping = webhook(Woo()).platform.is_ping
    assert ping(b"webhook_id=12")
    assert not ping(b"webhook_id=12&x=1")
    assert not ping(b'{"id": 12}')


@pytest.mark.parametrize(("make", "topic"), [(Shopify, "products/delete"), (Woo, "product.deleted")])
def test_a_delivery_sent_again_under_another_topic_deletes_nothing(make: type[Shopify | Woo], topic: str) -> None:
    # Topics are headers, and not signed.
    header = "x_shopify_topic" if make is Shopify else "x_wc_webhook_topic"
    with pytest.raises(Unreadable):
        read(make(), make().product("24.50", 7).with_headers(**{header: topic}))
