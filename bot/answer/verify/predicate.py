"""The noun of denials: one word that is said to be so or not to be so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Mark", "Predicate"]


@dataclass(frozen=True, slots=True)
class Predicate:
    """One word that is said to be so, or `denied`. `head` is false for what it is said of; `open` ones are both.

    What stands `before` something (直す前に) is said neither way; of a `needless` one it is said that it need not be.
    `though` marks what something holds in spite of (消しても), `asked` what is to be found out (消えるか試す).
    A denied one that only `describes` a noun (写していないデータ) says nothing to be done.

    `start` is where it stands in the text that was read; a `thing` is what a verb is
    done to (写真を), no doing itself (削除を).
    """

    normal: str
    denied: bool
    head: bool
    open: bool = False
    before: bool = False
    condition: bool = False
    needless: bool = False
    though: bool = False
    asked: bool = False
    describes: bool = False
    start: int = 0
    thing: bool = False


Mark = Literal["denied", "open", "before", "condition", "needless", "though", "asked", "describes"]
"""What reading may find out about a predicate after it was read."""
