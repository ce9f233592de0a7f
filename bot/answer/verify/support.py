"""Whether the cited passages say what a sentence says: its words, in statements that belong together, the same way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from bot.answer.verify.bounds import careless
from bot.answer.verify.certainty import too_certain
from bot.answer.verify.evidence import Source, evidence_of, joined, read_source, said
from bot.answer.verify.lexicon import complements, loaded, opposites
from bot.answer.verify.literals import listed_counts, quoted_words, runs
from bot.answer.verify.polarity import against
from bot.answer.verify.predicates import predicates
from bot.answer.verify.provisos import careless_step, half_condition, unbound_ban, unpermitted
from bot.answer.verify.quantities import counts, quantities
from bot.answer.verify.reading import Clause, Statement, Word, credit, read_claim
from bot.answer.verify.variants import other_variant
from bot.answer.verify.verdict import Doubt, Passage, Reason

__all__ = ["supported", "supported_label"]

_COVERED = 0.7
"""Share of a claim's word weight that its statements must have. Calibrated on corpus/evals/support.jsonl."""
_PREDICATE = 0.6
"""Credit that the last word of a claim must have: in Japanese it says what is done or is the case."""
_NEARLY_ALL = 0.9
"""The share from which a word that turns or judges is taken for another way to say what is there."""
_CLAUSE_COVERED = 0.25
"""The same for each clause alone, so that a short lie cannot hide behind a long truth."""
_ELSEWHERE = 0.3
"""Credit of a word that only another statement of the passage has."""
_NAMED_ROW = 0.5
"""Share of a row's first cell that a claim must say to have a number of that row."""
_UNSAID = frozenset({"pc", "動作", "動き"})
"""What goes without saying: 「動作が遅い」 says what 「遅い」 says."""
_STEPS_ON = 2
"""Steps by which a claim may look back to what was pressed or chosen."""
_ABOUT = 0.9
"""Credit of a word that only the title or a heading has."""


def supported(claim: str, sources: Sequence[Passage]) -> Doubt | None:
    """Return why the sources do not support a claim, None when they do.

    `claim` has no markup and no citations; its literals are known to stand in the sources.
    """
    read = read_claim(claim)
    known = [read_source(source) for source in sources]
    if not read.words:
        return None if _verbatim(read.squeezed, known) else (Reason.CHATTER, claim[:20])
    found = [(clause, evidence_of(clause, read, known)) for clause in joined(read.clauses)]
    used = list({id(one): one for _, evidence in found for one in evidence}.values())
    firsts = [one for clause, evidence in found for one in evidence if one is evidence[0] or _ends_in(clause, one)]
    whole = evidence_of(Clause(read.text, read.words), read, known)
    used += [one for one in whole[:1] if not any(one is other for other in used)]
    if any(read.squeezed.rstrip("。") == one.squeezed.rstrip("。") for one in used):
        return None
    return (
        _uncovered(read, found, used, known)
        or _scattered(claim, used, known)
        or against(read, found, used, known)
        or careless(read, firsts, used)
        or _unbound(read, known)
    )


def _unbound(read: Statement, known: Sequence[Source]) -> Doubt | None:
    """Tell what is said without the hedge, or forbidden without the state, that the passages have, wherever it is."""
    hedged = too_certain(read, known)
    if hedged:
        return Reason.HEDGE_DROPPED, f"everywhere: {hedged[:30]}"
    every = [one for source in known for one in source.statements]
    state = (
        unbound_ban(read, every)
        or unpermitted(read, every)
        or half_condition(read, every)
        or careless_step(read, every)
    )
    return (Reason.CONDITION_DROPPED, state[:30]) if state else None


def supported_label(claim: str, sources: Sequence[Passage]) -> Doubt | None:
    """Return why a heading or table head claims something, None when it merely names what is below it."""
    if re.search(r"[。!?？！]$|(?:です|ます|ません|でした|ました|ください)$", claim.strip()):
        return Reason.CHATTER, claim[:20]
    known = [read_source(source) for source in sources]
    normals = frozenset().union(*(one.normals | source.about for source in known for one in source.statements))
    kanji = frozenset().union(*(one.kanji | source.about_kanji for source in known for one in source.statements))
    missing = [word.normal for word in read_claim(claim).words if not credit(word, normals, kanji)]
    return (Reason.UNSUPPORTED, " ".join(missing)) if missing else None


def _ends_in(clause: Clause, one: Statement) -> bool:
    return credit(clause.words[-1], one.normals, frozenset()) == 1.0


def _verbatim(squeezed: str, known: Sequence[Source]) -> bool:
    return any(squeezed.rstrip("。") in one.squeezed for source in known for one in source.statements)


