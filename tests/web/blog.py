"""Somebody's blog on another port, with the widget's line on its pages, and a guide that lets it in."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from bot.settings import Settings
from bot.web.api import create_api
from bot.web.pages import add_pages
from bot.web.widget import add_widget

__all__ = ["BLOG", "axe_faults", "blog", "guide_api", "line"]

BLOG = (
    '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>ブログの記事</title>{head}</head>'
    "<body>{body}</body></html>"
)
BODY = (
    "<main><article><h1>更新が終わらないとき</h1><p>本文です。</p>"
    '<p><a href="#guide-open">ガイドに聞く</a></p></article></main>'
)


def line(guide: str, options: str = "") -> str:
    """Return the one line that an owner pastes."""
    return f'<script src="{guide}/widget.js" defer {options}></script>'


def blog() -> FastAPI:
    """Return a blog whose pages are put into `state.pages` as path → (head, body, headers)."""
    app = FastAPI()
    app.state.pages = {}

    @app.get("/{path:path}")
    def page(path: str, request: Request) -> Response:
        if path == "favicon.ico":
            return Response(status_code=204)
        head, body, headers = request.app.state.pages.get(path, ("", "", {}))
        return HTMLResponse(BLOG.format(head=head, body=body or BODY), headers=headers)

    return app


def guide_api(guide: Any, origin: str) -> FastAPI:
    """Return API, article pages and widget over a guide, which the pages of `origin` may use."""
    api = create_api(guide, Settings(allowed_origins=origin, limit_minute=0, limit_day=0))
    add_pages(api, guide)
    add_widget(api, guide)
    if not any(getattr(route, "path", "") == "/api/feedback" for route in api.routes):
        api.post("/api/feedback")(_stored)
    return api


async def _stored() -> dict[str, bool]:
    return {"stored": True}


def axe_faults(page: Any, context: Any = None) -> list[str]:
    """Return what axe-core finds on the page, one line a place."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary'][:200]}" for rule in found for node in rule["nodes"]
    ]
