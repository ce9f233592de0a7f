"""What the settings, menus and buttons of Windows are called in English, from `ui_names.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.knowledge.yaml_file import load_yaml

__all__ = ["UiNames", "load_ui_names"]

_ARROW = " › "
"""How articles write the way through settings and menus."""

_Text = Annotated[str, Field(min_length=1)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    names: dict[_Text, _Text] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class UiNames:
    """Japanese name → English name; a name may be a whole way, where its steps have other names elsewhere."""

    names: Mapping[str, str]
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # The longest first: 「更新の履歴を表示する」 is not 「更新の履歴」.
        name = "|".join(re.escape(name) for name in sorted(self.names, key=len, reverse=True))
        way = rf"(?:{name})(?:{_ARROW}(?:{name}))"
        # Alone, a name is one only in brackets: 「システム」 is also a common word.
        object.__setattr__(self, "_pattern", re.compile(rf"{way}+|(?<=「){way}*(?=」)"))

    def pairs_in(self, texts: Iterable[str]) -> dict[str, str]:
        """Return the names and ways that Japanese texts print, each with its English, in the order of the texts."""
        found = [match.group() for text in texts for match in self._pattern.finditer(text)]
        return {way: self._english(way) for way in found if self._english(way) != way}

    def _english(self, way: str) -> str:
        if way in self.names:
            return self.names[way]
        steps = way.split(_ARROW)
        # A way may begin with one that is a name as a whole.
        for cut in range(len(steps) - 1, 0, -1):
            start = _ARROW.join(steps[:cut])
            if start in self.names:
                rest = _ARROW.join(steps[cut:])
                return f"{self.names[start]}{_ARROW}{self._english(rest)}"
        return way


def load_ui_names(path: Path) -> UiNames:
    """Load `ui_names.yaml`. Raises `CorpusError` naming file, line and remedy."""
    return UiNames(load_yaml(path, _File).names)
