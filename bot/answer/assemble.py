"""Put a guide together from the settings: the one place that knows its parts."""

from __future__ import annotations

from bot.answer.fluent import FluentGuide
from bot.answer.guide import Guide
from bot.answer.live import LiveGuide
from bot.backends.chat_model import ChatModel, open_chat_model
from bot.backends.embedder import Embedder, model_cache, open_embedder
from bot.backends.reranker import Reranker, open_reranker
from bot.index import open_index
from bot.index.adaptation import adapted
from bot.index.generations import current
from bot.index.manifest import read_manifest
from bot.knowledge import load_knowledge
from bot.settings import Settings

__all__ = ["open_guide", "open_live_guide"]


def open_guide(settings: Settings) -> Guide:
    """Open model, knowledge and index. Raises `GuideError`s that name the remedy.

    With a chat model in the settings it phrases the answers.
    """
    return _opened(settings, open_chat_model(settings))


def open_live_guide(settings: Settings) -> LiveGuide:
    """Do as `open_guide`, and follow the index from then on: new generations are answered from without a restart."""
    chat = open_chat_model(settings)

    def reopen(guide: Guide) -> Guide:
        embedder = guide.embedder
        if read_manifest(current(settings.index)).model != embedder.name:
            embedder = adapted(open_embedder(settings), settings)  # it was tuned, or is no longer
        return _over(settings, embedder, guide.reranker, chat)

    return LiveGuide(_opened(settings, chat), settings.index, reopen)


def _opened(settings: Settings, chat: ChatModel | None) -> Guide:
    current(settings.index)  # a missing index is said at once, before a model is built
    embedder = adapted(open_embedder(settings), settings)
    return _over(settings, embedder, open_reranker(settings), chat)


def _over(settings: Settings, embedder: Embedder, reranker: Reranker | None, chat: ChatModel | None) -> Guide:
    guide = Guide(
        open_index(settings.index, embedder.name, embedder.dimension),
        embedder,
        load_knowledge(settings.corpus),
        question_limit=settings.question_limit,
        reranker=reranker,
        kept=model_cache(settings),
    )
    if chat is None:
        return guide
    return FluentGuide(guide, chat, seconds=settings.chat_seconds, understands=settings.chat_understands)
