"""What is said of what: topic and comment of each clause, so that a claim cannot give one topic another's comment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answer.verify.evidence import NEGATIVE
from bot.answer.verify.lexicon import opposites, same_as
from bot.answer.verify.literals import runs
from bot.answer.verify.predicates import denies
from bot.answer.verify.reading import Clause, Statement

__all__ = ["Frame", "among", "crossed", "frames", "shares"]

_TOPIC = re.compile(
    r"(?:場合(?:は|には|に|、)?|(?:とき|時)(?:は|には|に|、)|なら(?:ば|、)?|でしたら|であれば|(?<=[たっだ])(?:たら|だら|ら、)|では(?!ない[一-鿿ァ-ヶーA-Za-z])|には|とは|(?<!で)は|(?<=で)は(?!ない[一-鿿ァ-ヶーA-Za-z])|だと)"
)
_ITEM_END = re.compile(r"[一-鿿ァ-ヶーA-Za-z0-9」）]、$")
_NO_DENIAL = re.compile(r"無償|無線|無料|不具合|非常")
_OWN = frozenset({"自分"})
_SAME_TOPIC = re.compile(r"^(?:この|その|うち|これ|それ|ここ|そこ|同じ)")
_STRONG = 0.6
"""Share of topic or comment that one frame must have for it to be clear whose it is."""
_KEPT = 0.6
"""Share of the best that a frame must have on both sides for a claim to be its."""
_SHORT = 2
_FEWEST = 2
"""Words that a comment must share with another topic's to be that one's; a name is two."""
_LEAST = 1.0
"""Weight of words on a side below which nothing is told."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The words of a topic and of what is said of it; `own` is false where the topic is that of a frame before it.

    `turned` tells whether the topic is denied (つながらないとき), None where that cannot be told.
    """

    topic: frozenset[str]
    comment: frozenset[str]
    own: bool = True
    turned: bool | None = None


@lru_cache(maxsize=1024)
def frames(statements: tuple[Statement, ...]) -> tuple[Frame, ...]:
    """Return the frames of statements in reading order; a clause without a topic goes on about the last one."""
    found: list[Frame] = []
    for statement in statements:
        if statement.row and len(statement.clauses) > 1:
            first, *rest = statement.clauses
            found.append(Frame(_items(first), frozenset().union(*(_items(cell) for cell in rest))))
            continue
        last = found[-1].topic if found and not (found[-1].topic and statement.row) else frozenset()
        pending: frozenset[str] = frozenset()
        turned: bool | None = None
        under: frozenset[str] = frozenset()
        """The topic of this statement that the conditions after it are of."""
        for at, clause in enumerate(statement.clauses):
            cut = _topic_end(clause.text)
            if not cut and _is_item(statement, at):
                pending |= _items(clause)
                continue
            if not cut:
                comment = _items(clause)
                if pending or not found or not found[-1].topic:
                    found.append(Frame(pending or last, comment, own=bool(pending), turned=turned))
                else:
                    found.append(Frame(found[-1].topic, comment, own=False, turned=found[-1].turned))
                pending = frozenset()
                continue
            topic, comment = _part(clause, 0, cut), _part(clause, cut, len(clause.text))
            own = topic
            turned = None if pending else _is_turned(clause.text[:cut])
            plain = clause.text[:cut].endswith("は") and not clause.text[:cut].endswith(
                ("では", "には", "場合は", "ときは")
            )
            if under and not plain:
                topic |= under
            under = topic if plain else under
            if _SAME_TOPIC.match(clause.text.strip()) and not topic:
                topic |= last
            if not comment:
                pending |= topic
                continue
            turned = None if topic != own else turned
            found.append(Frame(topic | pending, comment, own=bool(own or pending), turned=turned))
            pending = frozenset()
            turned = None
            last = found[-1].topic
        if pending:
            found.append(Frame(frozenset(), pending, own=False))
    return tuple(found)


def crossed(claim: Statement, statements: tuple[Statement, ...], about: frozenset[str]) -> str:
    """Return the topic that a claim gives the comment of another one, "" when it gives none."""
    theirs = frames(statements)
    for frame in frames((claim,)):
        if not frame.own:
            continue
        topic = frozenset(item for item in frame.topic if not among(item, about))
        # つながるとき is not what つながらないとき speaks of.
        topics = [
            (0.0, 0.0) if None not in (frame.turned, one.turned) and frame.turned is not one.turned else share
            for one, share in zip(theirs, shares(topic, [one.topic for one in theirs]), strict=True)
        ]
        comments = shares(frame.comment, [one.comment for one in theirs])
        if not topic or max(topics)[0] < _STRONG or max(comments)[0] < _STRONG:
            continue
        facing = any(_faces(topic, one.topic) for one in theirs)
        if (max(topics)[1] < _LEAST and not facing) or max(comments)[1] < _LEAST:
            continue
        most, best = max(topics)[0], max(comments)[0]
        if any(a[0] >= _KEPT * most and b[0] >= _KEPT * best for a, b in zip(topics, comments, strict=True)):
            continue
        other = theirs[comments.index(max(comments))]
        shared = [item for item in frame.comment if among(item, other.comment)]
        # 「オンのとき」 for 「オフのとき」: what follows under the other one is not this one's either.
        if (other.own or _faces(topic, other.topic)) and sum(1 + _is_name(item) for item in shared) >= _FEWEST:
            return " ".join(sorted(topic))[:40]
    return ""


def _faces(topic: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two topics differ by a word and its opposite alone: 保護がオンのとき and 保護がオフのとき."""
    own = topic - other
    return bool(topic & other) and bool(own) and all(not opposites(item).isdisjoint(other) for item in own)


