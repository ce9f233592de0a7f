"""The statements of the cited passages that a claim rests on, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answer.verify.literals import quoted_words, runs
from bot.answer.verify.predicates import agrees, denies, predicates
from bot.answer.verify.quantities import quantities
from bot.answer.verify.reading import Clause, Statement, Word, credit, read_passage
from bot.answer.verify.verdict import Passage

__all__ = ["NEGATIVE", "TOUCHED", "Source", "alike", "evidence_of", "joined", "nearest", "read_source", "said"]

TOUCHED = 0.45
"""Share of a passage clause's words that a claim must have to be bound by its hedge, condition or restriction."""
NEGATIVE = re.compile(
    r"ない|なかっ|なく(?!し|な)|ません|ず(?:に|、|と)|不[一-鿿]|未[一-鿿]|非[一-鿿]|無[一-鿿]|避け|控え|やめ|止め|禁|失|危険|だめ|できな|以外|困難|難し|ゼロ|なし|切れ|足り|外れ|別|代わり|対象外|だけ|のみ|に限|[一-鿿]前[のに]|いっぱい|ほかに|にく[いく]|づら[いく]"
)
_SECOND_GAIN = 0.9
"""Weight of new words that a second statement must bring to be read together with the first."""
_WHOLE_CLAUSE = 2
"""Content words from which a clause is looked at by itself."""
_SAYS_ALL = re.compile(r"(?:必要|要り|要る|不要|無料|対象)[^、]*$")
"""The end of a clause that is whole with one word more: 電話は必要ありません."""
_UNDER = re.compile(r"(?:場合|とき|際|なら|たら|だら|[けせてねべめれえげ]ば|と)(?:は|に|には)?、\s*$")
_NAMED = 0.5
"""What counts for each number and each 「…」 of the clause that a statement has."""
_OTHER_WORD = 0.15
"""What a synonym counts less than the word itself when a statement is looked for."""
_SAID = 0.5
"""Share of a neighbour's words that a clause must have to be read with it for its last word alone."""
_SAME_END = 0.3
"""What counts for a statement that says what the clause's last predicate says."""
_SAME_DENIAL = 0.5
"""What counts for a statement that denies something as the clause does."""
_NEIGHBOURS = 2
"""Statements that may lie between two that one clause is merged from."""
_BARE_BAN = re.compile(r"やってはいけない|してはいけない|禁止|避ける(?:こと|操作)|NG")


@dataclass(frozen=True, slots=True)
class Source:
    """One cited passage, read."""

    statements: tuple[Statement, ...]
    about: frozenset[str]
    about_kanji: frozenset[str]
    about_text: str
    banned: bool


@lru_cache(maxsize=256)
def read_source(passage: Passage) -> Source:
    """Read a passage with its title and headings."""
    about_text = "\n".join((passage.title, *passage.heading))
    about = read_passage(about_text)
    return Source(
        read_passage(passage.text),
        frozenset().union(*(one.normals for one in about)),
        frozenset().union(*(one.kanji for one in about)),
        about_text,
        any(_BARE_BAN.search(heading) for heading in passage.heading),
    )


def joined(clauses: Sequence[Clause]) -> list[Clause]:
    """Put clauses of fewer than two words together with the next, or the last with the one before."""
    found: list[Clause] = []
    for clause in clauses:
        new = bool(found) and found[-1].text.rstrip().endswith("。")
        under = bool(found) and _UNDER.search(found[-1].text) is not None
        size = _size(clause) + (not under and _SAYS_ALL.search(clause.text) is not None)
        short = size < _WHOLE_CLAUSE and clause is clauses[-1]
        if new:
            found.append(clause)
            continue
        if not found or not (short or _size(found[-1]) < _WHOLE_CLAUSE):
            found.append(clause)
            continue
        last = found.pop()
        found.append(Clause(last.text + clause.text, last.words + clause.words))
    return [clause for clause in found if clause.words]


