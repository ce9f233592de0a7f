"""Say plainly that the articles do not answer, what is near, and how to ask better."""

from __future__ import annotations

from collections.abc import Callable

from bot.answer.frame import frame_of
from bot.retrieval.search import Found
from bot.types import Answer, Language, Status

__all__ = ["abstain"]

_NEAR_COSINE = 0.82
"""Below this the nearest article is not near enough to be worth naming."""


def abstain(found: Found, title_of: Callable[[str], str], language: Language = Language.JA) -> Answer:
    """Return an answer that asserts nothing about the problem itself."""
    frame = frame_of(language)
    said = frame.abstaining
    if found.unknown:
        lines = [said.unknown.format(codes=frame.listed(found.unknown)), said.check_code]
    else:
        lines = [said.nothing, said.ask_better]
    near = [hit.article_id for hit in found.hits if hit.signals["dense"] >= _NEAR_COSINE]
    titles = [title_of(article_id) for article_id in dict.fromkeys(near)][:2]
    if titles and not found.unknown:
        lines.append(said.near.format(titles=" / ".join(said.title.format(title=title) for title in titles)))
    return Answer(Status.ABSTAINED, "\n".join(lines))
