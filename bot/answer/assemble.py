"""Put a guide together from the settings: the one place that knows its parts."""

from __future__ import annotations

from bot.answer.fluent import FluentGuide
from bot.answer.guide import Guide
from bot.backends.chat_model import open_chat_model
from bot.backends.embedder import open_embedder
from bot.backends.reranker import open_reranker
from bot.index import open_index
from bot.index.adaptation import adapted
from bot.index.generations import current
from bot.knowledge import load_knowledge
from bot.settings import Settings

__all__ = ["open_guide"]


def open_guide(settings: Settings) -> Guide:
    """Open model, knowledge and index. Raises `GuideError`s that name the remedy.

    With a chat model in the settings it phrases the answers.
    """
    current(settings.index)  # a missing index is said at once, before a model is built
    chat = open_chat_model(settings)
    embedder = adapted(open_embedder(settings), settings)
    guide = Guide(
        open_index(settings.index, embedder.name, embedder.dimension),
        embedder,
        load_knowledge(settings.corpus),
        question_limit=settings.question_limit,
        reranker=open_reranker(settings),
    )
    if chat is None:
        return guide
    return FluentGuide(guide, chat, seconds=settings.chat_seconds, understands=settings.chat_understands)
