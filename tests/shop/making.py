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


def shop_file(folder: Path, text: str = SHOP) -> Path:
    (folder / "tea.png").write_bytes(b"\x89PNG")
    path = folder / "shop.toml"
    path.write_text(text, "utf-8")
    return path
