"""What a later message does in the conversation, whatever it is about."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.knowledge.circumstances import plain as folded
from bot.text.normalize import normalize
from bot.text.tokens import tokenize

__all__ = ["BARE", "STEP", "Move", "elsewhere", "is_unwilling", "move_of", "step_named"]


class Move(StrEnum):
    """What a later message does."""

    PERSON = "person"
    STEP = "step"
    FAILED = "failed"
    ASKS = "asks"
    TELLS = "tells"
    """Tells of the reader's situation and asks nothing."""
    UNWILLING = "unwilling"
    """Is afraid, does not want to, or cannot."""
    DOUBTS = "doubts"
    """Asks whether it will be all right."""
    WHICH = "which"
    """Asks what to begin with."""
    WHY = "why"
    EASIER = "easier"
    """Asks for something easier than the steps shown."""
    AVOID = "avoid"
    """Asks what must not be done."""
    RESUMES = "resumes"
    """Has got over what stood in the way, and goes on."""


BARE = frozenset({Move.UNWILLING, Move.DOUBTS, Move.WHICH, Move.WHY, Move.EASIER, Move.AVOID, Move.RESUMES})
"""Moves that name no subject: they are about what was said before."""

STEP = re.compile(r"(?<![0-9.])([0-9]{1,2})\s*(?:番|つ目|個目|行目)|手順\s*の?\s*([0-9]{1,2})|step\s*([0-9]{1,2})")
"""The number of a step, in one of its groups."""
_STEP_DONE = re.compile(r"番(?:目)?まで|までは?(?:でき|やっ|終わ)")
_NEXT = re.compile(
    r"^(?:それで|で|それから|そしたら|そんで|ほんで|(?:その)?続きは?|つづきは?)[?。!、]*$|(?:^|[。、\s])(?:次は|つぎは|次に|次の手|ほかに|他に(?:は|方法|何か)|そのあと|その後)|それでも|(?:もう|全部|ぜんぶ|すべて).{0,12}(?:試し|ため[しs]|やっ(?:た|て)|やりました)|"
    r"^(?:じゃあ|で|では)?[、,]?(?:私は|うちは)?(?:どうしたら|どうすれば|どうしよう|助けて|たすけて)(?:いい|よい|良い|ください)?(?:です|の|ん|でしょう)*(?:か|かな)?[?。!]*$|"
    r"^(?:次|つぎ)(?:お願い(?:します)?|を?どうぞ|お願いいたします)?[。!]*$|"
    r"^(?:それ|これ|そこ|ここ)?(?:も|は|まで)*(?:全部|ぜんぶ|もう)*(?:終わ(?:った|りました)|おわった|おわりました|済(?:み|んだ|みました)?|完了(?:した|しました)?)(?:です|よ|けど|で)*[。!]*$|"
    r"what (?:next|else|now)|anything else|already (?:tried|did)"
)

_BARE: tuple[tuple[Move, re.Pattern[str]], ...] = (
    # The order decides where two match: 「こわいけど大丈夫？」 asks.
    (
        Move.AVOID,
        re.compile(
            r"(?:何|なに|どれ|どんなこと)[をはが]?(?:し|やっ)(?:たら|ちゃ|ては|て)(?:いけ|だめ|ダメ|駄目|まず)|"
            r"(?:やっ|し)(?:ちゃ|ては|たら)(?:いけ|だめ|ダメ|駄目|まず|なら)[^。、]{0,4}(?:こと|もの|の(?:は|って))|"
            r"what (?:should|must) i not do|what not to do|anything i (?:should|must)(?: not|n'?t) do"
        ),
    ),
    (
        Move.DOUBTS,
        re.compile(
            r"(?:本当|ほんと(?:う)?|まじ|マジ|絶対|ぜったい)(?:に|で)?(?:大丈夫|だいじょうぶ|平気|いい|安全)|"
            r"(?:大丈夫|だいじょうぶ|平気|安全)(?:なの|なん|です|でしょう)?(?:か|かな|かしら|よね)?[?。!]*$|"
            r"(?:壊れ|こわれ|消え|きえ|悪化し|ひどくなっ?)(?:たり)?(?:し)?(?:ませんか|ない(?:の|です|か|よね)?)[かねよ]*[?。!]*$|"
            r"(?:危な|あぶな)くない|is (?:it|that|this) (?:really )?safe|are you sure"
        ),
    ),
    (Move.EASIER, re.compile(r"(?:簡単|かんたん|カンタン|楽|らく)な(?:の|ほう|方|やつ|方法|やり方)|easier")),
    (
        Move.WHICH,
        re.compile(
            r"(?:1つ|一つ|ひとつ|いっこ|1個|一個)だけ(?:教え|おしえ|言|いう|いえ|やる|する|やれ|すれ)|今すぐ(?:に)?(?:でき|やれ)る(?:こと|の|もの)|まず(?:は)?(?:何|なに|どれ)|"
            r"(?:どっち|どちら|どれ|何|なに|どこ)(?:を|から|が)(?:先|さき|やれば|やったら|始め|はじめ|すれば|したら|手をつけ)|(?:どっち|どちら)(?:から)?[?。]*$|"
            r"順番(?:は|が|に)|which (?:one )?first|where do i (?:start|begin)"
        ),
    ),
    (
        Move.WHICH,  # who understands nothing of it is given one thing to do
        re.compile(
            r"^(?:ちょっと|よく|やっぱり?|全然|ぜんぜん|まったく|全く|何が何だか|もう|すみません|、|。)*"
            r"(?:(?:わか|分か)(?:らない|りません|らん|らへん|んない|らなかった)|"
            r"さっぱり|"
            r"意味(?:不明|が?(?:わか|分か)(?:らない|りません|らん))|"
            r"どういうこと(?:ですか|なの|や)?|ついていけ(?:ない|ません|へん)|ちんぷんかんぷん|"
            r"i don'?t (?:understand|get it))"
            r"(?:です|だ|よ|わ|なあ|けど|、|。|[?!…])*$"
        ),
    ),
    (
        Move.WHY,
        re.compile(
            r"(?:なんで|何で|なぜ|どうして)(?!もい)(?:急に|突然|こんな|こう|そう|また)*[^。、]{0,10}(?:[?。!]|$)|原因は(?:何|なに|なん)|(?:何|なに)が(?:原因|悪)|^why\b"
        ),
    ),
    (
        Move.UNWILLING,
        re.compile(
            r"(?:こわ|怖|恐|不安)(?:い|く|すぎ|くて|です|で)|(?:やり|し|いじり|触り|さわり)たくな|(?:難し|むずかし|むつかし)(?:い|く|すぎ)|"
            r"(?:私|わたし|自分|うち|僕)?(?:に|じゃ|では)?(?:は|も)?(?:できそうに|できる気が|できる自信|自信が?)な|(?:やっぱり?)?(?:やめ|辞め|止め)(?:とき|てお)|"
            r"(?:でき|出来)(?:ない|ません|ん)(?:です|よ|わ)?[。!]*$|よく?(?:わから|分から)ない(?:ので|から)|"
            r"too (?:hard|difficult)|i'?m (?:scared|afraid)"
        ),
    ),
)

