"""Article pages at `/articles/{id}`, so that every citation opens a real page, and the shared style sheet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.exceptions import HTTPException

from bot.answer.cite import notices
from bot.answer.guide import Guide
from bot.types import Article, Block, BlockKind
from bot.web.markup import block_html

__all__ = ["add_pages", "article_page"]

_HERE = Path(__file__).parent
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


def add_pages(api: FastAPI, guide: Guide) -> None:
    """Add `/articles/{id}` and `/static/guide.css`."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )

    @api.get("/articles/{article_id:path}", response_class=HTMLResponse, include_in_schema=False)
    def article(article_id: str) -> Response:
        found = guide.article(article_id)
        if found is None:
            raise HTTPException(404)
        page = article_page(environment, found, notices(found, guide.knowledge.lifecycle, date.today()))
        return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})

    @api.get("/static/guide.css", include_in_schema=False)
    def style() -> Response:
        return FileResponse(_HERE / "static" / "guide.css", media_type="text/css")


def article_page(environment: Environment, article: Article, warnings: tuple[str, ...]) -> str:
    """Return the HTML page of an article: dates, evidence, contents, text, sources."""
    headings = [
        (f"s{number}", block.text)
        for number, block in enumerate(article.blocks)
        if block.kind is BlockKind.HEADING and block.level <= 2  # noqa: PLR2004  # contents show the main sections
    ]
    return environment.get_template("article.html").render(
        article=article,
        headings=headings,
        body=Markup(_body(article.blocks)),
        notices=warnings,  # noqa: S704  # escaped there
    )


def _body(blocks: tuple[Block, ...]) -> str:
    """Return the blocks as HTML, runs of list items inside one list, cautions as notes."""
    parts: list[str] = []
    open_list = ""
    for number, block in enumerate(blocks):
        wanted = {BlockKind.STEP: "ol", BlockKind.BULLET: "ul"}.get(block.kind, "")
        if open_list and open_list != wanted:
            parts.append(f"</{open_list}>")
            open_list = ""
        if wanted and not open_list:
            parts.append(f'<ol start="{block.number or 1}">' if wanted == "ol" else "<ul>")
            open_list = wanted
        inner = block_html(block)
        if wanted:
            indent = f' class="level{min(block.level, 3)}"' if block.level else ""
            parts.append(f"<li{indent}>{inner.removeprefix('<p>').removesuffix('</p>')}</li>")
        elif block.kind is BlockKind.CAUTION:
            parts.append(f'<div class="caution" role="note">{inner}</div>')
        elif block.kind is BlockKind.HEADING:
            parts.append(inner.replace(">", f' id="s{number}">', 1))
        else:
            parts.append(inner)
    if open_list:
        parts.append(f"</{open_list}>")
    return "\n".join(parts)
