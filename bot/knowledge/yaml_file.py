"""Read a YAML data file into a pydantic model; every mistake names file, line and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.errors import CorpusError

__all__ = ["Place", "line_at", "load_yaml"]

_Model = TypeVar("_Model", bound=BaseModel)

Place = tuple[int | str, ...]
"""The way to a value in a file: keys and list positions."""


class _Loader(yaml.CSafeLoader):
    """The safe loader, leaving all but null as text: 0xC004F213, 7, yes and 2026-02-30 stay what the author typed.

    The model converts what it wants as a date or number, and can then name the line of a wrong one.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012  # as the base class has it
        first: [pair for pair in pairs if pair[0] in {"tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"}]
        for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def load_yaml(path: Path, model: type[_Model]) -> _Model:
    """Return the file's content as `model`. Raises `CorpusError` with the line of the first mistake."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path} cannot be read ({error}); restore it or correct GUIDE_CORPUS") from None
    try:
        # Parsed once for both: the nodes know their lines, the data are made from them.
        loader = _Loader(text)
        node = loader.get_single_node()
        twice = _repeated_key(node)
        data = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = getattr(error, "problem", None) or "not YAML"
        raise CorpusError(f"{path}:{line}: {problem}; correct the YAML there") from None
    except (ValueError, TypeError) as error:  # a list as a key
        raise CorpusError(f"{path}:1: {error}; correct the YAML there") from None
    if twice is not None:
        where = f"{path}:{twice.start_mark.line + 1}"
        raise CorpusError(f"{where}: the key {twice.value} occurs twice; remove one of them")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = first["loc"]
        where = ".".join(str(part) for part in place) or "the file"
        raise CorpusError(
            f"{path}:{_line_of(node, place)}: {where}: {first['msg'].lower()}; correct it there"
        ) from None


def line_at(path: Path, place: Place) -> int:
    """Return the line (from 1) of the value at `place` in a YAML file that has been loaded before."""
    return _line_of(yaml.compose(path.read_text("utf-8"), Loader=_Loader), place)


def _line_of(node: yaml.Node | None, place: Place) -> int:
    """Return the line (from 1) of the deepest node on the way to `place`."""
    line = 1
    for part in place:
        if node is None:
            break
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _repeated_key(root: yaml.Node | None) -> yaml.Node | None:
    """Return the first key that a mapping has twice: YAML would silently keep the last."""
    waiting = [root]
    visited: set[int] = set()  # an alias may name a node that holds it
    while waiting:
        node = waiting.pop()
        if id(node) in visited:
            continue
        visited.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value in seen:
                    return key
                seen.add(str(key.value))
                waiting.append(value)
    return None
