"""The conversation so far: masked turns, and the small state that clients carry from answer to answer."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.answer.moves import elsewhere
from bot.answer.reader import Reader
from bot.knowledge.circumstances import plain
from bot.text.language import language_of
from bot.text.normalize import normalize
from bot.text.secrets import redact_conversation
from bot.text.tokens import tokenize
from bot.types import Language, Turn

__all__ = [
    "State",
    "Talk",
    "decode_state",
    "encode_state",
    "in_vain",
    "is_question",
    "is_statement",
    "kept_state",
    "language_in",
    "mask",
    "says_failed",
    "start",
]

_FEW_WORDS = 3
"""A message with fewer content words than this cannot stand alone as a question."""

_POINTING = re.compile(
    r"^(?:それ(?!より|とは別)|その|これ|この|そこ|あれ|あの|さっき|じゃあ|では|でも|あと|ほか|他|次|もう|まだ|やっぱ|やはり|うち|はい|いいえ|いや)"
    r"|それでも|それは|それを|それって|さっきの|上の|前の(?:手順|やつ)|[0-9]+\s*(?:番|つ目|個目)|手順\s*の?[0-9]+"
    r"|^(?:it|that|this|these|those|then|and|but|also|still|what about|how about)\b"
)
_QUESTION = re.compile(
    r"[?？]\s*$|(?:どこ|どれ|なに|何(?![回度]?も|の変化)|誰|だれ|いつ|なぜ|なんで|どう|って意味|教えて)|(?:ですか|ますか|かな|でしょうか|ましょうか|だろうか|ませんか|かしら)[。]?$"
)
_STATES = re.compile(
    r"(?<!たい)(?<!ほしい)(?<!欲しい)(?:まし?た|ます|てる|ている|でる|でいる|った|んだ|いた|した|きた|れた|えた|です|でした|ません|だよ|だけど)"
    r"(?:よ|ね|わ|けど|けれど|が|の|ん|です|から|し)*[。!.]*$|"
    r"^(?:i|we|it|my|the)\b(?!.*\b(?:how|what|where|why|can|should)\b).*\b(?:bought|have|had|am|is|was|did|already|got|came|installed|use)\b.*[^?]$"
)
"""Ends as what states something does."""

_FAILED = re.compile(
    r"(?:だめ|ダメ|駄目|無理|むり)(?:です|でし|だっ|だ|な|ら|$|。|、)|直らな|治らな|変わらな|できなかった|できませんでした|"
    r"うまくいか|解決しな|なおらな|同じまま|失敗し(?:た|まし)|効果(?:が|は)?な|"
    r"still (?:not|doesn|won|fail|the same)|didn'?t (?:work|help)|no (?:luck|change|difference)|"
    r"same (?:error|problem) again|(?:did|does) nothing|nothing (?:changed|happens)|"
    r"(?:it|says it|still) can(?:'?t|not) (?:re)?(?:activate|start|boot|repair|fix)"
)


_IN_VAIN = re.compile(
    r"(?:[たて](?:みた)?|だ)(?:ん(?:です|や|だ)?|っちゃ)?(?:けど|けれど|けども|が|のに|ら|も)[、,]?[^。!?]{0,24}?"
    r"(?:エラー|問題が発生|失敗|(?:な(?:い|かった)|ありません(?:でした)?|できません(?:でした)?|ません(?:でした)?|違う|違います)って?[^。、]{0,4}"
    r"(?:なる|なり|なっ|出|で(?:る|て|た)|言われ|いわれ|表示|書い)|(?:出て|でて)こ(?:な|ませ)|見つから|載ってな|のってな|"
    r"何も(?:起き|起こら|出|変わら|なら)(?:な|ませ)|反応(?:し|が)?(?:な|ませ)|進ま(?:な|ませ))"
)
"""Says what came of something done, and that it was not what was to come: 「押したけど問題が発生しましたってなる」."""


class State(BaseModel):
    """What a client sends back with the next question. A damaged or foreign one is read as empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flow: str = Field("", max_length=60)
    step: str = Field("", max_length=60)
    article: str = Field("", max_length=300)
    """The article of the last answer."""
    said: tuple[int, ...] = Field((), max_length=400)
    """Which statements of that article the reader was shown, by their order in it."""
    steps: str = Field("", max_length=300)
    """The heading of the steps shown last."""
    steps_of: str = Field("", max_length=300)
    """The article of those steps, where it is not that of the last answer."""
    language: Language = Language.JA
    """The language that the conversation is held in."""
    facts: tuple[Annotated[str, Field(max_length=60)], ...] = Field((), max_length=40)
    """The circumstances of the reader that hold, by their ids."""
    urgent: str = Field("", max_length=60)
    """The route of a card that said to ask at once: it stays until the subject changes."""

    @property
    def begun(self) -> bool:
        """Tell whether there is anything to go on from."""
        return self != State(language=self.language, facts=self.facts)


