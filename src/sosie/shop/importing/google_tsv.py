"""A Google Merchant feed as tab separated text; with commas too, as some tools and Meta's catalogues write it."""

from __future__ import annotations

from sosie.shop.importing import google, table
from sosie.shop.importing.gather import gather
from sosie.shop.importing.listing import Given, Imported, Problem

NAME = "google-tsv"
WHAT = "Google Merchant feed, tab separated (Meta's catalogue feed too)"


def looks_like(text: str) -> bool:
    columns = {name.removeprefix("g:").replace(" ", "_") for name in table.header(text)}
    return {"id", "title", "price", "availability"} <= columns


def read(text: str, given: Given) -> Imported:
    return gather(
        (
            line if isinstance(line, Problem) else google.row_of(line.where, google.without_prefix(line.cells))
            for line in table.lines(text)
        ),
        given,
    )
