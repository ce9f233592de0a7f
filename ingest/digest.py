"""The digest of an article's content, by which a build tells what changed."""

from __future__ import annotations

from hashlib import blake2b

from pydantic import TypeAdapter

from bot.types import Article

__all__ = ["content_digest"]

_ARTICLE = TypeAdapter(Article)


def content_digest(article: Article) -> str:
    """Return 32 hexadecimal digits that are the same for equal articles, and for no others."""
    return blake2b(_ARTICLE.dump_json(article), digest_size=16).hexdigest()