@dataclass(frozen=True, slots=True)
class Talk:
    """One question in its conversation, secrets masked. `asked` are the reader's earlier messages, oldest first."""

    question: str
    asked: tuple[str, ...] = ()
    state: State = field(default_factory=State)
    of_page: bool = False
    """Whether the article in hand is merely that of the page on which the conversation began."""
    language: Language = Language.JA
    reader: Reader = field(default_factory=Reader)
    """What all of these messages say of the reader's situation."""

    @property
    def failures(self) -> int:
        """Return in how many messages the reader said that something did not help."""
        return sum(says_failed(text) for text in (*self.asked, self.question))

    @property
    def failed(self) -> bool:
        """Tell whether this message says that something did not help."""
        return says_failed(self.question) or (bool(self.asked) and in_vain(self.question))

    @property
    def changes_subject(self) -> bool:
        """Tell whether the reader says that this is about something else."""
        return elsewhere(self.question)

    @property
    def leans(self) -> bool:
        """Tell whether the question needs the messages before it to be understood."""
        if not self.asked or self.changes_subject:
            return False
        return bool(_POINTING.search(normalize(self.question).strip().lower())) or self.brief

    @property
    def brief(self) -> bool:
        """Tell whether the question has too few content words to stand alone."""
        return len(tokenize(self.question)) < _FEW_WORDS

    @property
    def asks(self) -> bool:
        """Tell whether the question is put as one, however short."""
        return is_question(self.question)

    @property
    def context(self) -> str:
        """Return what was said before, "" where the question leaves it: a reader may change the subject."""
        return "" if self.changes_subject else "\n".join(self.asked[-2:])

    @property
    def joined(self) -> str:
        """Return the question after the reader's last two messages."""
        return "\n".join((*self.asked[-2:], self.question))


def is_question(message: str) -> bool:
    """Tell whether a message is put as a question, however short."""
    return bool(_QUESTION.search(normalize(message).strip()))


def is_statement(message: str) -> bool:
    """Tell whether a message only states something: 「ネットにはつながってます」, and no wish and no catchword."""
    return not is_question(message) and bool(_STATES.search(plain(message).strip()))


def says_failed(message: str) -> bool:
    """Tell whether a message says that something did not help."""
    return bool(_FAILED.search(plain(message)))


def in_vain(message: str) -> bool:
    """Tell whether a later message says that a step was done and did not lead where it should."""
    return bool(_IN_VAIN.search(plain(message)))


def mask(history: Sequence[Turn], question: str) -> tuple[list[Turn], str, dict[str, int]]:
    """Return the turns and the question with their secrets masked, and how many of each kind there were.

    What the reader begins in one message and ends in a later one is masked in both.
    """
    own = [at for at, turn in enumerate(history) if turn.role == "user"]
    texts, counts = redact_conversation([*(turn.text for turn in history), question], [*own, len(history)])
    return [replace(turn, text=text) for turn, text in zip(history, texts, strict=False)], texts[-1], counts


def start(question: str, earlier: Sequence[Turn], state: str, page: str = "") -> Talk:
    """Return the talk for a masked question and masked earlier turns; `page` is the article that is being read."""
    asked = tuple(turn.text for turn in earlier if turn.role == "user")
    known = decode_state(state)
    of_page = bool(page) and not known.begun
    language = language_in(question, asked, state)
    return Talk(question, asked, State(article=page) if of_page else known, of_page, language)


def language_in(question: str, asked: Sequence[str], state: str) -> Language:
    """Return the language to answer in: the question's, else that of the reader's last message that tells any.

    A code alone as the first message is answered in Japanese, the language of the articles.
    """
    told = (language_of(text) for text in (question, *reversed(asked)))
    return next((language for language in told if language is not None), decode_state(state).language)


def encode_state(state: State) -> str:
    """Return the state as an opaque, URL-safe string; "" when there is nothing to remember."""
    if state == State():
        return ""
    return base64.urlsafe_b64encode(state.model_dump_json(exclude_defaults=True).encode()).decode("ascii")


def kept_state(state: str, talk: Talk) -> str:
    """Return an encoded state that also remembers the talk's language and what holds of the reader."""
    kept = {"language": talk.language, "facts": tuple(fact.id for fact in talk.reader.facts)}
    return encode_state(decode_state(state).model_copy(update=kept))


def decode_state(text: str) -> State:
    """Read what `encode_state` wrote; anything else is an empty state."""
    if not text:
        return State()
    try:
        return State.model_validate_json(base64.urlsafe_b64decode(text.encode("ascii")))
    except (ValueError, ValidationError, binascii.Error):
        return State()
