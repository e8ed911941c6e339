"""Platforms that send what the real ones send, signed as they sign; nothing of ours is used to sign."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from itertools import count

from sosie.shop.webhooks.platforms import PLATFORMS, Webhook
from sosie.shop.webhooks.reading import Secrets

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECRET = "shpss_5e1f not the real one"
APP_KEY = "6abcdef"
_numbers = count(1)


@dataclass(frozen=True)
class Sent:
    headers: dict[str, str]
    body: bytes

    def with_headers(self, **changed: str) -> Sent:
        return Sent(self.headers | {name.replace("_", "-"): value for name, value in changed.items()}, self.body)


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _mac(secret: str, body: bytes) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


@dataclass
class Shopify:
    secret: str = SECRET
    name: str = "shopify"

    def send(self, topic: str, content: object) -> Sent:
        body = content if isinstance(content, bytes) else _json(content)
        headers = {
            "x-shopify-topic": topic,
            "x-shopify-hmac-sha256": base64.b64encode(_mac(self.secret, body)).decode(),
            "x-shopify-webhook-id": f"b54557e4-bdd9-4b37-8a5f-{next(_numbers):012}",
            "x-shopify-shop-domain": "tea.myshopify.com",
            "x-shopify-triggered-at": "2026-11-23T12:00:00.877041743Z",
            "x-shopify-api-version": "2026-10",
            "content-type": "application/json",
        }
        return Sent(headers, body)

    def product(self, price: str, stock: int, *, minutes: int = 0, was: str | None = None, **more: object) -> Sent:
        content: dict[str, object] = {
            "id": 788032119674292922,
            "title": "Green tea",
            "handle": "tea",
            "status": "active",
            "updated_at": at(minutes, zone=-5),
            "variants": [
                {"id": 49148385, "title": "Default Title", "option1": "Default Title", "option2": None, "price": price,
                 "compare_at_price": was, "sku": "IPOD-1", "inventory_item_id": 70001, "inventory_quantity": stock,
                 "inventory_policy": "deny"}
            ],
        }  # fmt: skip
        return self.send("products/update", content | more)

    def level(self, available: int | None, *, minutes: int = 0, location: int = 905684977, item: int = 70001) -> Sent:
        content = {
            "inventory_item_id": item,
            "location_id": location,
            "available": available,
            "updated_at": at(minutes),
        }
        return self.send("inventory_levels/update", content)

    def order(self, number: int, *, topic: str = "orders/create", quantity: int = 2, **more: object) -> Sent:
        content: dict[str, object] = {
            "id": number,
            "email": "jon@example.com",
            "created_at": at(0),
            "currency": "EUR",
            "total_price": "36.80",
            "test": False,
            "customer": {"id": 115310627314723954, "first_name": "Jon", "email": "jon@example.com"},
            "shipping_address": {"name": "Jon Doe", "address1": "Rue de la Paix 1"},
            "line_items": [
                {"id": 1, "product_id": 788032119674292922, "variant_id": 49148385, "sku": "IPOD-1", "quantity": quantity,
                 "price": "19.90", "total_discount": "0.00", "discount_allocations": [{"amount": "3.00"}]}
            ],
        }  # fmt: skip
        return self.send(topic, content | more)


@dataclass
class Woo:
    secret: str = SECRET
    name: str = "woocommerce"

    def send(self, topic: str, content: object) -> Sent:
        body = content if isinstance(content, bytes) else _json(content)
        resource, event = topic.split(".")
        headers = {
            "x-wc-webhook-source": "https://shop.example/",
            "x-wc-webhook-topic": topic,
            "x-wc-webhook-resource": resource,
            "x-wc-webhook-event": event,
            "x-wc-webhook-signature": base64.b64encode(_mac(self.secret, body)).decode(),
            "x-wc-webhook-id": "3",
            # Made of the webhook and the second, so the same for all deliveries of a test.
            "x-wc-webhook-delivery-id": "36e520ebabc2fa725092ff4a47acedf2",
            "content-type": "application/json",
        }
        return Sent(headers, body)

    def product(self, price: str, stock: int, *, minutes: int = 0, was: str | None = None, **more: object) -> Sent:
        content: dict[str, object] = {
            "id": 794, "name": "Green tea", "type": "simple", "status": "publish", "sku": "tea", "parent_id": 0,
            "regular_price": was or price, "sale_price": price if was else "", "price": price, "manage_stock": True,
            "stock_quantity": stock, "stock_status": "instock" if stock else "outofstock", "attributes": [],
            "date_modified": "2026-11-23T20:00:00", "date_modified_gmt": at(minutes)[:19], "variations": [],
        }  # fmt: skip
        return self.send("product.updated", content | more)

    def order(
        self, number: int, *, status: str = "processing", topic: str = "order.created", quantity: int = 2
    ) -> Sent:
        content = {
            "id": number, "status": status, "currency": "EUR", "date_created_gmt": at(0)[:19], "customer_id": 26,
            "billing": {"first_name": "Jon", "email": "jon@example.com", "address_1": "Rue de la Paix 1"},
            "line_items": [{"id": 1, "name": "Green tea", "product_id": 794, "variation_id": 0, "sku": "tea",
                            "quantity": quantity, "total": "30.666667", "total_tax": "6.13", "price": 18.4}],
        }  # fmt: skip
        return self.send(topic, content)


@dataclass
class TikTok:
    secret: str = SECRET
    name: str = "tiktok-shop"

    def send(self, kind: int, data: object) -> Sent:
        number = str(7327112393057371910 + next(_numbers))
        content = {"type": kind, "tts_notification_id": number, "shop_id": "7494049642642441621", "timestamp": 1795435200,
                   "data": data}  # fmt: skip
        body = _json(content)
        signature = hmac.new(self.secret.encode(), APP_KEY.encode() + body, hashlib.sha256).hexdigest()
        return Sent({"authorization": signature, "content-type": "application/json"}, body)

    def order(self, number: int, *, status: str = "AWAITING_SHIPMENT", quantity: int = 0) -> Sent:
        data = {"order_id": str(number), "order_status": status, "is_on_hold_order": False, "update_time": 1795435200}
        return self.send(1, data)

    def inventory(self, left: int, *, minutes: int = 0) -> Sent:
        snapshot = {"total_quantity": left + 3, "total_available_quantity": left, "in_shop_quantity": left}
        data = {"event_id": "e", "occurred_at": at(minutes), "product_id": 1729592969712207008, "sku_id": 1729592969712207012,
                "quantity_snapshot_after_change": snapshot, "change_detail": []}  # fmt: skip
        return self.send(71, data)


@dataclass
class Generic:
    secret: str = "whsec_" + base64.b64encode(SECRET.encode()).decode()
    name: str = "generic"
    now: datetime = field(default=NOW)

    def send(self, content: object, *, number: str = "") -> Sent:
        body = content if isinstance(content, bytes) else _json(content)
        number, stamp = number or f"msg_{next(_numbers)}", str(int(self.now.timestamp()))
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        mac = hmac.new(key, f"{number}.{stamp}.".encode() + body, hashlib.sha256).digest()
        signature = "v1," + base64.b64encode(mac).decode()
        headers = {"webhook-id": number, "webhook-timestamp": stamp, "webhook-signature": f"v1,AAAA {signature}"}
        return Sent(headers, body)

    def product(
        self, price: str, stock: int, *, minutes: int = 0, was: str | None = None, currency: str = "EUR"
    ) -> Sent:
        content = {"type": "price", "product": "tea", "price": was or price, "currency": currency, "as_of": at(minutes)}
        return self.send(content | ({"sale_price": price} if was else {}))

    def order(self, number: int, *, quantity: int = 2) -> Sent:
        line = {"product": "tea", "quantity": quantity, "amount": "36.80"}
        content = {"type": "order", "id": str(number), "buyer": "jon@example.com", "currency": "EUR", "placed_at": at(0),
                   "lines": [line]}  # fmt: skip
        return self.send(content)


def at(minutes: int, zone: int = 0) -> str:
    """So many minutes before ``NOW``."""
    return (NOW - timedelta(minutes=minutes)).astimezone(_hours(zone)).isoformat()


def _hours(zone: int) -> timezone:
    return timezone(timedelta(hours=zone))


Sender = Shopify | Woo | TikTok | Generic
SENDERS = (Shopify, Woo, TikTok, Generic)


def webhook(sender: Sender, *older: str) -> Webhook:
    """The one that listens to ``sender``; ``older`` secrets count as well."""
    platform = next(each for each in PLATFORMS if each.name == sender.name)
    key = APP_KEY if sender.name == "tiktok-shop" else ""
    return Webhook(sender.name, platform, Secrets((sender.secret, *older), key))
