"""What must stand in a cited passage letter for letter: commands, paths, codes, addresses, numbers, dates, 「…」."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.answer.verify.quantities import canonical, counts, quantities

__all__ = ["listed_counts", "quoted_words", "runs", "wrong_literal"]

_RUN = re.compile(r"[A-Za-z0-9#%$][A-Za-z0-9._:/\\#%$+@?&=~*-]*")
_TRAILING = ".:?-*"
_EXACT = re.compile(r"[0-9\\/@._:]")
"""A run of Latin letters is a plain word unless it has one of these."""
_PHRASE = re.compile(r"[A-Za-z0-9][!-~]*(?: [!-~]+)+")
"""Latin words with single spaces between them: `sfc /scannow`, Windows 11 Pro."""
_OPTION = re.compile(r"(?<![\w/])[/-][A-Za-z?][A-Za-z0-9:-]*")
_WORD = re.compile(r"[A-Za-z]+")
_COMMON = frozenset({"PC"})
"""Latin words that name nothing by themselves."""
_INLINE_CODE = re.compile(r"`+([^`\n]+)`+")
_FENCED = re.compile(r"```[^\n]*\n(.*?)(?:\n?```|$)", re.DOTALL)
_QUOTED = re.compile(r"「([^「」]*(?:「[^「」]*」[^「」]*)*)」|『([^『』]*)』|[“\"]([^”\"\n]+)[”\"]")

_SHORTENED = re.compile(
    r"Windows\s?[0-9.]+(?:から|や|、|と|または|か|・)(?P<other>(?:7|8|8\.1|10|11)(?![0-9.A-Z年月]))"
)
_LISTED = re.compile(r"[一-鿿ァ-ヶーA-Za-z0-9 ]+(?:[・、と][一-鿿ァ-ヶーA-Za-z0-9 ]+)+(?=の?[0-9０-９二三四五六]つ)")
_JOINED = re.compile(r"[・、と]")
"""What is counted behind it: Ctrl・Alt・Deleteの3つ."""
_SET_OF = re.compile(r"(?P<count>[0-9０-９]+)つの(?P<unit>組|画面|方法|種類|部品|桁|台|枚|行|項目)")
"""8つの組 for 8組."""
_EMERGENCY = re.compile(r"(?<![0-9])(?:110|118|119|188|189)番")

_PATH_STEP = re.compile(r"(?<= )›(?= )|[›＞»→]|(?<=[^\s\-=<])\s?>(?=\s?[^\s=<>])")
_PATH_EDGE = re.compile(r"[をのでにへとからまがは、。」）)（(\s/|]|$")
_STEP_ENDS = "を、。」）)（(\n"
_PATH_CONTEXT = 2
"""Characters on each side of › that must be the passage's."""


def wrong_literal(claim: str, texts: Sequence[str], around: Sequence[str] = ()) -> str:
    """Return the first literal of a claim that none of the `texts` has, "" when all stand there.

    `claim` is a unit without its citations and list mark. `around` are titles and headings: product names and plain
    Latin words may come from there, as in 「Windows 11」; nothing else may.
    """
    texts = [_in_full(text) for text in texts]
    passages = [_passage(text) for text in texts]
    context = "\n".join([*texts, *around])
    for code in _all(_FENCED, claim):
        for line in code.split("\n"):
            if line.strip() and not any(line.strip() in one.lines for one in passages):
                return line.strip()
    claim = _FENCED.sub("", claim)
    for code in _all(_INLINE_CODE, claim):
        if not any(_stands(code.strip(), one.text) for one in passages):
            return code.strip()
    for quoted in _all(_QUOTED, claim):
        if quoted and not any(_quotes(one.text, quoted) for one in passages):
            return f"「{quoted}」"
    claim = claim.replace("`", " ")
    return (
        _wrong_path(claim, texts) or _wrong_run(claim, passages, context) or _wrong_quantity(claim, passages, context)
    )


@lru_cache(maxsize=512)
def _in_full(text: str) -> str:
    """Return a text with the names that it shortens added in full: 「Windows 10から11へ」 names Windows 11."""
    return "\n".join([text, *(f"Windows {found['other']}" for found in _SHORTENED.finditer(text))])


class _Passage:
    """A passage's literals."""

    def __init__(self, text: str) -> None:
        self.text = text
        plain = text.replace("`", " ")
        self.lines = frozenset(line.strip() for line in text.split("\n")) | {
            code.strip() for code in _all(_INLINE_CODE, text)
        }
        self.runs = frozenset(runs(plain))
        self.words = frozenset(_WORD.findall(plain))
        self.quantities = counts(plain)


@lru_cache(maxsize=512)
def _passage(text: str) -> _Passage:
    return _Passage(text)


