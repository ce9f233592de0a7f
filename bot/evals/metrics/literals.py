"""Find what must be exact in a text: commands, codes, paths, addresses and numbers."""

from __future__ import annotations

import re

__all__ = ["literals"]

_INLINE_CODE = re.compile(r"`([^`\n]+)`")
_RUN = re.compile(r"[A-Za-z0-9#%][A-Za-z0-9._:/\\#%+@?&=~-]*|[０-９]+")
_OPTION = re.compile(r"(?<![\w/])/[A-Za-z][A-Za-z0-9:-]*")
_TRAILING = ".:?-"
_EXACT = re.compile(r"[0-9０-９\\/@]")
"""A run of Latin letters is a plain word unless it has a digit, a slash or an @."""


def literals(text: str, *, code: bool = False) -> set[str]:
    """Return the literals of a statement or quote; with `code` each line is one literal besides those within it.

    「sfc /scannow」 in a sentence gives `/scannow`, 「エラー 0x80070643」 the code, 「3日」 the number 3.
    """
    found = {run.rstrip(_TRAILING) for run in _RUN.findall(text) if _EXACT.search(run)}
    found |= {span.strip() for span in _INLINE_CODE.findall(text)}
    found |= set(_OPTION.findall(text))
    if code:
        found |= {" ".join(line.split()) for line in text.split("\n")}
    return found - {""}
