"""Which webhooks a show listens to: named in its file, with secrets that are not in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sosie.errors import YourInput
from sosie.shop.store.opening import StoreNamed
from sosie.shop.webhooks.platforms import WebhookTable, webhooks_of
from sosie.show.rundown import read_rundown

SHOW = """
title = { en = "Tea" }
shop = "shop.db"
languages = ["en"]
greeting = { en = "Hello." }
closing = { en = "Bye." }
[[segment]]
product = "tea"
lines.en = ["This is {name}."]
"""
HOOK = '[[webhook]]\nplatform = "shopify"\nsecret_env = "SHOPIFY_SECRET"\n'
SET = {"SHOPIFY_SECRET": "new", "OLD": "old", "KEY": "k"}


def read(folder: Path, text: str) -> tuple[WebhookTable, ...]:
    (folder / "show.toml").write_text(SHOW + text, "utf-8")
    rundown = read_rundown(folder / "show.toml")
    assert rundown.shop == StoreNamed("shop.db", folder)
    return rundown.webhooks


def test_a_show_names_its_webhooks_and_the_variables_of_their_secrets(tmp_path: Path) -> None:
    text = (
        HOOK
        + '[[webhook]]\nplatform = "tiktok-shop"\nname = "uk"\nsecret_env = ["SHOPIFY_SECRET", "OLD"]\napp_key_env = "KEY"\n'
    )
    shopify, tiktok = webhooks_of(read(tmp_path, text), SET)
    assert (shopify.name, shopify.secrets.values) == ("shopify", ("new",))
    assert (tiktok.name, tiktok.secrets.values, tiktok.secrets.app_key) == ("uk", ("new", "old"), "k")
    for secret in ("'new'", "'old'", "'k'"):
        assert secret not in repr((shopify, tiktok))
    assert webhooks_of(read(tmp_path, ""), {}) == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (HOOK.replace("SHOPIFY_SECRET", "shpss_5e1f not the real one"), ["secret_env", "NAME of an environment variable"]),
        (HOOK.replace('"shopify"', '"ebay"'), ["platform", "one of shopify, woocommerce, tiktok-shop, generic"]),
        (HOOK + 'name = "A/B"', ["name"]),
        (HOOK + 'secret = "x"', ["the key 'secret' is unknown", "secret_env"]),
        (HOOK.replace('"SHOPIFY_SECRET"', '"NO_SUCH"'), ["webhook 'shopify': NO_SUCH is not set"]),
        (HOOK + HOOK, ["two webhooks are called 'shopify'", 'name = "second"']),
        (HOOK + 'app_key_env = "KEY"', ["app_key_env has no place here"]),
        (HOOK.replace('"shopify"', '"tiktok-shop"'), ["app_key_env is missing"]),
    ],
)  # fmt: skip
def test_wrong_turns(tmp_path: Path, text: str, names: list[str]) -> None:
    with pytest.raises(YourInput) as told:
        webhooks_of(read(tmp_path, text), SET)
    for name in names:
        assert name in str(told.value)


def test_webhooks_need_a_store(tmp_path: Path) -> None:
    (tmp_path / "show.toml").write_text(SHOW.replace("shop.db", "shop.toml") + HOOK, "utf-8")
    with pytest.raises(YourInput, match=r"sosie shop import shop.toml --store shop.db"):
        read_rundown(tmp_path / "show.toml")
