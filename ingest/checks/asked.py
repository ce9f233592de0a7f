"""Check the questions of articles: the article exists, nothing is asked twice, and what answers stands in it once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.knowledge.asked import AskedFile
from bot.knowledge.yaml_file import line_at
from ingest.checks.article_file import ArticleFile
from ingest.checks.problem import Problem

__all__ = ["check_asked"]


def check_asked(path: Path, file: AskedFile, articles: Mapping[str, ArticleFile]) -> Iterator[Problem]:
    """Yield every mistake of one file of questions."""
    article = articles.get(file.article)
    if article is None:
        message = f"there is no article {file.article}"
        yield Problem(str(path), line_at(path, ("article",)), message, "name an article's id or remove the file")
        return
    texts = [unit.text for unit in article.units()]
    seen: set[str] = set()
    for number, question in enumerate(file.questions):
        if question.ask in seen:
            message = f"{question.ask} is asked twice"
            yield Problem(str(path), line_at(path, ("questions", number)), message, "remove one of them")
        seen.add(question.ask)
        for index, piece in enumerate(question.see):
            if not any(piece in text for text in texts):
                line = line_at(path, ("questions", number, "see", index))
                message = f"{piece} does not stand in {file.article}"
                yield Problem(str(path), line, message, "copy a piece of the statement that answers")
