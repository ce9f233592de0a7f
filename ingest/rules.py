"""Load `boilerplate.yaml`, the rules by which the cleaner knows chrome from article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.errors import CorpusError

__all__ = ["RULES_FILE", "HtmlRules", "Patterns", "Rules", "load_rules"]

RULES_FILE = Path(__file__).with_name("boilerplate.yaml")

_GROUPS = ("line", "section", "list", "rest", "closing", "start", "not_title")
_NAME = r"(?P<name>[一-龥々ヶ]{1,4}|[ァ-ヴー]{2,8})"


@dataclass(frozen=True, slots=True)
class Patterns:
    """Regular expressions of which one has to match. One after the other they take a third of one joined by bars."""

    patterns: tuple[re.Pattern[str], ...]

    def search(self, text: str) -> bool:
        """Tell whether any of them matches anywhere in `text`."""
        return any(pattern.search(text) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class HtmlRules:
    """What the HTML reader leaves out and where it looks for the article."""

    drop_tags: frozenset[str]
    drop_roles: frozenset[str]
    main: tuple[str, ...]
    """Marks of the element that holds the article, best first; the file says how they are written."""
    title: tuple[str, ...]
    drop_class: re.Pattern[str]
    drop_class_in_posts: re.Pattern[str]
    """The same for the content of one post by itself, where the author's own buttons and embeds are text."""
    caution_classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, compiled; the file's head comment says what each group does to a block whose folded text matches."""

    line: Patterns
    section: Patterns
    list: Patterns
    rest: Patterns
    closing: Patterns
    start: Patterns
    not_title: Patterns
    staff: re.Pattern[str]
    """A place of work, what joins it to a name, the `name`, a title; the name is in the group of that name."""
    not_names: re.Pattern[str]
    titles: str
    """Alternatives of the titles that follow a name, as a pattern."""
    html: HtmlRules


@cache
def load_rules(path: Path = RULES_FILE) -> Rules:
    """Read and compile the rules. Raises `CorpusError` naming file and group if one is malformed."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        fields: dict[str, Any] = {
            group: _any(pattern for rule in data[group] for pattern in rule["match"]) for group in _GROUPS
        }
        return Rules(**fields, **_staff(data["staff"]), html=_html(data["html"]))
    except (OSError, yaml.YAMLError, KeyError, TypeError, re.error) as error:
        raise CorpusError(
            f"{path.name} cannot be used as cleaning rules ({type(error).__name__}: {error}); "
            "restore it from the distribution or correct the place named"
        ) from error


def _any(patterns: Iterable[str]) -> Patterns:
    return Patterns(tuple(map(re.compile, patterns)))


def _words(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _staff(data: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    places, titles = _words(data["places"]), _words(data["titles"])
    return {
        "staff": re.compile(rf"(?P<place>{places})(?P<joint>[のは、・\s]?){_NAME}(?P<title>{titles})"),
        "not_names": re.compile(_words(data["not_names"])),
        "titles": titles,
    }


def _html(data: Mapping[str, Sequence[str]]) -> HtmlRules:
    kept = frozenset(data["kept_in_posts"])
    return HtmlRules(
        drop_tags=frozenset(data["drop_tags"]),
        drop_roles=frozenset(data["drop_roles"]),
        main=tuple(data["main"]),
        title=tuple(data["title"]),
        drop_class=_classes(data["drop_classes"]),
        drop_class_in_posts=_classes(name for name in data["drop_classes"] if name not in kept),
        caution_classes=frozenset(data["caution_classes"]),
    )


def _classes(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(re.escape(name).replace(chr(92) + '*', '.*') for name in names)})\Z")
