"""Whether a claim has a word whose opposite its evidence has, neither of them denied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from bot.answer.verify.denial_words import NEGATIONS
from bot.answer.verify.evidence import nearest, said
from bot.answer.verify.lexicon import loaded, opposites, same_as
from bot.answer.verify.predicates import by_clause, predicates
from bot.answer.verify.reading import Clause, Statement, all_normals, every_normal, read_morphemes
from bot.answer.verify.verdict import Doubt, Reason

__all__ = ["opposite"]

_SAME_ELSE = 0.6
"""Share of a clause's other words that a part must say to be about the same."""


def opposite(clause: Clause, statements: Sequence[Statement], whole: frozenset[str]) -> Doubt | None:
    """Tell a word of a clause whose opposite the statements have, and its `whole` sentence has not."""
    normals = frozenset().union(*(all_normals(one) for one in statements))
    own = every_normal(clause.text)
    for word in own:
        against = opposites(word)
        if (
            against
            and loaded(word)
            and word not in normals
            and not against.isdisjoint(normals)
            and (against & normals).isdisjoint(whole)
            and same_as(word).isdisjoint(normals - against)
            and not _denied_either(word, against, clause, statements)
        ):
            return Reason.CONTRADICTED, f"{word} / {' '.join(sorted(against & normals))}"
    best, _ = nearest(clause, statements)
    if best is not None:
        last = clause.words[-1].normal if clause.words else ""
        same = bool(last) and _denied_either(last, opposites(last), clause, statements)
        endings = {part.words[-1].normal for one in statements for part in one.clauses if part.words}
        same |= not opposites(last).isdisjoint(own)
        if best.words and best.words[-1].normal in opposites(last) and last not in endings and not same:
            return Reason.CONTRADICTED, f"{clause.words[-1].normal} / {best.words[-1].normal}"
        for part in (part for one in statements for part in one.clauses if part.words):
            # 「Aは残ります」 where 「Aは消えます」 is written, whatever else the statement says.
            ends = part.words[-1].normal in opposites(last) and last not in endings and not same
            if ends and said(clause.words[:-1], part.words) >= _SAME_ELSE:
                return Reason.CONTRADICTED, f"{clause.words[-1].normal} / {part.words[-1].normal}"
        near = every_normal(best.text) if said(clause.words, best.words) >= _SAME_ELSE else frozenset()
        for word in every_normal(clause.text):
            against = opposites(word) & near
            # Where the statement has both, which of them belongs here is told by the words around.
            if (
                against
                and word not in near
                and word not in normals
                and not against & own
                and not _denied_either(word, against, clause, statements)
            ):
                return Reason.CONTRADICTED, f"{word} / {' '.join(sorted(against))}"
    return None


def _denied_either(word: str, against: frozenset[str], clause: Clause, statements: Sequence[Statement]) -> bool:
    """Tell whether just one of two opposites is denied, so that they say the same: 入れたまま, 切らずに."""
    own = any(one.denied for one in predicates(clause.text) if one.normal == word)
    own |= _is_denied(word, clause.text)
    own |= (
        re.search(rf"{word}[^、。]{{0,4}}(?:では|じゃ)(?:な|あり)", clause.text) is not None
    )  # 同じものではありません
    theirs = [p.denied for one in statements for _, found in by_clause(one) for p in found if p.normal in against]
    return bool(theirs) and all(denied is not own for denied in theirs)


def _is_denied(word: str, text: str) -> bool:
    """Tell whether a denial stands right behind a word, be it one of little content: 続けないで."""
    found = read_morphemes(text)
    for at, one in enumerate(found):
        if one.normalized.lower() == word:
            behind = list(takewhile(lambda other: other.pos[0] in {"助動詞", "形容詞", "動詞"}, found[at + 1 : at + 4]))
            if any(other.normalized in NEGATIONS for other in behind):
                return True
    return False