def _uncovered(
    read: Statement,
    found: Sequence[tuple[Clause, list[Statement]]],
    used: Sequence[Statement],
    known: Sequence[Source],
) -> Doubt | None:
    normals = frozenset().union(*(one.normals for one in used))
    kanji = frozenset().union(*(one.kanji for one in used))
    about = frozenset().union(*(source.about for source in known))
    about_kanji = frozenset().union(*(source.about_kanji for source in known))
    all_normals = frozenset().union(*(one.normals for source in known for one in source.statements))
    all_kanji = frozenset().union(*(one.kanji for source in known for one in source.statements))

    # 「残ります」 says what 「消えません」 says.
    denied = {one.normal for statement in used for one in predicates(statement.text) if one.denied}
    turned = {other for one in denied for other in complements(one)}
    turned |= {one.normal for one in predicates(read.text) if one.denied and complements(one.normal) & normals}

    def worth(word: Word) -> float:
        return max(
            credit(word, normals, kanji),
            float(word.normal in turned),
            _ABOUT * credit(word, about, about_kanji),
            _ELSEWHERE * credit(word, all_normals, all_kanji),
        )

    def turns(word: Word) -> bool:
        return not (opposites(word.normal) | complements(word.normal)).isdisjoint(all_normals)

    # A sentence leaves out what the one before it was about, and a claim puts in what the next one names.
    near = frozenset().union(
        *(
            one.normals | after.normals
            for source in known
            for one, after in pairwise(source.statements)
            if any(one is u or after is u for u in used)
        )
    )
    often = Counter(form for source in known for one in source.statements for form in one.normals)
    theme = frozenset(form for form, times in often.items() if times > 1)
    missing = [
        word.normal
        for word in read.words
        if word.is_name and not credit(word, normals | near | theme, kanji) and not credit(word, about, about_kanji)
    ]
    if missing:
        return Reason.UNSUPPORTED, " ".join(missing)
    share = _share(read.words, worth)
    last = read.words[-1]
    if worth(last) < _PREDICATE and loaded(last.normal) and (share < _NEARLY_ALL or turns(last)):
        return Reason.UNSUPPORTED, last.normal
    strange = [word.normal for word in read.words if loaded(word.normal) and not worth(word)]
    if strange and (share < _NEARLY_ALL or any(turns(word) for word in read.words if word.normal in strange)):
        return Reason.UNSUPPORTED, " ".join(strange)
    lowest = min(_share(clause.words, worth) for clause, _ in found if clause.words)
    if share >= _COVERED and lowest >= _CLAUSE_COVERED:
        return None
    lost = sorted({word.normal for word in read.words if worth(word) < _ABOUT})
    return Reason.UNSUPPORTED, f"{share:.2f} {lowest:.2f} {' '.join(lost)}"


def _share(words: Sequence[Word], worth: Callable[[Word], float]) -> float:
    """Return the share of the weight of words that is found; the PC and that it works go without saying."""
    counted = [word for word in words if word.normal not in _UNSAID or worth(word)]
    total = sum(word.weight for word in counted)
    return sum(word.weight * worth(word) for word in counted) / total if total else 1.0


def _topic(text: str) -> str:
    """Return what a statement is about, which the one behind it leaves unsaid."""
    return text.partition("は、")[0] if "は、" in text else ""


def _names(claim: str, row: Statement) -> bool:
    """Tell whether a claim says what the first cell of a row is about."""
    first = row.clauses[0]
    return not first.words or said(first.words, read_claim(claim).words) >= _NAMED_ROW


def _scattered(claim: str, used: Sequence[Statement], known: Sequence[Source]) -> Doubt | None:
    """Tell literals that stand in the passage, but in a statement about something else."""
    near: list[str] = []
    squeezed_claim = "".join(claim.split())
    for source in known:
        for at, one in enumerate(source.statements):
            window = source.statements[max(0, at - 1) : at + 2]
            beside = any(other in used and not (one.row and other.row) for other in window) and (
                one.row or not re.search(r"[ぁ-ん]", one.text)
            )
            whole = one.squeezed in squeezed_claim and len(one.squeezed) > 1
            if beside or whole or any(one is other for other in used):
                near.append(one.text)
                near.append(_topic(source.statements[at - 1].text) if at and not one.row else "")
    text = "\n".join([*near, *(source.about_text for source in known)])
    squeezed = "".join(text.split())
    listed = listed_counts(claim)
    for quantity in quantities(claim):
        if (
            quantity not in listed
            and "".join(quantity.split()) not in squeezed
            and counts(quantity).isdisjoint(counts(text))
        ):
            return Reason.UNSUPPORTED, quantity
        holders = [one for one in used if not counts(quantity).isdisjoint(counts(one.text))]
        if holders and all(one.row and one.head and not _names(claim, one) for one in holders):
            return Reason.UNSUPPORTED, quantity
    for run in runs(claim):
        if re.search(r"[0-9\\/_.]", run) and not run.isdecimal() and run not in text:
            return Reason.UNSUPPORTED, run
    # 「実行」を押すと、 where that is the step before.
    steps = "".join(
        one.text
        for source in known
        for at, one in enumerate(source.statements)
        if one.step and any(other in used for other in source.statements[at + 1 : at + 1 + _STEPS_ON])
    )
    for quoted in quoted_words(claim):
        if quoted not in text and not (f"「{quoted}」を" in claim and f"「{quoted}」を" in steps):
            return Reason.UNSUPPORTED, f"「{quoted}」"
    return other_variant(read_claim(claim), used)