_SEVERAL = re.compile(
    r"(?:[二三四五2-9]|複数|いく|幾)(?:つ|個|台|本|種類|枚|人)?(?:も)?[^。、]{0,4}(?:ある|あり|あっ|出て|でて|でま|並|なら|見つか|みつか|表示)|"
    r"(?:two|three|several) (?:of them|keys|entries|options)"
)
"""Says that the reader sees several of something: 「どっち」 is then of these, not of what was shown."""

_ELSEWHERE = re.compile(
    r"^(?:ところで|別件|別の(?:話|質問)|話は?変わ|それより|それとは別|あと別|全然別|違う話|"
    r"(?:今後|これから先?|次|今度|つぎ)(?:の|に備え(?:て)?の?)?ため|今後に備え|話を?(?:元に)?戻|(?:さっき|先ほど|前|最初|はじめ)の.{0,14}話(?:に戻|です|だけど|なんだけど)|"
    r"(?:やっぱり?)?(?:それ|これ|そっち|その件|その話)は?(?:もう)?(?:いい|いらない|大丈夫|解決|直った|なおった)(?!けど|けれど|が|ですけど|ですが)[^。、!]{0,6}[。、!\s].|"
    r"by the way|(?:another|a different) (?:question|problem)|something else\b)"
)

_OWN_WORDS = {Move.UNWILLING: 4, Move.DOUBTS: 0, Move.WHICH: 2, Move.WHY: 1, Move.EASIER: 2, Move.AVOID: 1}
"""Content words beside its own that a message may have and still be about what was said before: what one is unwilling
to do is named, of what one doubts each other word is the subject."""

_ASKING = frozenset({Move.WHICH, Move.EASIER, Move.AVOID, Move.RESUMES})
"""Moves that a last sentence makes whatever was told before it: of what one doubts or fears, that is the subject."""

_SENTENCES = re.compile(r"(?<=[。!?\n])")

_POINTS = frozenset(
    {
        "いま",
        "今",
        "言う",
        "教える",
        "此れ",
        "其れ",
        "此の",
        "其の",
        "あれ",
        "やる",
        "為る",
        "手順",
        "方法",
        "本当",
        "急",
        "突然",
    }
)
"""Words that name no subject."""


_RECALLS = re.compile(
    r"(?:気が(?:し|す)|覚えがな|記憶がな|かもしれ|かも[。!]*$|と思い?ま?(?:う|す|った|って)|たぶん|多分|はず(?:です|だ|や|なん|なの)|じゃなくて|違います|ちがいます|じゃ(?:ない|ねえ)(?:です)?よ)"
)
"""Answers from memory, or corrects: says something of the matter in hand."""


def move_of(question: str, *, failed: bool, person: bool, tells: bool = False, asks: bool = False) -> Move:
    """Return what a later message does.

    `failed` tells that it says something did not help, `person` that it asks whom to turn to, `tells` that it says
    something of the reader's situation, `asks` that it is put as a question.
    """
    if person:
        return Move.PERSON
    plain = folded(question).strip()
    if step_named(question):
        return Move.STEP
    # 「スマホで打ってます。何からすればいい？」 asks in its last sentence.
    last = next((part for part in reversed(_SENTENCES.split(plain)) if part.strip()), plain)
    for text in dict.fromkeys((plain, last)):
        for move, said in _BARE:
            if move is Move.WHICH and _SEVERAL.search(plain):
                continue
            rest, found = said.subn("", text)
            if found and (text == plain or move in _ASKING) and len(set(tokenize(rest)) - _POINTS) <= _OWN_WORDS[move]:
                return move
    if failed or _NEXT.search(plain):
        return Move.FAILED
    return Move.TELLS if not asks and (tells or _RECALLS.search(plain)) else Move.ASKS


def step_named(message: str) -> bool:
    """Tell whether a message names a step by its number, and not as one that is done."""
    plain = folded(message).strip()
    return bool(STEP.search(plain)) and not _STEP_DONE.search(plain)


def elsewhere(message: str) -> bool:
    """Tell whether a message says that it is about something else than those before it."""
    return bool(_ELSEWHERE.search(normalize(message).strip().lower()))


def is_unwilling(message: str) -> bool:
    """Tell whether a message says that its reader does not want to, or cannot, go on."""
    return move_of(message, failed=False, person=False) is Move.UNWILLING
