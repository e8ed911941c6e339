"""A shop in a store, as its owner uses it: in, out, what changed, what was ordered; every wrong turn ends in a sentence."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from shop.making import SHOP, shop_file
from shop.webhooks.senders import NOW, Shopify, webhook
from sosie.cli import main
from sosie.shop.catalogue import Catalogue
from sosie.shop.feed import open_shop
from sosie.shop.orders import Said
from sosie.shop.store.opening import StoreNamed, catalogue_of, open_store, store_at

FILES = Path(__file__).parents[1] / "shop" / "importing" / "files"
YOURS, THEIRS = 2, 3


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOSIE_HOME", str(tmp_path / "home"))
    cv2.imwrite("tea.png", np.full((20, 30, 3), 90, np.uint8))


def kept(where: str = "shop.db") -> Catalogue:
    return catalogue_of(StoreNamed(where, Path()), home=Path("home"), environment={})


def put(text: str = SHOP, *options: str) -> None:
    picture = Path("tea.png").read_bytes()
    path = shop_file(Path(), text)
    Path("tea.png").write_bytes(picture)
    assert main(["shop", "import", str(path), "--store", "shop.db", *options]) == 0


def test_a_shop_toml_goes_in_and_comes_out_the_same() -> None:
    put()
    assert main(["shop", "export", "--store", "shop.db", "-o", "out/again.toml"]) == 0
    one, again = open_shop(Path("shop.toml")), open_shop(Path("out/again.toml"))
    for product, other in zip(one.products, again.products, strict=True):
        assert product.picture.read_bytes() == other.picture.read_bytes()
        assert (product.name, product.facts, product.claims, product.called) == (
            other.name, other.facts, other.claims, other.called)  # fmt: skip
        assert (product.price, product.sale_price, product.stock) == (other.price, other.sale_price, other.stock)
    assert (one.shop, one.facts) == (again.shop, again.facts)


@pytest.mark.parametrize("file", sorted(path.name for path in FILES.iterdir()))
def test_a_feed_of_any_format_goes_in(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["shop", "import", str(FILES / file), "--languages", "en,zh", "--currency", "EUR", "--store", "shop.db"])
        == 0
    )
    shop = kept()
    assert {product.id for product in shop.products} == {"mug", "tee", "pot"}
    assert len(shop["tee"].variants) == 3
    assert shop["mug"].picture.is_file()
    assert "kept in   shop.db" in capsys.readouterr().out
    assert not Path("shop.toml").exists()


def test_a_feed_brings_prices_and_leaves_what_people_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    put(SHOP.replace("price = 24.50\n", 'sku = "T1"\nclaims.en = ["fresh"]\nprice = 24.50\n'))
    Path("feed.csv").write_text("id,name,price,stock\ntea,Green Tea,30,9\ncup,Cup,5,1\n", "utf-8")
    feed = ["shop", "import", "feed.csv", "--languages", "en,zh", "--currency", "EUR", "--store", "shop.db"]
    assert main(feed) == 0
    tea = kept()["tea"]
    assert (tea.price_now("en"), tea.stock, tea.sale_price) == ("€30", 9, None)
    assert tea.name == {"en": "Green Tea", "zh": "绿茶"}
    assert (tea.sku, tea.facts[0].topic, tea.claims["en"]) == ("T1", "weight", ("fresh",))
    assert tea.picture.read_bytes() == Path("tea.png").read_bytes()
    assert [product.id for product in kept().products] == ["tea", "pot", "cup"]
    assert "not in the file, and left as they are: pot" in capsys.readouterr().out
    assert main([*feed, "--replace"]) == 0
    assert [product.id for product in kept().products] == ["tea", "cup"]
    assert not kept()["tea"].facts


def test_what_is_sold_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    put()
    capsys.readouterr()
    assert main(["shop", "show", "--store", "shop.db"]) == 0
    told = capsys.readouterr().out
    assert "€19.90 (instead of €24.50), 7 left" in told
    assert main(["shop", "show", "tea", "--store", "shop.db"]) == 0
    assert "fact weight.zh: 一罐100克。" in capsys.readouterr().out
    assert main(["shop", "show", "tea", "--store", "shop.db", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sale_price"] == "19.90"


def test_the_history_says_what_who_and_when(capsys: pytest.CaptureFixture[str]) -> None:
    put()
    put(SHOP.replace("stock = 7", "stock = 6"))
    capsys.readouterr()
    assert main(["shop", "history", "--store", "shop.db", "--most", "1"]) == 0
    told = capsys.readouterr().out
    assert "tea stock: 7 -> 6  (import shop.toml (" in told
    assert told.count("\n") == 1
    assert main(["shop", "history", "pot", "--store", "shop.db", "--json"]) == 0
    assert {change["product_id"] for change in json.loads(capsys.readouterr().out)} == {"pot"}


def test_orders_are_shown_with_what_was_being_said(capsys: pytest.CaptureFixture[str]) -> None:
    put()
    capsys.readouterr()
    assert main(["shop", "orders", "--store", "shop.db"]) == 0
    assert capsys.readouterr().out == "none yet\n"
    store = open_store(store_at("shop.db", Path(), {}), home=Path("home"))
    said = Said("show.toml 2026-11-23T11:00:00Z", 61.5, "tea", "tea", 17, "line", "en", "a1b2c3d4e5f6")
    for sent, now in ((Shopify().product("24.50", 7), NOW), (Shopify().order(1001), NOW + timedelta(seconds=1))):
        delivery = webhook(Shopify()).platform.read(sent.headers, sent.body, now)
        store.hear("shopify", delivery, said=said, now=now)
    assert main(["shop", "orders", "--store", "shop.db"]) == 0
    told = capsys.readouterr().out
    assert "2 tea 36.80 EUR  (shopify, buyer " in told
    assert "61 s: tea on screen, line 17, wording a1b2c3d4e5f6)" in told.replace("62 s", "61 s")
    assert main(["shop", "orders", "--store", "shop.db", "--json", "--since", "2026-11-23T13:00:00+01:00"]) == 0
    (order,) = json.loads(capsys.readouterr().out)
    assert (order["said"]["sentence_id"], order["lines"][0]["amount"]) == (17, "36.80")
    assert "1001" not in json.dumps(order)


def test_a_number_of_a_platform_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    put()
    assert main(["shop", "link", "tiktok-shop", "1729592969712207012", "tea", "--store", "shop.db"]) == 0
    assert main(["shop", "link", "tiktok-shop", "1", "tea/blue", "--store", "shop.db"]) == YOURS
    assert "no variant 'blue'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "names"),
    [
        (["import", "shop.toml"], YOURS, ["a shop.toml already", "--store"]),
        (["import", "shop.toml", "--store", "x.db", "-o", "y.toml"], YOURS, ["both --store and --out"]),
        (["import", "shop.toml", "--store", "x.db", "--languages", "en"], YOURS, ["--languages has no place"]),
        (["import", "none.toml", "--store", "x.db"], YOURS, ["no file none.toml"]),
        (["import", "feed.csv", "--store", "x.db"], YOURS, ["--languages is missing"]),
        (["import", "feed.csv", "--languages", "fr", "--currency", "EUR", "--store", "shop.db"], YOURS,
         ["en, zh", "--languages fr,en,zh"]),
        (["import", "feed.csv", "--languages", "en,zh", "--currency", "USD", "--store", "shop.db"], YOURS,
         ["USD", "EUR", "one currency"]),
        (["import", "shop.toml", "--store", "tea.png/x.db"], THEIRS, ["cannot be written"]),
        (["import", "shop.toml", "--store", "tea.png"], THEIRS, ["tea.png", "not a database"]),
        (["import", "shop.toml", "--store", "mysql://host/x"], YOURS, ["'mysql://host/x' is no store", "postgresql://"]),
        (["import", "shop.toml", "--store", "postgresql://u:hunter2@127.0.0.1/x"], YOURS, ["password", "env:SOSIE_STORE"]),
        (["import", "shop.toml", "--store", "env:NO_SUCH"], YOURS, ["'NO_SUCH'", "not set"]),
        (["show", "--store", "none.db"], YOURS, ["there is no store none.db", "sosie shop import"]),
        (["show"], YOURS, ["there is no store", "shop.db"]),
        (["show", "coffee", "--store", "shop.db"], YOURS, ["'coffee'", "tea, pot"]),
        (["export", "--store", "shop.db", "-o", "shop.toml"], YOURS, ["there is a shop.toml already", "--replace"]),
        (["orders", "--store", "shop.db", "--since", "yesterday"], YOURS, ["'yesterday'", "with offset"]),
        (["history", "--store", "shop.db", "--most", "0"], YOURS, ["--most is 0"]),
    ],
    ids=str,
)  # fmt: skip
def test_wrong_turns(arguments: list[str], status: int, names: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    put()
    Path("feed.csv").write_text("id,name,price,stock\ntea,Tea,30,9\n", "utf-8")
    before = kept()
    capsys.readouterr()
    assert main(["shop", *arguments]) == status
    told = capsys.readouterr().err
    assert told.count("\n") == 1, "one sentence"
    for name in names:
        assert name in told
    assert "hunter2" not in told
    assert kept() == before


def test_a_file_of_another_program_is_left_alone() -> None:
    Path("notes.db").write_text("my notes")
    put()
    assert main(["shop", "show", "--store", "notes.db"]) == THEIRS
    assert Path("notes.db").read_text() == "my notes"


def test_a_show_may_name_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    put()
    monkeypatch.setenv("MY_STORE", "shop.db")
    for named in ("shop.db", "env:MY_STORE"):
        shop = catalogue_of(StoreNamed(named, Path()), home=Path("home"), environment={"MY_STORE": "shop.db"})
        assert [product.id for product in shop.products] == ["tea", "pot"]