def _wrong_run(claim: str, passages: Sequence[_Passage], context: str) -> str:
    context_words = frozenset(_WORD.findall(context))
    context_runs = frozenset(runs(context.replace("`", " ")))
    for run in runs(claim):
        if not _EXACT.search(run):
            continue
        plain_number = run.isdecimal() or re.fullmatch(r"[0-9]+[.,:/][0-9.,:/]+", run)
        if not plain_number and not any(run in one.runs for one in passages) and run not in context_runs:
            return run
    for option in _all(_OPTION, claim):
        if not any(_stands(option, one.text) for one in passages):
            return option
    for word in _all(_WORD, claim):
        if word not in context_words and word not in _COMMON:
            return word
    for phrase in _all(_PHRASE, claim):
        if not _stands(phrase.rstrip(_TRAILING), context):
            return phrase
    return ""


def _wrong_quantity(claim: str, passages: Sequence[_Passage], context: str) -> str:
    around = counts(context)
    listed = listed_counts(claim)
    claim = _SET_OF.sub(r"\g<count>\g<unit>", claim)
    claim = _EMERGENCY.sub(lambda match: match.group().removesuffix("番"), claim)
    for quantity in quantities(claim):
        squeezed = canonical(quantity)
        if any(squeezed in one.quantities for one in passages) or squeezed in listed:
            continue
        # A version or a year may come from the title, and a date may be given to the month.
        if squeezed in around or any(_begins(squeezed, longer) for one in passages for longer in one.quantities):
            continue
        return quantity
    return ""


def listed_counts(claim: str) -> frozenset[str]:
    """Return the counts of what a claim itself lists: its 「…」, and what stands right before (A・B・Cの3つ)."""
    found = _LISTED.search(claim)
    named = len(_JOINED.split(found.group())) if found else 0
    return frozenset(f"{count}つ" for count in (len(quoted_words(claim)), named) if count > 1)


def _begins(short: str, longer: str) -> bool:
    return bool(re.search(r"[年月]$", short)) and len(short) > len("00月") and longer.startswith(short)


def _all(pattern: re.Pattern[str], text: str) -> list[str]:
    """Return what each match has in its group, or as a whole where the pattern has none."""
    return [match[match.lastindex or 0].strip() for match in pattern.finditer(text)]


def quoted_words(text: str) -> list[str]:
    """Return what stands in 「…」, 『…』 or double quotes."""
    return [quoted for quoted in _all(_QUOTED, text) if quoted]


def runs(text: str) -> list[str]:
    """Return the runs of Latin letters, digits and what joins them in codes, paths and addresses."""
    return [run for run in (found.rstrip(_TRAILING) for found in _RUN.findall(text)) if run]


def _stands(literal: str, text: str) -> bool:
    """Tell whether a literal stands in a text, not as a part of a longer Latin word or number."""
    at = text.find(literal)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(literal) : at + len(literal) + 1]
        if not (_joins(before) and _joins(literal[:1])) and not (_joins(after) and _joins(literal[-1:])):
            return True
        at = text.find(literal, at + 1)
    return False


def _quotes(text: str, quoted: str) -> bool:
    """Tell whether a text has the words of 「…」, not as a part of a longer word in katakana or Latin letters."""
    at = text.find(quoted)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(quoted) : at + len(quoted) + 1]
        if not any(
            both(letter) and both(edge)
            for both in (_joins, _is_katakana)
            for letter, edge in ((before, quoted[0]), (after, quoted[-1]))
        ):
            return True
        at = text.find(quoted, at + 1)
    return False


def _is_katakana(letter: str) -> bool:
    return bool(letter) and ("ァ" <= letter <= "ヺ" or letter == "ー")


def _joins(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def _wrong_path(claim: str, texts: Sequence[str]) -> str:
    """Return the step of a menu path (設定 › システム) that no text has in this order."""
    steps = list(_PATH_STEP.finditer(claim))
    for at, step in enumerate(steps):
        begin = _whole_separator(claim, step.start(), step.end())
        left = claim[max(0, begin[0] - _PATH_CONTEXT) : begin[0]]
        following = steps[at + 1].start() if at + 1 < len(steps) else len(claim)
        right = claim[begin[1] : following]
        inner = (
            right.rstrip() if at + 1 < len(steps) and len(right) <= len("Windows セキュリティの設定を開く画面") else ""
        )
        middle = claim[begin[0] : begin[1]]
        if inner and any(f"{left}{middle}{inner}" in text for text in texts):
            continue
        if any(_continues(f"{left}{middle}", right, text) for text in texts):
            continue
        return (left + middle + right)[:20].strip()
    return ""


def _whole_separator(claim: str, start: int, end: int) -> tuple[int, int]:
    while start and claim[start - 1].isspace():
        start -= 1
    while end < len(claim) and claim[end].isspace():
        end += 1
    return start, end


def _continues(head: str, right: str, text: str) -> bool:
    """Tell whether a text has `head` and then what `right` begins with, up to the end of the step in both."""
    at = text.find(head)
    while at >= 0:
        rest = text[at + len(head) :]
        common = 0
        while common < min(len(rest), len(right)) and rest[common] == right[common]:
            common += 1
        if common >= _PATH_CONTEXT and _PATH_EDGE.match(right, common) and _PATH_EDGE.match(rest, common):
            return True
        if any(right[edge] in _STEP_ENDS for edge in range(_PATH_CONTEXT, common)):
            return True
        at = text.find(head, at + 1)
    return False
