"""Composition root: everything is wired here, and only here. Run it with `python app.py` or `guide serve`."""

from __future__ import annotations

import logging

from fastapi import FastAPI

from bot.answer.assemble import open_live_guide
from bot.answer.record import Nobody, Recorder
from bot.desk.store import EventStore, forget
from bot.settings import Settings
from bot.web.api import create_api
from bot.web.logs import set_up_log
from bot.web.pages import add_pages
from bot.web.server import listen, run
from bot.web.ui import mount_chat_page
from bot.web.widget import add_widget

__all__ = ["create_app", "open_recorder", "serve"]

_THIS_MACHINE = {"127.0.0.1", "0.0.0.0", "::1", "::"}  # noqa: S104  # only compared with


def create_app(settings: Settings) -> FastAPI:
    """Return the whole application over the configured index."""
    guide = open_live_guide(settings)
    guide.follow()
    api = create_api(guide, settings, open_recorder(settings))
    add_pages(api, guide)
    add_widget(api, guide)
    return mount_chat_page(api, guide)


def open_recorder(settings: Settings) -> Recorder:
    """Return who remembers questions; where nothing is to be kept, what was kept before is forgotten now."""
    if settings.keep_days:
        return EventStore(settings.events, settings.keep_days)
    forget(settings.events)
    return Nobody()


def serve(settings: Settings) -> None:
    """Serve until interrupted. Raises `PortError` before anything slow is loaded."""
    set_up_log(settings.log_level, settings.log_format)
    with listen(settings.host, settings.port) as listener:
        application = create_app(settings)
        name = "localhost" if settings.host in _THIS_MACHINE else settings.host
        logging.getLogger("app").info("answering at http://%s:%d", name, settings.port)
        try:
            run(application, listener)
        finally:
            application.state.house.recorder.close()


if __name__ == "__main__":
    import sys

    from bot.cli import main

    sys.argv[1:1] = ["serve"]
    main()
