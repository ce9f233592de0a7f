"""Cut an XML file into its items and parse each by itself, so that damage in one harms no other.

WordPress exports hold what XML does not allow (control characters, other encodings, entities of HTML), and a parser of
the whole file ends at the first of them. Here the file is scanned for its items, one at a time and whatever its size,
and each goes to lxml without the document type of the file: entities that it declares are never known, let alone
expanded or fetched.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from html.entities import html5
from pathlib import Path
from typing import IO

from lxml import etree

from ingest.sources.decode import UnreadableTextError, decode, sanitize

__all__ = ["MAX_ITEM_BYTES", "DamagedItem", "Head", "Item", "declares_entities", "read_head", "read_items"]

MAX_ITEM_BYTES = 10_000_000
"""Size of the largest item read: a post of `wordpress.MAX_CHARS` with room for its comments and fields."""
_HEAD_BYTES = 1_000_000
_READ_AT_ONCE = 256 * 1024
_MARK = re.compile(rb"<!\[CDATA\[|<item(?=[\s>])|</item\s*>")
_LONGEST_MARK = 16
_MISSED_END = re.compile(rb"</item\s*>\s*(?=<item[\s>])")
"""An end inside a CDATA section that was never closed."""
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_NAMESPACE = re.compile(r"""\sxmlns:(\w+)\s*=\s*["']([^"'<>]*)["']""")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_DECLARES = re.compile(r"<!(?:ENTITY|DOCTYPE)\b", re.IGNORECASE)
_CONTROL = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));")
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the first item, and how the file says that it is written."""

    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its number in the file from 1, and its fields by local name with the prefix of their namespace."""

    number: int
    element: etree._Element

    def text(self, name: str) -> str:
        """Return the text of the first field of that name (`title`, `wp:status`), "" where there is none."""
        return next(self.texts(name), "")

    def texts(self, name: str) -> Iterator[str]:
        """Yield the text of each field of that name."""
        for child in self.element:
            if isinstance(child.tag, str) and _name(child) == name:
                yield "".join(child.itertext())

    def categories(self, *domains: str) -> Iterator[str]:
        """Yield the names of categories whose `domain` is one of `domains`; "" stands for none given."""
        for child in self.element:
            if isinstance(child.tag, str) and _name(child) == "category" and child.get("domain", "") in domains:
                yield "".join(child.itertext())


@dataclass(frozen=True, slots=True)
class DamagedItem:
    """An item that cannot be read. `reason` completes "the item …"."""

    number: int
    reason: str


def read_head(path: Path) -> Head:
    """Return what stands before the first item of a file. Raises `OSError`."""
    with path.open("rb") as file:
        start = file.read(_HEAD_BYTES)
    wide = next((encoding for bom, encoding in _WIDE if start.startswith(bom)), "")
    if wide:
        text = start[: len(start) - len(start) % 4].decode(wide, "replace")
        return Head(sanitize(text.partition("<item")[0]), wide)
    declared = _ENCODING.match(start.removeprefix(codecs.BOM_UTF8))
    encoding = _known(declared[1].decode()) if declared else "utf-8"
    return Head(sanitize(start.partition(b"<item")[0].decode(encoding, "replace")), encoding)


def declares_entities(head: Head) -> bool:
    """Tell whether a file brings a document type or entities of its own, which no export of WordPress does."""
    return bool(_DECLARES.search(head.text))


def read_items(path: Path, head: Head) -> Iterator[Item | DamagedItem]:
    """Yield the items of a file in order, or what is wrong with them, holding one at a time. Raises `OSError`."""
    root = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in dict(_NAMESPACE.findall(head.text)).items())
    number = 0
    with path.open("rb") as file:
        for raw, ended in _cut(file, head.encoding):
            number += 1
            if len(raw) > MAX_ITEM_BYTES:
                yield DamagedItem(number, f"is larger than an article can be ({MAX_ITEM_BYTES / 1e6:.0f} MB)")
                continue
            pieces = _MISSED_END.split(raw)
            last = _parse(number, pieces[-1], head, root) if len(pieces) > 1 else None
            if isinstance(last, Item):
                for piece in pieces[:-1]:
                    yield _parse(number, piece + b"</item>", head, root)
                    number += 1
                yield replace(last, number=number)
                continue
            found = _parse(number, raw, head, root)
            if isinstance(found, DamagedItem) and not ended:
                found = DamagedItem(number, "is cut off: its end is missing")
            yield found


def _cut(file: IO[bytes], encoding: str) -> Iterator[tuple[bytes, bool]]:
    """Yield each item's bytes and whether its end was found; of one that is too large, only its beginning."""
    buffer = b""
    item: bytearray | None = None
    cdata = False
    for block in _blocks(file, encoding):
        buffer += block
        place = 0
        while True:
            if cdata:
                end = buffer.find(b"]]>", place)
                if end < 0:
                    break
                cdata, stop = False, end + 3
                _take(item, buffer[place:stop])
                place = stop
                continue
            match = _MARK.search(buffer, place)
            if match is None:
                break
            kind = match[0]
            if kind.startswith(b"</"):
                _take(item, buffer[place : match.end()])
                if item is not None:
                    yield bytes(item), True
                item = None
            elif kind.startswith(b"<i"):
                if item is not None:  # the one before has no end
                    yield bytes(item + buffer[place : match.start()]), False
                item = bytearray(kind)
            else:
                _take(item, buffer[place : match.end()])
                cdata = item is not None
            place = match.end()
        kept = max(place, len(buffer) - _LONGEST_MARK)
        _take(item, buffer[place:kept])
        buffer = buffer[kept:]
    if item is not None:
        yield bytes(item + buffer), False


