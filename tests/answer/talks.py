"""Hold a whole conversation with a guide."""

from __future__ import annotations

from bot.answer.guide import Guide
from bot.types import Answer, Turn


def converse(guide: Guide, *messages: str) -> list[Answer]:
    """Return the answers to messages, each asked with all before it and the state of the last answer."""
    history: list[Turn] = []
    answers: list[Answer] = []
    state = ""
    for message in messages:
        answers.append(guide.ask(message, history, state))
        history += [Turn("user", message), Turn("assistant", answers[-1].text)]
        state = answers[-1].state
    return answers
