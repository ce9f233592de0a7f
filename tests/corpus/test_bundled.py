"""The bundled corpus is sound and covers what it promises."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

from bot.knowledge import Knowledge
from bot.types import Article, Block, BlockKind
from ingest.check_corpus import check_corpus
from ingest.checks.articles import read_articles
from ingest.sources import read


def test_bundled_corpus_has_no_problem(corpus: Path) -> None:
    """Every article, knowledge file and test question passes every check as of today."""
    assert [str(problem) for problem in check_corpus(corpus)] == []


def test_bundled_articles_cover_the_topics(corpus: Path) -> None:
    """There are at least 48 articles, in the numbers each topic needs."""
    articles, _ = read_articles(corpus / "articles")
    assert len(articles) >= 48
    first = Counter(article.front.topics[0] for article in articles)
    wanted = {
        "ライセンス認証": 12,
        "更新プログラム": 7,
        "Windows 11へのアップグレード": 4,
        "サポート期限": 1,
        "BitLocker回復キー": 4,
        "プロファイルとサインイン": 5,
        "起動しない": 5,
        "ディスクとデータ": 4,
        "周辺機器とネットワーク": 4,
        "安全とバックアップ": 3,
    }
    assert {topic: count for topic, count in wanted.items() if first[topic] < count} == {}


def test_topics_of_routes_and_flows_are_those_of_articles(corpus: Path, knowledge: Knowledge) -> None:
    """A topic that no article has would never be met."""
    articles, _ = read_articles(corpus / "articles")
    topics = {topic for article in articles for topic in article.front.topics}
    assert {topic for route in knowledge.escalation.routes for topic in route.topics} <= topics
    assert {flow.topic for flow in knowledge.flows} <= topics


def test_articles_agree_with_the_lifecycle_table(corpus: Path, tmp_path: Path) -> None:
    """Moving one support date in the table makes every article wrong that states the old one."""
    shutil.copytree(corpus, tmp_path / "corpus")
    path = tmp_path / "corpus" / "knowledge" / "lifecycle.csv"
    path.write_text(path.read_text("utf-8").replace("2027-10-12", "2027-11-09"), "utf-8")
    problems = check_corpus(tmp_path / "corpus")
    assert len(problems) >= 5
    assert all("25H2 is said to end on 2027-10-12" in problem.message for problem in problems)


def test_every_passage_of_a_flow_is_found_as_it_will_be_indexed(corpus: Path, knowledge: Knowledge) -> None:
    """What a flow quotes stands in exactly one block of the article as the reader of articles sees it."""
    articles = {article.id: article for article in read(str(corpus / "articles")) if isinstance(article, Article)}
    for flow in knowledge.flows:
        for _, passage in flow.passages():
            found = 0
            heading: list[Block] = []
            for block in articles[passage.article].blocks:
                if block.kind is BlockKind.HEADING:
                    heading = [*(above for above in heading if above.level < block.level), block]
                    continue
                under = (
                    any(above.text.startswith(passage.heading) for above in heading) if passage.heading else not heading
                )
                rows = block.text.split("\n") if block.kind is BlockKind.TABLE else [block.text]
                found += under and sum(passage.contains in row for row in rows)
            assert found == 1, (flow.id, passage)


def test_bundled_questions_are_many_and_a_third_is_held_out(corpus: Path) -> None:
    """There are at least 320 questions of all kinds, about a third of them in the holdout file or marked so."""
    held = total = 0
    for path in (corpus / "evals" / "questions.jsonl", corpus / "evals" / "holdout.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            total += 1
            held += path.stem == "holdout" or bool(json.loads(line).get("holdout"))
    assert total >= 320
    assert 0.25 <= held / total <= 0.45
