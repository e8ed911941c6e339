"""The platforms that send webhooks, and which of them a show listens to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Annotated

from pydantic import BeforeValidator, Field

from sosie.errors import YourInput
from sosie.shop.news import Delivery
from sosie.shop.toml_file import Table
from sosie.shop.webhooks import generic, shopify, tiktok, woocommerce
from sosie.shop.webhooks.reading import Headers, Secrets


@dataclass(frozen=True, slots=True)
class Platform:
    """The port: another platform is one more module with these names, and passes tests/contracts/test_webhook.py."""

    name: str
    what: str
    signature: str
    """The header without which a delivery is not even read."""
    check: Callable[[Headers, bytes, Secrets, datetime], None]
    """Raises BadSignature. The bytes are those that came; nothing has been read of them."""
    is_ping: Callable[[bytes], bool]
    """Whether it is the platform's way of asking, unsigned, if anybody is there; it says nothing else."""
    read: Callable[[Headers, bytes, datetime], Delivery]
    """What a well signed delivery tells. Pure. Raises Unreadable."""


def _of(module: ModuleType) -> Platform:
    return Platform(module.NAME, module.WHAT, module.SIGNATURE, module.check, module.is_ping, module.read)


PLATFORMS: tuple[Platform, ...] = tuple(_of(module) for module in (shopify, woocommerce, tiktok, generic))


@dataclass(frozen=True, slots=True)
class Webhook:
    """One address at which a platform may tell us something: /webhooks/NAME."""

    name: str
    platform: Platform
    secrets: Secrets


def _env_names(value: object) -> object:
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(
        isinstance(name, str) and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) for name in names
    ):
        raise ValueError(
            "the NAME of an environment variable such as SHOPIFY_SECRET: the secret itself has no place in a file"
        )
    return names


def _platform(value: object) -> object:
    names = [each.name for each in PLATFORMS]
    if value not in names:
        raise ValueError(f"one of {', '.join(names)}")
    return value


class WebhookTable(Table):
    """A ``[[webhook]]`` of a show.toml."""

    platform: Annotated[str, BeforeValidator(_platform)]
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")] | None = None
    """The platform's by default."""
    secret_env: Annotated[tuple[str, ...], BeforeValidator(_env_names), Field(min_length=1, max_length=3)]
    """Several while a secret is being replaced."""
    app_key_env: Annotated[tuple[str, ...], BeforeValidator(_env_names), Field(max_length=1)] = ()
    """TikTok Shop only."""


def webhooks_of(tables: tuple[WebhookTable, ...], environment: Mapping[str, str]) -> tuple[Webhook, ...]:
    """With their secrets. Raises YourInput for one that is not set, and for two of one name."""
    found: dict[str, Webhook] = {}
    for table in tables:
        name = table.name or table.platform
        if name in found:
            raise YourInput(
                f"two webhooks are called {name!r}", wanted="a name of its own for each", try_this='name = "second"'
            )
        platform = next(each for each in PLATFORMS if each.name == table.platform)
        if bool(table.app_key_env) != (platform.name == tiktok.NAME):
            raise YourInput(
                f"webhook {name!r}: app_key_env {'is missing' if not table.app_key_env else 'has no place here'}",
                wanted=f"it for {tiktok.NAME}, whose signature holds the app key, and for no other",
            )
        values = tuple(_value(name, variable, environment) for variable in table.secret_env)
        key = "".join(_value(name, variable, environment) for variable in table.app_key_env)
        found[name] = Webhook(name, platform, Secrets(values, key))
    return tuple(found.values())


def _value(name: str, variable: str, environment: Mapping[str, str]) -> str:
    value = environment.get(variable, "")
    if not value:
        raise YourInput(
            f"webhook {name!r}: {variable} is not set", wanted="the secret in it", try_this=f"{variable}=… sosie live …"
        )
    return value