def _take(item: bytearray | None, more: bytes) -> None:
    if item is not None and len(item) <= MAX_ITEM_BYTES:
        item += more


def _blocks(file: IO[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the file's bytes; UTF-16 and UTF-32 as UTF-8, since their markup is not made of ASCII bytes."""
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding in {"utf-16", "utf-32"} else None
    while block := file.read(_READ_AT_ONCE):
        yield decoder.decode(block).encode("utf-8", "surrogatepass") if decoder else block


def _parse(number: int, raw: bytes, head: Head, root: str) -> Item | DamagedItem:
    try:
        text = _text(raw, head.encoding)
        document = f"<rss{root}>{_with_known_entities(text)}</rss>"
        # Text nodes of 10 MB and 256 levels are lxml's own limits for what may be hostile.
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        return Item(number, etree.fromstring(document, parser)[0])
    except UnreadableTextError as error:
        return DamagedItem(number, f"is {error}")
    except etree.XMLSyntaxError as error:
        what = re.sub(r", line \d+, column \d+.*", "", str(error.msg))[:200]
        return DamagedItem(number, f"is no valid XML ({what})")


def _text(raw: bytes, encoding: str) -> str:
    try:
        return sanitize(raw.decode("utf-8" if encoding in {"utf-16", "utf-32"} else encoding))
    except UnicodeDecodeError:
        return decode(raw)  # the file was converted and still says what it was


def _with_known_entities(text: str) -> str:
    """Replace the entities of HTML by their characters, which the parser does not know, and drop control characters."""

    def character(match: re.Match[str]) -> str:
        known = html5.get(f"{match[1]};")
        return match[0] if known is None or match[1] in _XML_ENTITIES else escape(known)

    parts = re.split(r"(<!\[CDATA\[.*?\]\]>)", text, flags=re.DOTALL) if "&" in text else [text]
    return "".join(part if i % 2 else _ENTITY.sub(character, _CONTROL.sub("", part)) for i, part in enumerate(parts))


def _name(child: etree._Element) -> str:
    local = etree.QName(child).localname
    return f"{child.prefix}:{local}" if child.prefix else str(local)


def _known(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        return "utf-8"
    return {"shift_jis": "cp932", "utf-16": "utf-8", "utf-32": "utf-8"}.get(name, name)
