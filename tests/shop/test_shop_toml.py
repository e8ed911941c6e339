"""A catalogue written as a shop.toml is read back the same, whatever stands in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shop.making import SHOP, VARIED, shop_file
from sosie.shop.catalogue import Catalogue
from sosie.shop.feed import open_shop
from sosie.shop.shop_toml import catalogue_toml

SAMPLE = Path(__file__).parents[2] / "src/sosie/sample/shop/shop.toml"


def again(catalogue: Catalogue, folder: Path) -> Catalogue:
    pictures = {product.id: product.picture.name for product in catalogue.products}
    (folder / "again.toml").write_text(catalogue_toml(catalogue, 'a "source"\n[x]', pictures), "utf-8")
    return open_shop(folder / "again.toml")


@pytest.mark.parametrize("text", [SHOP, VARIED])
def test_a_shop_is_read_back_the_same(tmp_path: Path, text: str) -> None:
    shop = open_shop(shop_file(tmp_path, text))
    assert again(shop, tmp_path) == shop


def test_so_is_the_sample(tmp_path: Path) -> None:
    sample = open_shop(SAMPLE)
    moved = replace(
        sample,
        products=tuple(replace(each, picture=tmp_path / each.picture.name) for each in sample.products),
    )
    for product in sample.products:
        (tmp_path / product.picture.name).write_bytes(b"picture")
    assert again(moved, tmp_path) == moved


def test_no_text_leaves_its_place(tmp_path: Path) -> None:
    shop = open_shop(shop_file(tmp_path, SHOP))
    hostile = 'a ""]\n[[product]]\nid = "x"\n# \\u0022 \x7f \x1b'
    tea = replace(shop["tea"], name={"en": hostile, "zh": hostile}, sku=hostile[:80])
    found = again(replace(shop, products=(tea,)), tmp_path)
    assert [product.id for product in found.products] == ["tea"]
    assert found["tea"].sku == tea.sku
