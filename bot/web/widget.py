"""The widget for other people's pages at `/widget.js`, and `/demo`, a page like a blog's with the widget on it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.answer.guide import Guide
from bot.knowledge.escalation import Escalations
from bot.text.secret_kinds import REPLACEMENTS
from bot.types import Article
from bot.web.blocks import blocks_html

__all__ = ["add_widget", "widget_script"]

_HERE = Path(__file__).parent
_MAX_AGE = 300
"""Seconds for which a browser asks no more; a new version is on every page five minutes later."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""What the demo allows is what the widget needs, and so an example for strict sites."""

_COMMENTS = re.compile(r"^ *//.*\n", re.MULTILINE)
_INDENTS = re.compile(r"^ +", re.MULTILINE)
_SHOWN_IN_DEMO = "windows-update-0x80070643"
"""The bundled article that the demo shows; any other where it is not indexed."""


def widget_script(escalations: Escalations) -> str:
    """Return the script as it is sent: with whom to ask, and without the comments and indents of its source."""
    script = (_HERE / "static" / "widget.js").read_text("utf-8")
    for name, value in (("CONTACTS", _contacts(escalations)), ("SECRETS", _secrets())):
        begin, _, rest = script.partition(f"  const {name} = ")
        end = rest.partition(";\n")[2]
        script = f"{begin}const {name} = {json.dumps(value, ensure_ascii=False, separators=(',', ':'))};\n{end}"
    return _INDENTS.sub("", _COMMENTS.sub("", script))


def add_widget(api: FastAPI, guide: Guide) -> None:
    """Add `/widget.js` and `/demo` with its style sheet."""
    script = widget_script(guide.knowledge.escalation).encode()
    packed = gzip.compress(script, 9, mtime=0)
    digest = hashlib.blake2b(script, digest_size=12).hexdigest()
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )

    @api.api_route("/widget.js", methods=["GET", "HEAD"], include_in_schema=False)
    def widget(request: Request) -> Response:
        is_packed = "gzip" in request.headers.get("accept-encoding", "")
        tag = f'"{digest}{"-gzip" if is_packed else ""}"'
        headers = {
            "ETag": tag,
            "Cache-Control": f"public, max-age={_MAX_AGE}",
            "Vary": "Accept-Encoding",
            # A site that isolates itself (COEP) may load this file too.
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
        if tag in known:
            return Response(status_code=304, headers=headers)
        if is_packed:
            headers["Content-Encoding"] = "gzip"
        return Response(packed if is_packed else script, media_type="text/javascript", headers=headers)

    @api.get("/demo", response_class=HTMLResponse, include_in_schema=False)
    def demo() -> Response:
        article = _demo_article(guide)
        page = environment.get_template("demo.html").render(
            article=article,
            body=Markup(blocks_html(article.blocks)) if article else "",  # noqa: S704  # escaped there
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})

    @api.get("/static/demo.css", include_in_schema=False)
    def style() -> Response:
        return FileResponse(_HERE / "static" / "demo.css", media_type="text/css")


def _demo_article(guide: Guide) -> Article | None:
    found = guide.article(_SHOWN_IN_DEMO)
    if found is None:
        documents = getattr(guide.index, "documents", None)
        first = next(iter(documents.article_ids()), None) if documents else None
        found = guide.article(first) if first else None
    return found


def _contacts(escalations: Escalations) -> list[dict[str, object]]:
    """Return the routes with what is needed to reach them when the guide cannot be asked.

    A number keeps all that is said of it, since some are reports or for emergencies only; a page speaks for itself.
    """
    return [
        {
            "name": route.name,
            "urgency": route.urgency.value,
            "contacts": [
                {"name": contact.name}
                | ({"phone": contact.phone, "how": contact.how, "source": contact.source} if contact.phone else {})
                | ({"url": contact.url} if contact.url else {})
                for contact in route.contacts
                if contact.phone or contact.url
            ],
        }
        for route in escalations.routes
        if any(contact.phone or contact.url for contact in route.contacts)
    ]


def _secrets() -> dict[str, str]:
    return {kind.value: words.strip("［］") for kind, words in REPLACEMENTS.items()}
