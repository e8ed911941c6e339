"""A Google Merchant feed as XML: RSS 2.0 or Atom, its attributes in the namespace that is mostly called "g:".

Read by expat, an item at a time. A document type declaration is refused before anything in it is read, and with it every entity
bomb and every outside entity; nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from sosie.errors import YourInput
from sosie.shop.importing import google
from sosie.shop.importing.gather import gather
from sosie.shop.importing.listing import Given, Imported, Problem, Row

NAME = "google-xml"
WHAT = "Google Merchant feed, XML (RSS 2.0 or Atom)"
_GOOGLE = "base.google.com/ns/1.0"
_ITEMS = ("item", "entry")
_MOST_DEEP = 64
_PIECE = 1 << 16


def looks_like(text: str) -> bool:
    head = text[:4096].lstrip()
    return head.startswith("<") and (_GOOGLE in text[: 64 * 1024] or "<rss" in head)


def read(text: str, given: Given) -> Imported:
    return gather(_rows(text), given)


def _rows(text: str) -> Iterator[Row | Problem]:
    reader = _Reader()
    for start in range(0, len(text) or 1, _PIECE):
        piece = text[start : start + _PIECE]
        broken = reader.feed(piece, last=start + _PIECE >= len(text))
        yield from reader.taken()
        if broken:
            if not reader.items:
                raise YourInput(f"{broken.where} is not XML ({broken.found})", wanted="a whole RSS or Atom feed")
            yield broken
            return


@dataclass(slots=True)
class _Reader:
    items: int = 0
    _path: list[str] = field(default_factory=list)
    _item: dict[str, str] | None = None
    _line: int = 0
    _at: int = 0
    """Depth of the item that is open."""
    _text: list[str] = field(default_factory=list)
    _ready: list[Row | Problem] = field(default_factory=list)
    _parser: expat.XMLParserType = field(default_factory=lambda: expat.ParserCreate(namespace_separator=" "))

    def __post_init__(self) -> None:
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.buffer_text = True

    def feed(self, piece: str, *, last: bool) -> Problem | None:
        """The problem that ends the reading, if the XML is broken here."""
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            return Problem(
                f"line {error.lineno}", "", f"{expat.ErrorString(error.code)}; the rest is not taken", "whole XML"
            )
        except UnicodeEncodeError:
            return Problem(
                f"line {self._parser.CurrentLineNumber}", "", "half a letter; the rest is not taken", "whole XML"
            )
        return None

    def taken(self) -> list[Row | Problem]:
        ready, self._ready = self._ready, []
        return ready

    def _doctype(self, *_: object) -> None:
        raise YourInput(
            "the XML declares a document type (DOCTYPE)",
            wanted="a feed without one, for what it declares could fill the memory or read other files",
            try_this="deleting the <!DOCTYPE …> line",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > _MOST_DEEP:
            raise YourInput(f"the XML is nested deeper than {_MOST_DEEP} elements", wanted="a feed")
        if self._item is not None and len(self._path) == self._at + 1:
            self._text.clear()
        if self._item is None and _local(name) in _ITEMS:
            self._item, self._at = {}, len(self._path)
            self._line = self._parser.CurrentLineNumber

    def _characters(self, text: str) -> None:
        if self._item is not None and len(self._path) == self._at + 1:
            self._text.append(text)

    def _end(self, name: str) -> None:
        depth = len(self._path)
        self._path.pop()
        if self._item is None:
            return
        if depth == self._at + 1:
            self._keep(name, "".join(self._text))
        elif depth == self._at:
            self.items += 1
            self._ready.append(google.row_of(f"line {self._line}", google.without_prefix(self._item)))
            self._item = None

    def _keep(self, name: str, value: str) -> None:
        """Google's own attributes go before those of RSS and Atom of the same name ("title"); the first of several counts."""
        assert self._item is not None
        local = _local(name)
        if _GOOGLE in name:
            self._item.setdefault(f"g:{local}", value)
        else:
            self._item.setdefault(local, value)


def _local(name: str) -> str:
    return name.rpartition(" ")[2].lower()
