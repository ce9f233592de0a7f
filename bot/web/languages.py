"""In which language a request is answered that gets no answer: that of its question, else the browser's."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Scope

from bot.types import Language

__all__ = ["language_for", "speak"]

_KEY = "language"


def speak(scope: Scope, language: Language) -> None:
    """Remember the language of a request's question."""
    scope.setdefault("state", {})[_KEY] = language


def language_for(scope: Scope) -> Language:
    """Return the language to answer a request in: Japanese unless its question is, or its browser wants, English."""
    known = scope.get("state", {}).get(_KEY)
    if isinstance(known, Language):
        return known
    return _wanted(Headers(scope=scope).get("accept-language", ""))


def _wanted(header: str) -> Language:
    """Return the language of `Accept-Language` with the highest weight, the first where several have it."""
    best, highest = Language.JA, 0.0
    for item in header.split(","):
        tag, _, parameters = item.strip().partition(";")
        try:
            weight = float(parameters.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        name = tag.strip().lower().partition("-")[0]
        if name in set(Language) and weight > highest:
            best, highest = Language(name), weight
    return best
