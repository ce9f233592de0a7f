"""Read an article's front matter: the YAML between two `---` lines at the top, as `corpus/README.md` describes it.

The YAML is only composed, never constructed: scalars keep their spelling (0xC004F213 must not become a number), keys
know their lines, and no tag can run anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from bot.types import Evidence, Source

__all__ = ["FrontMatter", "FrontMatterError", "split_front_matter"]

_FENCE = "---"
_LONGEST = 200
"""Lines within which front matter must end; a text that merely opens with a rule has no such line."""
_MOST = 20_000
"""Characters of front matter."""
_BRACKETS = 100
"""Opening brackets of a kind. Thousands would take PyYAML quadratic time, or its C half the whole stack."""
_NESTED = re.compile(r"(?:[-?] +){20}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C half is 15 times faster, where it was built
_ID = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_CODE = re.compile(r"0x[0-9A-F]{1,16}")
_KB = re.compile(r"KB\d{5,8}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?")


class _ShapeError(ValueError):
    """A value is not what its key needs; the message completes "'key' must be …"."""


class FrontMatterError(ValueError):
    """The front matter is broken; `line` is the file's line, the message completes "line N: …"."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields that an article's front matter may state, named as in `Article`; `stated` are those that it does."""

    id: str = ""
    title: str = ""
    published: date | None = None
    updated: date | None = None
    os: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    error_codes: tuple[str, ...] = ()
    kb: tuple[str, ...] = ()
    evidence: Evidence = Evidence.UNKNOWN
    sources: tuple[Source, ...] = ()
    asked: tuple[str, ...] = ()
    stated: frozenset[str] = field(default=frozenset(), compare=False)


def split_front_matter(text: str) -> tuple[FrontMatter | None, str]:
    """Return the front matter, None if there is none, and the body. Raises `FrontMatterError`."""
    lines = text.split("\n", _LONGEST)
    if lines[0].rstrip() != _FENCE:
        return None, text
    end = next((i for i, line in enumerate(lines[1:_LONGEST], 1) if line.rstrip() in (_FENCE, "...")), 0)
    if not end:
        if ":" not in lines[1 if len(lines) > 1 else 0]:
            return None, text  # a thematic break
        raise FrontMatterError("the front matter that starts here has no closing '---'", 1)
    node = _compose("\n".join(lines[1:end]))
    if isinstance(node, yaml.ScalarNode):
        return None, text  # text between two thematic breaks
    fields: dict[str, Any] = {}
    for key, value in _pairs(node):
        name, line = key.value, _line(key)
        if name not in _READERS:
            raise FrontMatterError(f"unknown key '{name[:40]}' (known are {', '.join(_READERS)})", line)
        if name in fields:
            raise FrontMatterError(f"the key '{name}' stands there twice", line)
        try:
            fields[name] = _READERS[name](value)
        except _ShapeError as error:
            raise FrontMatterError(f"'{name}' must be {error}", line) from None
    stated = {name: value for name, value in fields.items() if value is not None}
    return FrontMatter(**stated, stated=frozenset(stated)), "\n".join(lines[end + 1 :])


def _compose(source: str) -> yaml.Node | None:
    if len(source) > _MOST or max(map(source.count, "[{")) > _BRACKETS or _NESTED.search(source):
        raise FrontMatterError("the front matter is too long or too deeply nested", 1)
    try:
        return yaml.compose(source, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, source.count("\n")) + 2 if mark else 1
        raise FrontMatterError(f"invalid YAML ({error.problem})", line) from None
    except yaml.YAMLError:
        raise FrontMatterError("invalid YAML (a character that YAML does not allow)", 1) from None
    except RecursionError:
        raise FrontMatterError("invalid YAML (nested too deeply)", 1) from None


def _pairs(node: yaml.Node | None) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    if node is None:
        return
    if not isinstance(node, yaml.MappingNode):
        raise FrontMatterError("the front matter must consist of 'key: value' lines", 2)
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise FrontMatterError("a key must be a word", _line(key))
        yield key, value


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 2  # the fence above is line 1


def _text(node: yaml.Node) -> str | None:
    if not isinstance(node, yaml.ScalarNode):
        raise _ShapeError("one line of text")
    if node.tag.endswith(":null"):
        return None
    return " ".join(node.value.split())


def _identifier(node: yaml.Node) -> str | None:
    text = _text(node)
    if text is not None and not _ID.fullmatch(text):
        raise _ShapeError("lower-case ASCII letters, digits and hyphens")
    return text


def _day(node: yaml.Node) -> date | None:
    text = _text(node)
    if not text:
        return None
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text[:10])
    except ValueError:
        pass  # the thirteenth month gets the same sentence
    raise _ShapeError("a date such as 2026-11-22")


def _level(node: yaml.Node) -> Evidence | None:
    text = _text(node)
    try:
        return Evidence(text) if text else None
    except ValueError:
        raise _ShapeError(f"one of {', '.join(Evidence)}") from None


def _words(shape: re.Pattern[str] | None = None, example: str = "words") -> Callable[[yaml.Node], object]:
    def read(node: yaml.Node) -> tuple[str, ...] | None:
        if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null"):
            return None
        if not isinstance(node, yaml.SequenceNode):
            raise _ShapeError(f"a list of {example} in brackets")
        words = tuple(_text(item) or "" for item in node.value if isinstance(item, yaml.ScalarNode))
        if len(words) != len(node.value) or not all(words) or (shape and not all(map(shape.fullmatch, words))):
            raise _ShapeError(f"a list of {example} in brackets")
        return words

    return read


def _sources(node: yaml.Node) -> tuple[Source, ...] | None:
    if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null"):
        return None
    wanted = _ShapeError("a list of 'title: …' with an optional 'url: https://…'")
    if not isinstance(node, yaml.SequenceNode):
        raise wanted
    sources = []
    for item in node.value:
        if not isinstance(item, yaml.MappingNode):
            raise wanted
        fields = {key.value: _text(value) or "" for key, value in _pairs(item)}
        url = fields.get("url", "")
        if not fields.get("title") or fields.keys() - {"title", "url"} or (url and not url.startswith("https://")):
            raise wanted
        sources.append(Source(fields["title"], url))
    return tuple(sources)


_READERS: dict[str, Callable[[yaml.Node], object]] = {
    "id": _identifier,
    "title": _text,
    "published": _day,
    "updated": _day,
    "os": _words(),
    "versions": _words(),
    "topics": _words(),
    "error_codes": _words(_CODE, "codes such as 0xC004F213"),
    "kb": _words(_KB, "numbers such as KB5034441"),
    "evidence": _level,
    "sources": _sources,
    "asked": _words(example="questions"),
}
