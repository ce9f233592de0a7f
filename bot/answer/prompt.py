"""Write the messages to a chat model: our own instructions from files, and all that others wrote between delimiters."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files

from bot.answer.statements import Statement
from bot.answer.talk import Talk
from bot.backends.chat_model import Message, tokens_of
from bot.types import BlockKind

__all__ = ["Prompt", "answer_messages", "load_prompt", "question_messages"]

_HISTORY_TOKENS = 600
"""Tokens of earlier messages, the newest first; what was said before the last two or three seldom matters."""

_QUESTION_TOKENS = 1_200
"""Tokens of the question itself; a longer story is cut at its end."""

_KINDS = {
    BlockKind.STEP: "手順",
    BlockKind.CAUTION: "注意",
    BlockKind.CODE: "コマンド",
    BlockKind.TABLE: "表",
}


@dataclass(frozen=True, slots=True)
class Prompt:
    """Our instructions of one file: `version` is its first line's, `digest` the BLAKE2b-32 (hex) of all of it."""

    name: str
    version: str
    text: str
    digest: str

    @property
    def label(self) -> str:
        """Return name, version and digest in one word, for logs and reports."""
        return f"{self.name}@{self.version}-{self.digest}"


@cache
def load_prompt(name: str) -> Prompt:
    """Return the prompt of `prompts/{name}.txt`."""
    whole = (files("bot.answer") / "prompts" / f"{name}.txt").read_text("utf-8")
    first, _, text = whole.partition("\n")
    return Prompt(
        name, first.removeprefix("version:").strip(), text.strip(), blake2b(whole.encode(), digest_size=4).hexdigest()
    )


def answer_messages(
    talk: Talk, statements: Sequence[Statement], token: Callable[[], str] = lambda: secrets.token_hex(8)
) -> list[Message]:
    """Return the messages that ask for an answer made of the statements; `token` makes a delimiter nobody can guess."""
    edge = token()
    passages = [_between(edge, f"記事の文 [{one.n}] {_described(one)}", one.passage.text) for one in statements]
    return _messages("answer", [*passages, *_conversation(edge, talk)], edge)


def question_messages(talk: Talk, token: Callable[[], str] = lambda: secrets.token_hex(8)) -> list[Message]:
    """Return the messages that ask for one question to search with."""
    edge = token()
    return _messages("question", _conversation(edge, talk), edge)


def _messages(name: str, blocks: Sequence[str], edge: str) -> list[Message]:
    opening = f"この依頼の区切りは {edge} です。"
    return [Message("system", load_prompt(name).text), Message("user", "\n\n".join([opening, *blocks]))]


def _described(one: Statement) -> str:
    kind = _KINDS.get(one.unit.kind, "本文")
    return " › ".join([kind, one.passage.title, *one.passage.heading])


def _conversation(edge: str, talk: Talk) -> list[str]:
    """Return what the reader said. What clients call our own earlier answers is left out: anybody can write it."""
    kept: list[str] = []
    left = _HISTORY_TOKENS
    for text in reversed(talk.asked):
        left -= tokens_of(text)
        if left < 0:
            break
        kept.insert(0, text)
    earlier = [_between(edge, "それまでの読者の発言", text) for text in kept]
    return [*earlier, _between(edge, "読者の質問", talk.question[:_QUESTION_TOKENS])]


def _between(edge: str, label: str, text: str) -> str:
    return f"<<{edge} {label}>>\n{text}\n<</{edge}>>"
