"""Let a chat model put a follow-up or a long story into one question to search with; the words are checked."""

from __future__ import annotations

import logging
from contextlib import closing

from bot.answer.prompt import load_prompt, question_messages
from bot.answer.talk import Talk
from bot.backends.chat_model import Allowance, ChatModel
from bot.errors import ChatError
from bot.text.identifiers import find_identifiers
from bot.text.tokens import tokenize

__all__ = ["reword", "wants_rewording"]

_log = logging.getLogger(__name__)

_STORY = 120
"""Characters from which a question is a story; the bundled questions of other kinds are nearly all shorter."""

_LONGEST = 160
"""Characters of one question; the prompt asks for 80."""

_OWN_WORDS = 0.5
"""Share of the words that must be the reader's: a rewording that is not about what they said finds something else."""


def wants_rewording(talk: Talk) -> bool:
    """Tell whether a question is a follow-up or a story: others are searched as they are."""
    return talk.leans or len(talk.question) >= _STORY


def reword(talk: Talk, model: ChatModel, allowance: Allowance) -> str | None:
    """Return the question in its conversation in other words, None where the model fails or adds what nobody said.

    It takes one of the allowance's calls.
    """
    said = ""
    try:
        with closing(model.stream(question_messages(talk), allowance)) as reply:
            for piece in reply:
                said += piece
                if len(said) > _LONGEST:
                    break
    except ChatError as error:
        _log.info("%s could not reword: %s", model.name, error.failure)
        return None
    question = said.strip().strip("「」\"'")
    kept = _is_theirs(question, talk)
    _log.info("%s with %s: %s", model.name, load_prompt("question").label, "reworded" if kept else "not used")
    return question if kept else None


def _is_theirs(question: str, talk: Talk) -> bool:
    """Tell whether a rewording is one line, keeps each code of the question, and adds no code and few words."""
    if not question or len(question) > _LONGEST or "\n" in question:
        return False
    codes = _codes(question)
    if not _codes(talk.question) <= codes <= _codes("\n".join((*talk.asked, talk.question))):
        return False
    words = set(tokenize(question))
    theirs = set(tokenize("\n".join((*talk.asked, talk.question))))
    return bool(words) and len(words & theirs) >= _OWN_WORDS * len(words)


def _codes(text: str) -> set[str]:
    return {found.canonical for found in find_identifiers(text)}
