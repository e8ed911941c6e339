"""A catalogue that a seller already has becomes a shop that opens; every wrong turn ends in a sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from sosie.cli import main
from sosie.shop.catalogue import Catalogue
from sosie.shop.feed import open_shop

FILES = Path(__file__).parents[1] / "shop" / "importing" / "files"
YOURS, THEIRS = 2, 3
CSV = "id,name,price,stock,currency,picture,description\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def taken(*arguments: str) -> Catalogue:
    assert main(["shop", "import", *arguments]) == 0
    return open_shop(Path("shop.toml"))


@pytest.mark.parametrize("file", sorted(path.name for path in FILES.iterdir()))
def test_a_shop_of_any_format_opens(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    shop = taken(str(FILES / file), "--languages", "en,zh", "--currency", "EUR")
    assert {product.id for product in shop.products} == {"mug", "tee", "pot"}
    assert shop["mug"].price_now("en") == "€19.90"
    assert shop["tee"].price_now("zh") == "18欧元起"
    assert len(shop["tee"].variants) == 3
    assert shop["pot"].name["zh"] == "茶壶 Tea pot"
    told = capsys.readouterr().out
    assert "taken     3 products with 3 variants, in EUR" in told
    assert "is empty" in told
    assert "translate" in told
    assert "curl --config pictures/fetch.curl" in told


def test_a_description_is_said_only_when_the_seller_allows_it() -> None:
    shop = taken(str(FILES / "google.tsv"), "--languages", "en")
    assert not shop["mug"].facts
    assert not any(shop["mug"].claims.values())
    path = Path("shop.toml")
    text = path.read_text("utf-8")
    assert "5 euros" not in text, "a price of a description is not offered even as a comment"
    allowed = re.sub(r"^# (\[\[product\.fact\]\]|topic = |asked = |en = )", r"\1", text, flags=re.M)
    path.write_text(allowed, "utf-8")
    assert [fact.text["en"] for fact in open_shop(path)["mug"].facts] == ["Hand-made & glazed, by one potter."]


def test_what_a_feed_writes_cannot_leave_its_place() -> None:
    hostile = 'He said ""]\n[[product]]\nid = ""x""\n# "" \\" \\u0022'
    Path("own.csv").write_text(CSV + f'"a""b # \x07","A """"cup"""" \\ [x]",5,1,EUR,,"{hostile}"\n', "utf-8")
    shop = taken("own.csv", "--languages", "en")
    assert [product.id for product in shop.products] == ["a-b"]
    assert shop.products[0].name["en"] == 'A ""cup"" \\ [x]'
    assert not shop.products[0].facts


def test_pictures_beside_the_file_are_copied_and_others_have_a_placeholder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    cv2.imwrite("in/red.png", np.full((20, 30, 3), (0, 0, 255), np.uint8))
    cv2.imwrite("secret.png", np.full((20, 30, 3), 7, np.uint8))
    Path("in/no.jpg").write_text("no picture")
    rows = ("red,Red,5,1,EUR,red.png,", "up,Up,5,1,EUR,../secret.png,", f"root,Root,5,1,EUR,{tmp_path}/secret.png,",
            "text,Text,5,1,EUR,no.jpg,", "web,Web,5,1,EUR,https://shop.example/a.webp?size=2,",
            "none,None,5,1,EUR,,")  # fmt: skip
    Path("in/own.csv").write_text(CSV + "\n".join(rows), "utf-8")
    shop = taken("in/own.csv", "--languages", "en")
    assert shop["red"].picture.read_bytes() == Path("in/red.png").read_bytes()
    for other in ("up", "root", "text", "web", "none"):
        picture = cv2.imread(str(shop[other].picture))
        assert picture is not None
        assert picture.shape == (400, 400, 3), "the placeholder"
    assert Path("pictures/web.webp").read_bytes()[8:12] == b"WEBP"
    assert (
        'url = "https://shop.example/a.webp?size=2"\noutput = "pictures/web.webp"'
        in Path("pictures/fetch.curl").read_text()
    )
    told = capsys.readouterr().out
    assert told.count("outside the file's folder") == 2
    assert "4 without a picture" in told


def test_an_address_cannot_be_an_option_of_curl(capsys: pytest.CaptureFixture[str]) -> None:
    bad = (
        '"https://x.example/""\noutput = ""/tmp/x"',
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://x.example/a b\\",
        "//x.example/a",
    )
    rows = "".join(f"p{number},Cup,5,1,EUR,{each},\n" for number, each in enumerate(bad))
    Path("own.csv").write_text(CSV + rows, "utf-8")
    taken("own.csv", "--languages", "en")
    assert not Path("pictures/fetch.curl").exists()
    assert capsys.readouterr().out.count("no address of a picture") == len(bad)


def test_an_older_shop_is_kept_unless_it_is_to_be_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = (str(FILES / "own.csv"), "--languages", "en")
    taken(*arguments)
    Path("pictures/mug.jpg").write_bytes(b"fetched since")
    before = Path("shop.toml").read_text()
    assert main(["shop", "import", *arguments]) == YOURS
    assert "--replace" in capsys.readouterr().err
    assert Path("shop.toml").read_text() == before
    taken(*arguments, "--replace")
    assert Path("pictures/mug.jpg").read_bytes() == b"fetched since", "a picture that was fetched stays"
    assert "mug.jpg" not in Path("pictures/fetch.curl").read_text()


def test_programs_are_told_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    taken(str(FILES / "shopify.csv"), "--languages", "en,fr", "--currency", "EUR", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["format"], told["currency"], told["file"]) == ("shopify-csv", "EUR", "shop.toml")
    assert [one["id"] for one in told["taken"]] == ["mug", "tee", "pot"]
    assert told["taken"][0]["sale_price"] == "19.90"
    assert told["taken"][0]["picture_address"] == "https://shop.example/pictures/mug.jpg"
    assert {"where", "field", "found", "wanted"} <= set(told["left_out"][0])
    assert any("30 days" in task for task in told["to_do"])


def test_names_in_several_languages_are_used() -> None:
    Path("own.csv").write_text("id,name_en,name_zh,price,stock\ncup,Cup,杯子,5,1\n", "utf-8")
    shop = taken("own.csv", "--languages", "en,zh", "--currency", "CNY", "--name", "Cups")
    assert shop["cup"].name == {"en": "Cup", "zh": "杯子"}
    assert shop.shop == {"en": "Cups", "zh": "Cups"}
    assert "translate" not in Path("shop.toml").read_text("utf-8")


def test_dates_without_an_offset_are_of_the_given_time_zone() -> None:
    text = "id,name,price,sale_price,sale_until,stock\ncup,Cup,5,4,2026-12-31,1\n"
    Path("own.csv").write_text(text, "utf-8")
    shop = taken("own.csv", "--languages", "en", "--currency", "CNY", "--time-zone", "Asia/Shanghai")
    sale = shop["cup"].sale
    assert sale is not None
    assert sale.until is not None
    assert sale.until.isoformat() == "2027-01-01T00:00:00+08:00"


def test_text_in_another_encoding_is_read_when_it_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("own.csv").write_bytes("id,name,price,stock\ncup,杯子,5,1\n".encode("gb18030"))
    arguments = ["own.csv", "--languages", "zh", "--currency", "CNY"]
    assert main(["shop", "import", *arguments]) == YOURS
    assert "--encoding gb18030" in capsys.readouterr().err
    assert taken(*arguments, "--encoding", "gb18030")["cup"].name["zh"] == "杯子"


@pytest.mark.parametrize(
    ("content", "options", "names"),
    [
        (None, [], ["no file", "feed or an export"]),
        ("", [], ["own.csv", "is empty"]),
        ("Dear shop,\nhow are you?", [], ["format is not known", "google-xml", "--format", "Dear shop"]),
        ("id,name,price,stok\na,A,1,1\n", ["--format", "csv"], ["'stok'", "Try: stock"]),
        ("id,name,price\na,A,1\n", ["--format", "csv"], ["'stock' is missing"]),
        ("id,name,price,price,stock\n", ["--format", "csv"], ["'price' is there twice"]),
        ("id,name,price,stock\n", [], ["has no products"]),
        ("id,name,price,stock\na,A,1,1\n", [], ["does not say its currency", "--currency EUR"]),
        ("id,name,price,stock\na,A,1 JPY,1\n", [], ["JPY", "CNY, EUR, USD, GBP"]),
        ("id,name,price,stock\na,A,free,1\nb,B,1,1\n", ["--currency", "JPY"], ["--currency is 'JPY'"]),
        ("id,name,price,stock\na,A,free,1\n", ["--currency", "EUR"],
         ["nothing could be taken, 1 left out", "line 2, price", "'free'"]),
        ("id,name,price,stock\na,A,1,1\n", ["--currency", "EUR", "--languages", "en,de"], ["--languages", "'de'", "zh, en, fr"]),
        ("id,name,price,stock\na,A,1,1\n", ["--currency", "EUR", "--languages", ""], ["--languages"]),
        ("id,name,price,stock\na,A,1,1\n", ["--currency", "EUR", "--time-zone", "Mars"], ["--time-zone", "'Mars'"]),
        ("id,name,price,stock\na,A,1,1\n", ["--currency", "EUR", "--encoding", "hex"], ["encoding 'hex'"]),
        ("id,name,price,stock\na,A,1,1\n", ["--currency", "EUR", "--format", "xls"], ["no format 'xls'", "shopify-csv"]),
        ("id,name,price,stock\na,A,1,1\n", ["--currency", "EUR", "-o", "."], [". is a folder", "shop.toml"]),
        ("PK\x03\x04", [], ["xlsx", "export it"]),
        ("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel/></rss>", [], ["document type", "DOCTYPE"]),
        ("<rss><channel><item></channel></rss>", [], ["line 1 is not XML", "mismatched tag"]),
        ('{"@context": "https://schema.org", "@type": "Product", ', [], ["line 1 is not JSON"]),
        ('{"errors": [{"message": "denied"}]}', ["--format", "shopify-json"], ["Shopify answered", "denied", "read_products"]),
        ("<html><p>Hello</p></html>", ["--format", "json-ld"], ["no products as JSON-LD"]),
    ],
)  # fmt: skip
def test_wrong_turns(
    content: str | None, options: list[str], names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        Path("own.csv").write_text(content, "utf-8")
    assert main(["shop", "import", "own.csv", "--languages", "en", *options]) == YOURS
    told = capsys.readouterr().err
    assert told.count("\n") == 1, "one sentence"
    for name in names:
        assert name in told
    assert not Path("shop.toml").exists()
    assert not Path("pictures").exists()


def test_a_folder_that_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    Path("file").write_text("")
    assert main(["shop", "import", str(FILES / "own.csv"), "--languages", "en", "-o", "file/shop.toml"]) == THEIRS
    assert "cannot be written" in capsys.readouterr().err


def test_a_name_that_no_font_can_draw_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    Path("own.csv").write_text("id,name,price,stock\ncup,Cup,5,1\nrune,Cup \U000130b8,5,1\n", "utf-8")
    shop = taken("own.csv", "--languages", "en", "--currency", "EUR")
    told = capsys.readouterr().out
    if "no font" in told:  # a machine with fonts for hieroglyphs may show them
        assert [product.id for product in shop.products] == ["cup"]
        assert "line 3, name" in told
    else:
        assert len(shop.products) == 2
