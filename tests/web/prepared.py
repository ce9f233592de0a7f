"""A guide whose answers are put in beforehand, and one answer that uses every field of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from bot.answer.guide import Guide
from bot.types import Answer, Article, Citation, Clarification, Contact, Escalation, Mode, Status, Turn

__all__ = ["FULL", "PreparedGuide", "cited"]


@dataclass(repr=False)
class PreparedGuide:
    """Give the queued replies in order, raising those that are exceptions, and remember what was asked."""

    knowledge: Any
    replies: list[Answer | Exception] = field(default_factory=list)
    articles: dict[str, Article] = field(default_factory=dict)
    hits: tuple[Any, ...] = ()
    asked: list[tuple[str, tuple[Turn, ...], str, str]] = field(default_factory=list)
    index: Any = field(default_factory=lambda: SimpleNamespace(size=0))

    def __repr__(self) -> str:
        return "PreparedGuide()"  # all knowledge in a failure's message helps nobody

    def ask(self, question: str, history: Sequence[Turn] = (), state: str = "", page_url: str = "") -> Answer:
        """Return or raise the next reply."""
        self.asked.append((question, tuple(history), state, page_url))
        return self._next()

    stream = Guide.stream

    def search(self, question: str, k: int = 10) -> Any:
        """Raise the next reply if there is one, else return the prepared hits."""
        if self.replies:
            self._next()
        return SimpleNamespace(hits=self.hits[:k])

    def article(self, article_id: str) -> Article | None:
        """Return a prepared article."""
        return self.articles.get(article_id)

    def _next(self) -> Answer:
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


def cited(n: int, quote: str, **fields: Any) -> Citation:
    """Return a citation of a made-up article."""
    values = {
        "article_id": "printer",
        "title": "プリンターが動かないとき",
        "url": "/articles/printer",
        "link": f"/articles/printer#:~:text={n}",
        "heading": ("手順",),
        "updated": "2026-11-01",
        "evidence": "実機検証",
    }
    return Citation(n=n, quote=quote, **(values | fields))


FULL = Answer(
    status=Status.CLARIFY,
    text="""\
ケーブルを差し直すと直る可能性があります。[1][2]

### 手順
1. 電源を切ります。[2]
2. 次を実行します。[3]
```
sc query "Spooler" [1] <x>
```
[3]
3. 差し直します。[4]""",
    citations=(
        cited(1, "差し直すと直る可能性があります。", notices=("2024年1月時点の情報です。",)),
        cited(2, "電源を切ります。", heading=("手順", "電源")),
        cited(3, 'sc query "Spooler" [1] <x>'),
        cited(
            4,
            "差し直します。",
            url="https://blog.example/p",
            link="https://blog.example/p#:~:text=%E5%B7%AE",
            updated="",
        ),
    ),
    question=Clarification("つなぎ方はどちらですか。", ("USB", "無線", "わからない")),
    escalation=Escalation(
        route="maker",
        reason="部品の交換が要るかもしれないためです。",
        urgency="早めに",
        contacts=(
            Contact("メーカーの窓口", "保証書の番号にかけます。", "0120-000-000", "https://maker.example/", "保証書"),
            Contact("購入店", "店で聞きます。"),
        ),
        prepare=("型番", "購入日"),
        summary="困っていること: 印刷できない\n画面のコード: 0x00000bcb",
    ),
    mode=Mode.EXTRACTIVE,
    redacted={"product_key": 1},
    state="c3RhdGU=",
    timings_ms={"embed": 4.5, "search": 3.0, "compose": 1.25, "total": 8.75},
)
