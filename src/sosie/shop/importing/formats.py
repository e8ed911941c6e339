"""The formats, and which one a file is in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from sosie.errors import YourInput
from sosie.shop.importing import google_tsv, google_xml, jsonld, own_csv, shopify_csv, shopify_json, woo_csv, woo_json
from sosie.shop.importing.document import decode, known_encoding
from sosie.shop.importing.listing import Given, Imported


@dataclass(frozen=True, slots=True)
class Format:
    """The port: another format is one more module with these four names, and passes tests/contracts/test_importer.py."""

    name: str
    what: str
    looks_like: Callable[[str], bool]
    """Whether a text is in this format, from what it says at its beginning. Raises nothing."""
    read: Callable[[str, Given], Imported]
    """Listings and problems of a text. Pure. Raises YourInput where there is nothing to take, and nothing else."""


def _of(module: ModuleType) -> Format:
    return Format(module.NAME, module.WHAT, module.looks_like, module.read)


FORMATS: tuple[Format, ...] = tuple(
    _of(module) for module in (google_xml, jsonld, shopify_json, woo_json, shopify_csv, woo_csv, google_tsv, own_csv)
)
"""In the order in which they are tried: the more particular ones first."""


def named(name: str) -> Format:
    for each in FORMATS:
        if each.name == name:
            return each
    raise YourInput(f"there is no format {name!r}", wanted=f"one of {', '.join(each.name for each in FORMATS)}")


def guess(text: str) -> Format:
    """The format of a text, from its content. Raises YourInput that names all of them."""
    for each in FORMATS:
        if each.looks_like(text):
            return each
    first = " ".join(text[:300].split())[:60]
    raise YourInput(
        f"the file's format is not known; it begins with {first!r}",
        wanted="; ".join(f"{each.name} ({each.what})" for each in FORMATS),
        try_this="--format NAME, or the columns of the plain CSV",
    )


def read(
    data: bytes, given: Given, *, format_name: str | None = None, encoding: str | None = None
) -> tuple[Format, Imported]:
    """A file's products, and the format they were in. Raises YourInput."""
    text = decode(data, known_encoding(encoding) if encoding else None)
    if not text.strip():
        raise YourInput("the file is empty", wanted="products")
    chosen = named(format_name) if format_name else guess(text)
    return chosen, chosen.read(text, given)
