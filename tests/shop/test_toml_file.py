"""Places in a file are named as their writer knows them."""

from __future__ import annotations

from sosie.shop.toml_file import place_of


def test_entries_go_by_their_id_or_their_number() -> None:
    data = {"product": [{"id": "mug", "fact": [{"topic": "size"}, {}]}, "x"]}
    assert place_of(data, ("product", 0, "fact", 0)) == "product 'mug', fact 'size', "
    assert place_of(data, ("product", 0, "fact", 1)) == "product 'mug', fact 2, "
    assert place_of(data, ("product", 7, "name")) == "product 8, name, "
    assert place_of(data, ()) == ""
