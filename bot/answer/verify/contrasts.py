"""Small words that turn a sentence round: one by one or all at once, either or both, until or after."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.verify.evidence import nearest, said
from bot.answer.verify.lexicon import is_harmful, same_as
from bot.answer.verify.literals import quoted_words
from bot.answer.verify.predicates import agrees, predicates
from bot.answer.verify.provisos import lifts
from bot.answer.verify.quantities import counts
from bot.answer.verify.reading import Statement, read_claim

__all__ = ["contrasted"]

_PAIRS = (
    (r"[0-9０-９一]つずつ|別々に", r"まとめて|一度に|一括|いっせい|一斉"),
    (r"料金なし|料金はかか(?:り|ら)|無料", r"料金[がも]かかり?[まる]"),
    (
        r"対象(?:です|とされ|になり|となり|に含まれま(?!せ))",
        r"対象外|対象では(?:な|あり)|対象に(?:なら|なりませ|含まれ(?:ない|ませ))",
    ),
    (r"(?:にかか|に関)わらず|を?問わず|によらず", r"によって(?!は)|次第|しだい"),
    (
        r"(?:手|作業|操作|使用)[をは](?:止|や)め|そこで(?:止|や)め|打ち切",
        r"続け(?:ます|て(?!い)|る)|もう[一1]度|もう[一1]回|再度|く[りり]返し|繰り返し|何度でも",
    ),
    (r"どちらか|片方|一方だけ", r"どちらも|両方|双方"),
    (r"(?:た|の)(?:ほうが|方が)(?:安全|よい|良い|確実)", r"(?:ない|ぬ)(?:ほうが|方が)(?:安全|よい|良い|確実)"),
)
"""Two ways of which a text that has one does not say the other."""
_UNTIL = re.compile(r"(?P<what>[^、。]+?[うくすつぬむるぐぶい])まで(?![のもがをで]|[^、。]{0,8}待)")
_AFTER = re.compile(r"(?P<what>[^、。]+?)(?:[てで]から|(?:た|だ)(?:あと|後)(?:に|で|は|、)|(?:た|だ)ら、)")
_SAME_EVENT = 0.7
"""Share of an event's words that another must say to be it."""
_UNIT = re.compile(r"[0-9０-９.,:/～]+")
_FEWEST = 2
"""Words from which a clause is taken to say the same as another."""
_NEEDLESS = re.compile(r"(?P<what>[^、。]*)(?:な|無)くても")
_GIVEN = re.compile(
    r"(?P<what>[^、。]*[うくすつぬむるぐぶ])(?:と、?|ことで、?)(?=[^い言す思考])|(?P<then>[^、。]*)(?:れば|たら|だら)、?"
)
_EXISTS = re.compile(
    r"(?P<what>[一-鿿ァ-ヶー]{2,}[みれき]?|手|例)(?:は|が|も)(?:、[^、。]{0,12}に(?:は|も))?(?P<none>ありません|なく|ない(?!か)|見当たりま?せん|存在しま?せん)"
    r"|(?P<thing>[一-鿿ァ-ヶー]{2,}[みれき]?|手|例)(?:が|も)(?P<some>あり(?:ます|、)|ある(?!か)|見付かりま|存在します)"
)
_NOT_ALONE = re.compile(r"(?P<what>[一-鿿ァ-ヶーA-Za-z0-9]+)だけでは(?P<then>[^。]*(?:ない|ません|ず))")
_ORDER = re.compile(r"(?:ます|ください|ましょう|ことです|です)。?\s*$")
_PLAIN_DO = re.compile(r"(?<![一-鿿ァ-ヶー])(?:を|は|も|とき|、)?行(?:って(?:ください|おき|も)|い(?:ます|ましょう))")
_PLAIN_NOT = re.compile(r"行(?:わ(?:ない|ず)|いません|っては(?:いけ|なり))|行うの(?:は|を)(?:避|控|や)")
_ERASING = re.compile(r"初期化|フォーマット|無効化|クリーン\s?インストール")
"""What several morphemes name."""
_WARNS = re.compile(r"おそれ|恐れ|危険|失|弱|消え|壊|なくな|詐欺|だま|被害|困|損|必要|前に|か(?:どうか|を|、)")
"""What tells why not to."""
_NEGATED = re.compile(r"ない|ません|ず(?:に|、)|避け|控え|やめ|止め|禁")


def contrasted(read: Statement, used: Sequence[Statement], every: Sequence[Statement]) -> str:
    """Return the words with which a claim says another thing than its evidence, "" when it does not.

    `used` is the evidence, `every` all statements of the cited passages.
    """
    claim = read.text
    evidence = "".join(one.text for one in used)
    for pair in _PAIRS:
        for own, other in (pair, pair[::-1]):
            found = re.search(own, claim)
            if found and not re.search(other, claim) and re.search(other, evidence) and not re.search(own, evidence):
                return found.group()
    return (
        _no_longer_until(claim, evidence)
        or _not_without(claim, evidence)
        or _is_there(claim, evidence)
        or _alone(claim, evidence)
        or _does(claim, used)
        or _harm(read, every)
        or _forbidden(read, used)
        or _other_count(read, used)
    )


