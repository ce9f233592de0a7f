"""Whether an answer says only what the passages that it cites say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.evals.cases import Case
from bot.evals.metrics.literals import literals
from bot.evals.metrics.statements import Statement, squeeze, statements
from bot.evals.observations import Observation, SourceText
from bot.types import Answer, Citation, Status

__all__ = [
    "citation_coverage",
    "citation_precision",
    "hedges_kept",
    "literals_verbatim",
    "quotes_verbatim",
    "uncited",
    "unsupported",
    "wrong_literals",
    "wrong_quotes",
]

_Sources = Mapping[str, SourceText]
_ASSERTING = frozenset({Status.ANSWERED, Status.CLARIFY})
"""An abstention or a refusal speaks about the guide, not about the reader's trouble."""

_CAUTION = re.compile(r"^(?:注意|警告|危険|重要)\s*[:：]\s*")
"""A label that the guide may put before a warning which the article marks by layout alone."""

_ENDS = "\n。．.！？!?…|）)」』"
"""What may follow a whole statement, besides nothing."""

_HEDGE = re.compile(
    r"可能性|場合があ|ことがあ|かもしれ|おそれ|恐れ|と思われ|とみられ|と見られ|ようです|報告|推測|とは限|わけではな|時点|見込み|未確定|不明|あくまで"
)


def citation_precision(case: Case, seen: Observation, sources: _Sources) -> tuple[float, float]:
    """Measure how many cited statements their sources contain.

    Above: statements with [n] whose text, markup and white space aside, is contained, up to the end of a sentence or
    item, in a quote that they cite or in the chunk which that quote is from. Below: statements with [n]. A number that
    no citation has supports nothing. After "citation precision" of Gao et al. 2023 (ALCE, arXiv:2305.14627), with
    containment in place of a model's entailment: exact for composed answers, a lower bound for phrased ones.
    """
    marked = [statement for statement in _statements(seen) if statement.marks]
    return float(len(marked) - len(unsupported(seen, sources))), float(len(marked))


def citation_coverage(case: Case, seen: Observation, sources: _Sources) -> tuple[float, float]:
    """Measure how much of what the answer asserts carries a citation.

    Above: statements with an [n] that exists, or within a run of sentences whose [n] contains them. Below: all
    statements. After "citation recall" of Gao et al. 2023 (ALCE, arXiv:2305.14627).
    """
    total = len(_statements(seen))
    return float(total - len(uncited(seen, sources))), float(total)


def quotes_verbatim(case: Case, seen: Observation, sources: _Sources) -> tuple[float, float]:
    """Measure how many quotes stand in their article letter for letter, runs of white space counting as one space."""
    return float(len(_known(seen)) - len(wrong_quotes(seen, sources))), float(len(_known(seen)))


def literals_verbatim(case: Case, seen: Observation, sources: _Sources) -> tuple[float, float]:
    """Measure how many commands, codes, paths, addresses and numbers of the answer stand in a quote cited beside them.

    A literal of a statement that cites nothing counts as wrong.
    """
    total = sum(len(literals(statement.text, code=statement.code)) for statement in _statements(seen))
    return float(total - len(wrong_literals(seen))), float(total)


def hedges_kept(case: Case, seen: Observation, sources: _Sources) -> tuple[float, float]:
    """Measure how many cited quotes that hedge (可能性, おそれ, 時点 …) are still hedged in the answer.

    Above: those with a hedge in at least one statement that cites them. Below: quotes with a hedge that are cited.
    """
    above = below = 0
    found = _statements(seen)
    for number, citation in _citations(seen).items():
        using = [statement.text for statement in found if number in (*statement.marks, *statement.shared)]
        if using and _HEDGE.search(citation.quote):
            below += 1
            above += any(_HEDGE.search(text) for text in using)
    return float(above), float(below)


def unsupported(seen: Observation, sources: _Sources) -> list[Statement]:
    """Return the statements with [n] that no passage behind their numbers contains."""
    known = _citations(seen)
    return [
        statement
        for statement in _statements(seen)
        if statement.marks and not _supported(statement, statement.marks, known, sources)
    ]


def uncited(seen: Observation, sources: _Sources) -> list[Statement]:
    """Return the statements that no existing citation number stands behind."""
    known = _citations(seen)
    return [
        statement
        for statement in _statements(seen)
        if not any(number in known for number in statement.marks)
        and not _supported(statement, statement.shared, known, sources)
    ]


def wrong_quotes(seen: Observation, sources: _Sources) -> list[Citation]:
    """Return the citations whose quote is empty or not in the article they name."""
    wrong = []
    for citation in _known(seen):
        source = sources.get(citation.article_id)
        quote = " ".join(citation.quote.split())
        if source is None or not quote or quote not in " ".join(source.text.split()):
            wrong.append(citation)
    return wrong


def wrong_literals(seen: Observation) -> list[str]:
    """Return the literals of the answer that no quote cited beside them has."""
    known = _citations(seen)
    wrong = []
    for statement in _statements(seen):
        numbers = statement.marks or statement.shared
        quotes = [known[number].quote for number in numbers if number in known]
        allowed = set().union(*(literals(quote, code=True) for quote in quotes))
        wrong += sorted(literals(statement.text, code=statement.code) - allowed)
    return wrong


def _statements(seen: Observation) -> list[Statement]:
    return statements(seen.text) if seen.status in _ASSERTING else []


def _known(seen: Observation) -> tuple[Citation, ...]:
    return seen.answer.citations if isinstance(seen.answer, Answer) else ()


def _citations(seen: Observation) -> dict[int, Citation]:
    return {citation.n: citation for citation in _known(seen)}


def _supported(
    statement: Statement, numbers: tuple[int, ...], known: Mapping[int, Citation], sources: _Sources
) -> bool:
    wanted = {squeeze(statement.text), squeeze(_CAUTION.sub("", statement.text))}
    passages = [passage for number in numbers if number in known for passage in _passages(known[number], sources)]
    return any(_says(passage, text) for text in wanted for passage in passages)


def _says(passage: str, text: str) -> bool:
    """Tell whether a passage contains a text up to where a sentence or item ends.

    Japanese hedges stand at the end: 「データが壊れる」 is not what 「データが壊れる可能性があります」 says.
    """
    if not text:
        return False
    start = passage.find(text)
    while start >= 0:
        after = passage[start + len(text) : start + len(text) + 1]
        if text[-1] in _ENDS or not after or after in _ENDS:
            return True
        start = passage.find(text, start + 1)
    return False


def _passages(citation: Citation, sources: _Sources) -> list[str]:
    """Return the quote and the chunks of its article that hold it, squeezed."""
    quote = squeeze(citation.quote)
    source = sources.get(citation.article_id)
    chunks = [squeeze(chunk) for chunk in source.chunks] if source else []
    return [quote, *(chunk for chunk in chunks if quote and quote in chunk)]
