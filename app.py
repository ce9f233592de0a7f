"""Composition root: everything is wired here, and only here. Run it with `python app.py` or `guide serve`."""

from __future__ import annotations

import logging

from fastapi import FastAPI

from bot.answer.assemble import open_guide
from bot.settings import Settings
from bot.web.api import create_api
from bot.web.pages import add_pages
from bot.web.server import listen, run, set_up_log
from bot.web.ui import mount_chat_page
from bot.web.widget import add_widget

__all__ = ["create_app", "serve"]

_THIS_MACHINE = {"127.0.0.1", "0.0.0.0", "::1", "::"}  # noqa: S104  # only compared with


def create_app(settings: Settings) -> FastAPI:
    """Return the whole application over the configured index."""
    guide = open_guide(settings)
    api = create_api(guide)
    add_pages(api, guide)
    add_widget(api, guide)
    return mount_chat_page(api, guide)


def serve(settings: Settings) -> None:
    """Serve until interrupted. Raises `PortError` before anything slow is loaded."""
    set_up_log(settings.log_level)
    with listen(settings.host, settings.port) as listener:
        application = create_app(settings)
        name = "localhost" if settings.host in _THIS_MACHINE else settings.host
        logging.getLogger("app").info("answering at http://%s:%d", name, settings.port)
        run(application, listener)


if __name__ == "__main__":
    import sys

    from bot.cli import main

    sys.argv[1:1] = ["serve"]
    main()
