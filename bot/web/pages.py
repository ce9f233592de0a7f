"""Article pages at `/articles/{id}`, so that every citation opens a real page, and the shared style sheet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.exceptions import HTTPException

from bot.answer.guide import Guide
from bot.answer.notices import source_notices
from bot.types import Article, BlockKind
from bot.web.blocks import anchor, blocks_html
from bot.web.markup import safe_link

__all__ = ["add_pages", "article_page"]

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_CONTENTS_LEVEL = 2
"""Deepest heading in the table of contents: the main sections."""

_FEW_HEADINGS = 2
"""Up to this many sections are found without a table of contents."""


def add_pages(api: FastAPI, guide: Guide) -> None:
    """Add `/articles/{id}` with its style sheet, script and icon."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )

    @api.get("/articles/{article_id:path}", response_class=HTMLResponse, include_in_schema=False)
    def article(article_id: str) -> Response:
        found = guide.article(article_id)
        if found is None:
            raise HTTPException(404)
        page = article_page(environment, found, source_notices(found, guide.knowledge.lifecycle, date.today()))
        return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})

    @api.get("/static/guide.css", include_in_schema=False)
    def style() -> Response:
        return FileResponse(_HERE / "static" / "guide.css", media_type="text/css")

    @api.get("/static/article.js", include_in_schema=False)
    def script() -> Response:
        return FileResponse(_HERE / "static" / "article.js", media_type="text/javascript")

    @api.get("/static/icon.svg", include_in_schema=False)
    def icon() -> Response:
        return FileResponse(_HERE / "static" / "icon.svg", media_type="image/svg+xml")


def article_page(environment: Environment, article: Article, warnings: tuple[str, ...]) -> str:
    """Return the HTML page of an article: dates, evidence, contents, text, sources."""
    contents = [
        (anchor(position), block.text)
        for position, block in enumerate(article.blocks)
        if block.kind is BlockKind.HEADING and block.level <= _CONTENTS_LEVEL
    ]
    return environment.get_template("article.html").render(
        article=article,
        contents=contents if len(contents) > _FEW_HEADINGS else (),
        body=Markup(blocks_html(article.blocks)),  # noqa: S704  # escaped there
        sources=[(source.title, safe_link(source.url) if source.url else "") for source in article.sources],
        notices=warnings,
    )
