"""Composition root: everything is wired here, and only here. Run it with `python app.py` or `guide serve`."""

from __future__ import annotations

import logging

import uvicorn
from fastapi import FastAPI

from bot.answer.guide import Guide
from bot.backends.embedder import open_embedder
from bot.index import open_index
from bot.knowledge import load_knowledge
from bot.settings import Settings
from bot.web.api import create_api
from bot.web.pages import add_pages
from bot.web.ui import mount_chat_page

__all__ = ["create_app", "serve"]


def create_app(settings: Settings) -> FastAPI:
    """Return the whole application over the configured index."""
    embedder = open_embedder(settings)
    index = open_index(settings.index, embedder.name, embedder.dimension)
    guide = Guide(index, embedder, load_knowledge(settings.corpus), question_limit=settings.question_limit)
    api = create_api(guide)
    add_pages(api, guide)
    return mount_chat_page(api, guide)


def serve(settings: Settings) -> None:
    """Serve until interrupted."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    application = create_app(settings)
    address = f"http://{'localhost' if settings.host in {'127.0.0.1', '0.0.0.0'} else settings.host}:{settings.port}"  # noqa: S104
    logging.getLogger(__name__).info("answering at %s", address)
    uvicorn.run(
        application, host=settings.host, port=settings.port, log_level=settings.log_level,
        access_log=False, timeout_graceful_shutdown=10
    )


if __name__ == "__main__":
    import sys

    from bot.cli import main

    sys.argv[1:1] = ["serve"]
    main()
