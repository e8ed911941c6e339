"""Small shops for tests, written to a folder of the test."""

from __future__ import annotations

from pathlib import Path

SHOP = """
[shop]
name = { en = "the test shop", zh = "测试店" }
currency = "EUR"
languages = ["en", "zh"]

[[shop.fact]]
topic = "shipping"
en = "Orders leave within 48 hours."
zh = "四十八小时内发货。"

[[product]]
id = "tea"
name = { en = "green tea", zh = "绿茶" }
called = { en = ["tea"], zh = ["茶"] }
price = 24.50
sale_price = "19.90"
stock = 7
picture = "tea.png"

[[product.fact]]
topic = "weight"
en = "One tin holds 100 g."
zh = "一罐100克。"

[[product]]
id = "pot"
name = { en = "tea pot", zh = "茶壶" }
price = 350
stock = 2
picture = "tea.png"
"""


VARIED = SHOP.replace(
    'id = "pot"\n',
    'id = "tee"\nname = { en = "tee", zh = "T恤" }\nsku = "T"\npicture = "tea.png"\nvalid_until = 2027-01-01T00:00:00+08:00\n'
    'called.en = ["shirt"]\nclaims.en = ["soft"]\nclaims.zh = ["柔软", "透气"]\n[[product.variant]]\nid = "blue"\n'
    'options = { Colour = "blue", Size = "M" }\nprice = 18.00\nstock = "in stock"\nsku = "T-B"\n[[product.variant]]\nid = "red"\n'
    'options = { Colour = "red", Size = "M" }\nprice = 20\nsale_price = 12.5\nsale_basis = "list"\n'
    'sale_until = 2026-12-01T00:00:00+01:00\nstock = 0\n\n[[product]]\nid = "pot"\n',
)
"""The same with a product in two kinds between them, and a sale with terms."""


def shop_file(folder: Path, text: str = SHOP) -> Path:
    (folder / "tea.png").write_bytes(b"\x89PNG")
    path = folder / "shop.toml"
    path.write_text(text, "utf-8")
    return path