def _no_longer_until(claim: str, evidence: str) -> str:
    """Tell 「終わってから切る」 where the evidence has 「終わるまで切る」, and the other way round."""
    for own, other in ((_AFTER, _UNTIL), (_UNTIL, _AFTER)):
        theirs = list(other.finditer(evidence))
        for found in own.finditer(claim):
            same = [one for one in theirs if _same_event(found["what"], one["what"])]
            then = [one for one in predicates(claim[found.end() :]) if one.head]
            done = [one for until in same for one in predicates(evidence[until.end() :].partition("。")[0])]
            kept = any(_same_event(found["what"], one["what"]) for one in own.finditer(evidence))
            if any(agrees(one, another) for one in then for another in done) and not kept:
                return found.group()
    return ""


def _same_event(left: str, right: str) -> bool:
    one, other = read_claim(left).words, read_claim(right).words
    return bool(one and other) and said(one[-2:], other[-2:]) >= _SAME_EVENT


def _not_without(claim: str, evidence: str) -> str:
    """Tell 「打つと使える」 where the evidence has 「打たなくても使える」."""
    if _NEGATED.search(claim):
        return ""
    for found in _NEEDLESS.finditer(evidence):
        last = [one for one in predicates(found.group()) if one.head][-1:]
        for given in _GIVEN.finditer(claim):
            own = [one for one in predicates(given.group()) if one.head][-1:]
            if last and own and own[0].normal == last[0].normal:
                return given.group()
    return ""


def _is_there(claim: str, evidence: str) -> str:
    """Tell 「方法があります」 where the evidence has 「方法はありません」, and the other way round."""
    theirs = [(one["what"] or one["thing"], bool(one["some"])) for one in _EXISTS.finditer(evidence)]
    for found in _EXISTS.finditer(claim):
        what, there = found["what"] or found["thing"], bool(found["some"])
        about = [some for word, some in theirs if word == what or word in same_as(what)]
        if about and all(some is not there for some in about):
            return found.group()
    return ""


def _alone(claim: str, evidence: str) -> str:
    """Tell 「IDがあれば開けます」 where the evidence has 「IDだけでは開きません」."""
    if _NEGATED.search(claim):
        return ""
    for found in _NOT_ALONE.finditer(evidence):
        enough = re.search(re.escape(found["what"]) + "(?:さえ|だけ|が)?(?:あれば|あると|で(?=、?[一-鿿]))", claim)
        done = [one for one in predicates(found["then"]) if one.head]
        if enough and any(one.normal[:1] == other.normal[:1] for one in predicates(claim) for other in done):
            return enough.group()
    return ""


def _does(claim: str, used: Sequence[Statement]) -> str:
    """Tell 「行ってください」 where all that the evidence says of it is 「行わないでください」."""
    found = _PLAIN_DO.search(claim)
    if found and not _NEGATED.search(claim):
        texts = [one.text for one in used if "行" in one.text]
        if any(_PLAIN_NOT.search(text) for text in texts) and not any(_PLAIN_DO.search(text) for text in texts):
            return found.group()
    return ""


def _other_count(read: Statement, used: Sequence[Statement]) -> str:
    """Tell a number where what says the same has another one of its unit, and only another statement has this one."""
    for clause in read.clauses:
        best, _ = nearest(clause, used)
        if best is None or len(clause.words) < _FEWEST or said(clause.words, best.words) < _SAME_EVENT:
            continue
        theirs = counts(best.text)
        own = counts(clause.text)
        for count in own - theirs:
            unit = _UNIT.sub("", count)
            other = {one for one in theirs - own if _UNIT.sub("", one) == unit}
            if unit and other and not any(count in counts(one.text) and best in one.clauses for one in used):
                return count
    return ""


def _forbidden(read: Statement, used: Sequence[Statement]) -> str:
    """Tell a harmful act that a claim speaks well of, and the evidence only forbids."""
    if any(lifts(read, one) for one in used):
        return ""
    theirs = [one for statement in used for one in predicates(statement.text)]
    for one in predicates(read.text):
        if _warned(read.text, one.start):
            continue
        same = [other.denied for other in theirs if other.normal == one.normal and not other.open]
        if one.head and is_harmful(one.normal) and same and all(same):
            return one.normal
    for found in _ERASING.finditer(read.text):
        word = found.group()
        texts = [statement.text for statement in used if word in statement.text]
        if (
            not _warned(read.text, found.start())
            and texts
            and all(re.search(rf"{word}[^。]{{0,24}}しないで", text) for text in texts)
        ):
            return word
    return ""


def _warned(text: str, at: int) -> bool:
    """Tell whether a text speaks against what stands at a place: 「分からないときは消す」 does not."""
    rest = text[max(text.rfind(mark, 0, at) for mark in "、。") + 1 :]
    return _NEGATED.search(rest) is not None or _WARNS.search(rest) is not None


_SUFFERED = re.compile(r"[一-鿿]+[ぁ-ん]?(?:され|られ|れ)[てた]")
"""What is done by others: 送られてきた番号."""


def _harm(read: Statement, every: Sequence[Statement]) -> str:
    """Tell an order to erase, to pay or to give away that no cited passage gives."""
    if not _ORDER.search(read.text):
        return ""
    for one in predicates(read.text):
        if not (one.head and is_harmful(one.normal)) or one.denied or one.open or one.condition or one.before:
            continue
        if _SUFFERED.match(read.text, one.start):
            continue
        quoted = "".join(word for statement in every for word in quoted_words(statement.text))
        if any(word in quoted for word in same_as(one.normal)):
            continue
        if not any(agrees(one, other) for statement in every for other in predicates(statement.text)):
            return one.normal
    for word in _ERASING.findall(read.text):
        if not any(word in statement.text for statement in every) and not _NEGATED.search(read.text):
            return str(word)
    return ""