def _is_turned(topic: str) -> bool | None:
    if denies(topic):
        return True
    return None if NEGATIVE.search(_NO_DENIAL.sub("", topic)) else False


def _is_item(statement: Statement, at: int) -> bool:
    """Tell whether a clause is one of several that 「日時、名前、番号は」 speaks of."""
    for clause in statement.clauses[at:]:
        if not _ITEM_END.search(clause.text):
            return clause is not statement.clauses[at] and clause.text[: _topic_end(clause.text)].endswith("は")
    return False


def _topic_end(text: str) -> int:
    """Return where the comment begins, 0 when there is no topic."""
    depth = 0
    ends = [match.end() for match in _TOPIC.finditer(text)]
    opened = []
    for letter in text:
        opened.append(depth)
        depth += (letter in "「『（(") - (letter in "」』）)")
    inside = [end for end in ends if not opened[min(end, len(text)) - 1]]
    several = [end for end in inside if text[:end].rstrip("、はに").endswith("場合")]
    return several[-1] if len(several) > 1 else inside[0] if inside else 0


def _part(clause: Clause, start: int, end: int) -> frozenset[str]:
    from bot.answer.verify.reading import read_claim  # noqa: PLC0415

    return frozenset().union(*(_items(one) for one in read_claim(clause.text[start:end]).clauses)) | _codes(
        clause.text[start:end]
    )


def _items(clause: Clause) -> frozenset[str]:
    words = frozenset(word.normal for word in clause.words if len(word.normal) > 1 or not word.normal.isascii())
    return words | _codes(clause.text) | (_OWN if re.search(r"自分|自身", clause.text) else frozenset())


def _codes(text: str) -> frozenset[str]:
    return frozenset(run for run in runs(text) if any(letter.isdigit() for letter in run))


def among(item: str, items: frozenset[str]) -> bool:
    """Tell whether a word or one that may stand for it is among others."""
    return item in items or not same_as(item).isdisjoint(items)


def _is_name(item: str) -> bool:
    return len(item) > _SHORT and re.fullmatch(r"[ァ-ヶー]+|[!-~]+", item) is not None


def shares(items: frozenset[str], many: Sequence[frozenset[str]]) -> list[tuple[float, float]]:
    """Return for each of many the share of the weight of items that it has, and that weight.

    What many have tells little.
    """
    having = {item: [among(item, one) for one in many] for item in items}
    worth = {item: 1 / sum(found) for item, found in having.items() if any(found)}
    total = sum(worth.values())
    weights = [sum(worth[item] for item in worth if having[item][at]) for at in range(len(many))]
    return [(weight / total if total else 0.0, total) for weight in weights]
