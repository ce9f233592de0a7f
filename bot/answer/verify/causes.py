"""Whether a claim gives a reason that its passages do not give: two of their statements put together by 「ため」."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.verify.evidence import Source
from bot.answer.verify.reading import Word, credit, read_claim

__all__ = ["invented_cause"]

_BECAUSE = re.compile(
    r"(?P<effect>[^。]+?)(?:の|理由|原因)は、?(?P<cause>[^。]+?)(?:(?:ため|から|せい|こと)(?:です|だと|であ|でしょう|と考え|かも)|(?:が|の)(?:原因|理由)(?:です|であ|と考え))"
    r"|(?P<under>[^。]+?(?:は|なら|たら|ときに?|場合|れば|と|ても|のに)、?)(?P<reason>[^。、]+?)(?:が|の)(?:原因|理由)(?:です|であ|と考え|の可能性|かも|。)"
)
"""An effect and what is said to bring it about."""
_GIVEN = 0.7
"""Share of the words of an effect, and of its cause, that stand near each other in a passage."""


def invented_cause(claim: str, known: Sequence[Source]) -> str:
    """Return the cause that a claim gives and no passage has beside its effect, "" when there is none."""
    for found in _BECAUSE.finditer(claim):
        effect = read_claim(found["effect"] or found["under"]).words
        cause = read_claim(found["cause"] or found["reason"]).words
        if not effect or not cause:
            continue
        if not any(_stands(effect, cause, source) for source in known):
            return " ".join(word.normal for word in cause)[:40]
    return ""


def _stands(effect: Sequence[Word], cause: Sequence[Word], source: Source) -> bool:
    """Tell whether one statement of a source, with the one before or behind it, has an effect and its cause."""
    for at, one in enumerate(source.statements):
        beside = (one,) if one.row else source.statements[at : at + 2]
        normals = frozenset().union(*(statement.normals for statement in beside)) | source.about
        kanji = frozenset().union(*(statement.kanji for statement in beside)) | source.about_kanji
        if min(_share(effect, normals, kanji), _share(cause, normals, kanji)) >= _GIVEN:
            return True
    return False


def _share(words: Sequence[Word], normals: frozenset[str], kanji: frozenset[str]) -> float:
    return sum(word.weight * credit(word, normals, kanji) for word in words) / sum(word.weight for word in words)
