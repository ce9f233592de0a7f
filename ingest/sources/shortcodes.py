"""Take WordPress shortcodes out of a post's source: the tags go, what an opening and a closing one enclose stays.

Nothing lists the shortcodes of all plugins, and `[Enter]` or `[OK]` in an article on Windows is text. A bracket is
taken for a shortcode if its name is a known one, if it has attributes, closes itself, or is closed further on; code
samples are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from html import escape

__all__ = ["strip_shortcodes"]

# fmt: off
_KNOWN = frozenset({
    "audio", "caption", "embed", "gallery", "playlist", "video", "wp_caption",  # core
    "archives", "contact-form-7", "ez-toc", "jetpack_subscription_form", "lwptoc", "mailpoet_form", "mc4wp_form",
    "rank_math_breadcrumb", "rank_math_toc", "related_posts", "sitemap", "toc", "wpforms", "wpseo_breadcrumb", "yarpp",
    "ad", "adsense", "quads", "sc", "new_list", "navi_list", "popular_list", "author_box", "btn", "blog_parts",
})
# fmt: on
"""Those that stand alone without attributes: WordPress's own, of plugins and themes that Japanese blogs use."""
_NO_TEXT = frozenset({"audio", "embed", "gallery", "playlist", "video"})
"""What they enclose is an address."""
_CODE = frozenset({"code", "sourcecode", "highlight", "crayon", "cce", "prism", "php", "html", "css", "js", "bash"})
"""Enclose code as it is, `<` and all."""
_SHORTCODE = re.compile(
    r"\[(?P<escaped>\[?)(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9_-]{0,60})"
    r"(?P<rest>(?:[^\[\]\"'<>\\]|\"[^\"\n]{0,1000}\"|'[^'\n]{0,1000}')*+)\](?P<end>\]?)"
)
_ATTRIBUTE = re.compile(r"\s[\w-]+\s*=")
_CAPTION = re.compile(r"""\bcaption\s*=\s*(?:"([^"]*)"|'([^']*)')""")
"""How a caption was given before it was enclosed."""
_VERBATIM = re.compile(r"<(?P<close>/?)(?P<name>pre|code|kbd|samp|script|style|textarea)\b[^<>]*>", re.IGNORECASE)


def strip_shortcodes(source: str) -> str:
    """Return the HTML `source` of a post without its shortcodes."""
    if "[" not in source:
        return source
    parts = []
    for text, verbatim in _split(_mark_code(source)):
        parts.append(text if verbatim else _strip(text))
    return "".join(parts)


def _mark_code(source: str) -> str:
    """Turn shortcodes that enclose code into `<pre>` elements, so that nothing else looks into them."""
    parts: list[str] = []
    place, unclosed = 0, set[str]()
    for match in _SHORTCODE.finditer(source):
        name = match["name"]
        if match.start() < place or name.lower() not in _CODE or match["close"] or match["escaped"] or name in unclosed:
            continue
        closing = source.find(f"[/{name}]", match.end())
        if closing < 0:
            unclosed.add(name)
            continue
        code = source[match.end() : closing]
        marked = code if "<pre" in code else f"<pre>{code if '&lt;' in code else escape(code, quote=False)}</pre>"
        parts += [source[place : match.start()], marked]
        place = closing + len(name) + 3
    return "".join((*parts, source[place:]))


def _split(source: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of `source` in order, each with whether it is code or the like."""
    start, inside = 0, ""
    for match in _VERBATIM.finditer(source):
        name = match["name"].lower()
        if not inside and not match["close"]:
            yield source[start : match.start()], False
            start, inside = match.start(), name
        elif inside == name and match["close"]:
            yield source[start : match.end()], True
            start, inside = match.end(), ""
    yield source[start:], False  # an element that is never closed holds no code that must be kept


def _strip(text: str) -> str:
    closed = {match["name"]: match.start() for match in _SHORTCODE.finditer(text) if match["close"]}
    parts: list[str] = []
    place, hidden = 0, ""
    for match in _SHORTCODE.finditer(text):
        name = match["name"]
        if match["escaped"] and match["end"]:  # [[gallery]] shows [gallery]
            kept = match[0][1:-1]
        elif _is_shortcode(match, closed):
            caption = _CAPTION.search(match["rest"]) if name.endswith("caption") else None
            kept = match["escaped"] + (f" {caption[1] or caption[2]} " if caption else "") + match["end"]
        else:
            continue
        if not hidden:
            parts += [text[place : match.start()], kept]
        place = match.end()
        if hidden and match["close"] and name == hidden:
            hidden = ""
        elif not hidden and not match["close"] and name in _NO_TEXT and closed.get(name, 0) > place:
            hidden = name
    return "".join((*parts, text[place:]))


def _is_shortcode(match: re.Match[str], closed: Container[str]) -> bool:
    name, rest = match["name"], match["rest"]
    if rest and not rest[0].isspace() and rest != "/":
        return False
    if name in closed or name.lower() in _KNOWN:
        return not rest.strip() or rest.strip() == "/" or bool(_ATTRIBUTE.search(rest)) or name.lower() in _KNOWN
    return rest.endswith("/") or bool(_ATTRIBUTE.search(rest))
