"""Say plainly that the articles do not answer, what is near, and how to ask better."""

from __future__ import annotations

from collections.abc import Callable

from bot.retrieval.search import Found
from bot.types import Answer, Status

__all__ = ["abstain"]

_NEAR_COSINE = 0.82
"""Below this the nearest article is not near enough to be worth naming."""


def abstain(found: Found, title_of: Callable[[str], str]) -> Answer:
    """Return an answer that asserts nothing about the problem itself."""
    if found.unknown:
        codes = "、".join(found.unknown)
        lines = [
            f"{codes} について書かれた記事は見つかりませんでした。別のコードの説明で代えることはしません。",
            "コードの文字が画面の表示と同じかを確かめ、表示された文章もあわせて入力してみてください。",
        ]
    else:
        lines = [
            "この質問に答えられる記事は見つかりませんでした。推測ではお答えしません。",
            "画面に出ている文章やコード、直前にしたこと（更新、部品の交換など）を加えると、見つかることがあります。",
        ]
    near = [hit.article_id for hit in found.hits if hit.signals["dense"] >= _NEAR_COSINE]
    titles = [title_of(article_id) for article_id in dict.fromkeys(near)][:2]
    if titles and not found.unknown:
        lines.append("近い内容の記事（答えとは限りません）: " + " / ".join(f"「{title}」" for title in titles))
    return Answer(Status.ABSTAINED, "\n".join(lines))