def _size(clause: Clause) -> int:
    return len(clause.words) + len(quantities(clause.text))


def evidence_of(clause: Clause, claim: Statement, known: Sequence[Source]) -> list[Statement]:
    """Return the statement that has most of a clause's words, and a near second one where it brings the rest."""
    best: tuple[float, Statement, Source, int] | None = None
    turned = denies(clause.text)
    ends = [one for one in predicates(clause.text) if one.head and one.normal != "有る"][-1:]
    numbers = ["".join(number.split()) for number in quantities(clause.text)]
    numbers += [run for run in runs(clause.text) if not run.isalpha() and not run.isdecimal()]
    named = [*numbers, *("".join(quoted.split()) for quoted in quoted_words(clause.text))]
    for source in known:
        for at, one in enumerate(source.statements):
            score = (
                found_weight(clause.words, one)
                + 0.25 * found_weight(claim.words, one)
                + 0.5 * alike(clause.text, one.text)
                + _SAME_DENIAL * (turned and denies(one.text))
                + _SAME_END * any(agrees(end, other) for end in ends for other in predicates(one.text))
                + _NAMED * sum(name in one.squeezed for name in named)
            )
            if best is None or score > best[0]:
                best = (score, one, source, at)
    if best is None:
        return []
    _, first, source, at = best
    rest = tuple(word for word in clause.words if not credit(word, first.normals, first.kanji))
    window = source.statements[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS + 1]
    missing = [number for number in numbers if number not in first.squeezed]
    second = max((one for one in window if one is not first), key=lambda one: found_weight(rest, one), default=None)
    brought = [word for word in rest if second is not None and credit(word, second.normals, second.kanji)]
    if second is not None and missing and all(number in second.squeezed for number in missing):
        return [first, second]
    if (
        second is not None
        and _brings_end(brought, clause, second)
        and said(second.words, clause.words) >= _SAID
        and abs(source.statements.index(second) - at) == 1
    ):
        return [first, second]
    if second is not None and len(brought) > 1 and found_weight(rest, second) >= _SECOND_GAIN:
        return [first, second]
    return [first]


def _brings_end(brought: Sequence[Word], clause: Clause, one: Statement) -> bool:
    """Tell whether a clause's last word is among those that a statement brings, itself or by a synonym."""
    return bool(brought) and brought[-1] is clause.words[-1] and credit(brought[-1], one.normals, frozenset()) == 1.0


def found_weight(words: Sequence[Word], one: Statement) -> float:
    return sum(
        word.weight * (credit(word, one.normals, one.kanji) - _OTHER_WORD * (word.normal not in one.normals))
        for word in words
        if credit(word, one.normals, one.kanji)
    )


def alike(left: str, right: str) -> float:
    """Return the share of the letter pairs of `left` that `right` has."""
    pairs = {left[at : at + 2] for at in range(len(left) - 1)}
    return sum(pair in right for pair in pairs) / len(pairs) if pairs else 0.0


def nearest(clause: Clause, statements: Sequence[Statement]) -> tuple[Clause | None, float]:
    """Return the passage clause that shares most with a claim's clause, and the share of its words that are said."""
    best: Clause | None = None
    most = share = 0.0
    for one in statements:
        for part in one.clauses:
            score = sum(word.weight * credit(word, part.normals, _kanji(part)) for word in clause.words)
            score += 0.5 * alike(clause.text, part.text)
            if score > most:
                best, most = part, score
                share = said(part.words, clause.words)
    return best, share


def _kanji(clause: Clause) -> frozenset[str]:
    return frozenset().union(*(word.kanji for word in clause.words))


def said(words: Sequence[Word], by: Sequence[Word]) -> float:
    """Return the share of the weight of `words` that others say."""
    normals = frozenset().union(*(word.forms for word in by))
    kanji = frozenset().union(*(word.kanji for word in by))
    total = sum(word.weight for word in words)
    return sum(word.weight * credit(word, normals, kanji) for word in words) / total if total else 0.0
