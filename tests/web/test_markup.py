"""Answers as HTML: structure kept, marks linked, and nothing that runs, whatever the text holds."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from bot.types import Answer, Contact, Status
from bot.web.markup import answer_html, escalation_html, safe_link, sources_html
from tests.web.hostile import PAYLOADS, assert_harmless, shared_payloads, visible_text
from tests.web.prepared import FULL, cited

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=200)
MARKDOWN = st.lists(
    st.sampled_from(
        ["1. ", "- ", "> ", "| a | b |", "|---|---|", "```", "### ", "   - ", "[1]", "\n", "文。", "<b>", "&", "`"]
    )
).map("".join)


def _answer(text: str, *citations: object) -> Answer:
    return Answer(Status.ANSWERED, text, citations)  # type: ignore[arg-type]


def _soup(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def _hostile_everywhere(payload: str) -> str:
    """Return all parts of the conversation with the payload in every field that text can come from."""
    citation = cited(
        1, payload, title=payload, url=payload, link=payload, updated=payload, evidence=payload, notices=(payload,)
    )
    text = f"{payload}[1]\n\n### {payload}\n1. {payload}[1]\n- {payload}\n> {payload}\n```\n{payload}\n```"
    answer = _answer(text, citation)
    assert FULL.escalation is not None
    contact = Contact(payload, payload, payload, payload, payload)
    escalation = replace(
        FULL.escalation, reason=payload, urgency=payload, contacts=(contact,), prepare=(payload,), summary=payload
    )
    return answer_html(answer) + sources_html(answer) + escalation_html(escalation)


# Structure


def test_marks_become_links_to_their_passage() -> None:
    """Each [n] opens its passage in a new tab, named after its article."""
    links = _soup(answer_html(_answer("直ります。[1][2]", cited(1, "a"), cited(2, "b")))).select("sup a.cite")
    assert [(link.text, link["href"], link["aria-label"]) for link in links] == [
        ("1", "/articles/printer#:~:text=1", "出典1"),
        ("2", "/articles/printer#:~:text=2", "出典2"),
    ]
    assert all(link["title"] == "プリンターが動かないとき" and link["target"] == "_blank" for link in links)
    assert all("noopener" in link["rel"] for link in links)


def test_a_mark_without_a_citation_stays_text() -> None:
    """Brackets that an article itself prints are not turned into links."""
    assert "<a" not in answer_html(_answer("図[7]を見ます。[12]"))
    assert visible_text(answer_html(_answer("図[7]を見ます。[12]"))).strip() == "図[7]を見ます。[12]"


def test_marks_inside_commands_are_left_alone() -> None:
    """A command is shown byte for byte, also where it looks like a mark."""
    command = 'echo $a[1] "x"  <y> & [1]'
    page = _soup(answer_html(_answer(f"```\n{command}\n```\n[1]", cited(1, command))))
    assert page.select_one("pre code").text == command + "\n"
    assert len(page.select("sup a")) == 1


def test_a_whole_answer_keeps_its_structure() -> None:
    """Steps go on with their printed numbers after a command; text after a list or table stands for itself."""
    page = _soup(answer_html(FULL))
    assert [h.text for h in page.select("h3")] == ["手順"]
    assert [(ol.get("start"), len(ol.select("li"))) for ol in page.select("ol")] == [(None, 2), ("3", 1)]
    assert len(page.select("pre")) == 1
    assert len(page.select("sup a")) == 6


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "> 注意: 切らないでください。\n2. 次に押します。",
            ["blockquote:注意: 切らないでください。", "ol:次に押します。"],
        ),
        ("文です。\n3. 押します。", ["p:文です。", "ol:押します。"]),
        ("- 一つ\n文です。", ["ul:一つ", "p:文です。"]),
        ("| a | b |\n|---|---|\n| c | d |\n文です。", ["table:abcd", "p:文です。"]),
        ("> 注意\n文です。", ["blockquote:注意", "p:文です。"]),
        ("文です。\n### 題\n文です。", ["p:文です。", "h3:題", "p:文です。"]),
        ("```\na\n\n- b\n> c\n```\n- d", ["pre:a\n\n- b\n> c", "ul:d"]),
        ("1. 上\n   - 下\n2. 次", ["ol:上下次"]),
        ("一行\n二行", ["p:一行二行"]),
        ("```\n閉じていない\n1. a", ["pre:閉じていない\n1. a"]),
    ],
)
def test_one_kind_of_block_never_swallows_the_next(text: str, expected: list[str]) -> None:
    """What an answer puts on a line of its own is its own element."""
    page = _soup(answer_html(_answer(text)))
    found = []
    for child in page.find_all(recursive=False):
        words = child.text.strip() if child.name == "pre" else re.sub(r"\n", "", child.text)
        found.append(f"{child.name}:{words}")
    assert found == expected


def test_sources_are_one_card_an_article() -> None:
    """Passages of one article share a card with its date, evidence and notices, each notice once."""
    notice = "2024年1月時点の情報です。"
    answer = _answer(
        "",
        cited(1, "一", notices=(notice,)),
        cited(2, "二", article_id="other", title="別の記事", updated="", notices=()),
        cited(3, "三", notices=(notice,)),
    )
    page = _soup(sources_html(answer))
    cards = page.select("details.source")
    assert [card.select_one("b").text for card in cards] == ["プリンターが動かないとき", "別の記事"]
    assert [card.select_one(".meta").text for card in cards] == ["2026-11-01・実機検証", "日付なし・実機検証"]
    assert [[q.text for q in card.select("q")] for card in cards] == [["一", "三"], ["二"]]
    assert [len(card.select(".notice")) for card in cards] == [1, 0]
    first, second, third = (citation.link for citation in answer.citations)
    assert [link["href"] for link in page.select("a.passage")] == [first, third, second]


def test_escalation_says_whom_why_now_and_what_to_bring() -> None:
    """A number comes with its source; a contact without one has neither."""
    assert FULL.escalation is not None
    page = _soup(escalation_html(FULL.escalation))
    first, second = page.select("section > ul > li")
    assert "0120-000-000" in first.text
    assert "番号の出典: 保証書" in first.text
    assert [link["href"] for link in first.select("a")] == ["tel:0120-000-000", "https://maker.example/"]
    assert "番号の出典" not in second.text
    assert second.a is None
    assert "早めに" in page.h3.text
    assert page.pre.text == FULL.escalation.summary
    assert [item.text for item in page.select("details li")] == ["型番", "購入日"]


@pytest.mark.parametrize(
    ("number", "called"),
    [("#9110", "tel:%239110"), ("110", "tel:110"), ("03-5978-7509", "tel:03-5978-7509"), ("javascript:1", None)],
)
def test_a_tap_on_a_number_calls_it(number: str, called: str | None) -> None:
    """On the phone beside the dead PC nobody copies a number; what is none is no link."""
    assert FULL.escalation is not None
    contact = replace(FULL.escalation.contacts[0], phone=number)
    phone = _soup(escalation_html(replace(FULL.escalation, contacts=(contact,)))).select_one(".phone")
    assert phone is not None
    assert (phone.text, phone.get("href")) == (number, called)


# Safety


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_is_shown_not_run(payload: str) -> None:
    """Scripts, handlers and links that run are text like any other, in every field."""
    page = _hostile_everywhere(payload)
    assert_harmless(page)
    # What runs is what a parser sees as markup: the text itself must still be readable.
    letters = re.sub(r"\W", "", payload)[:8]
    assert letters in re.sub(r"\W", "", visible_text(page))


@pytest.mark.shared
def test_known_payloads_are_shown_not_run(shared: Path) -> None:
    """The lists that others have collected come through as text too."""
    for payload in shared_payloads(shared / "data" / "badinput"):
        assert_harmless(_hostile_everywhere(payload))


@given(text=TEXT | MARKDOWN)
def test_any_text_is_harmless_in_every_field(text: str) -> None:
    """No text gets a tag, an attribute or a link of its own into the page."""
    assert_harmless(_hostile_everywhere(text))


@given(words=st.lists(st.text("あいu<&>\"'`*_~[]()!\\$", min_size=1, max_size=20), min_size=1, max_size=5))
def test_every_character_of_a_sentence_is_shown(words: list[str]) -> None:
    """Emphasis, links, entities and escapes of Markdown mean nothing in an article's words."""
    text = "文" + "。文".join(words)
    assert visible_text(answer_html(_answer(text))).strip() == text


@given(
    code=st.lists(st.text("ab<&>\"'[1] -|#\t", max_size=20).filter(lambda line: line.strip()), min_size=1, max_size=5)
)
def test_commands_are_byte_exact(code: list[str]) -> None:
    """What stands in a block of code is what a reader copies."""
    command = "\n".join(code)
    page = _soup(answer_html(_answer(f"文。\n```\n{command}\n```\n文。", cited(1, "x"))))
    assert page.select_one("pre code").text == command + "\n"


@pytest.mark.parametrize(
    ("link", "safe"),
    [
        ("https://a.example/x#:~:text=%E3%81%82", True),
        ("HTTP://a.example", True),
        ("/articles/x", True),
        ("https://ブログ.example/記事", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("/\t/evil.example", False),
        ("/\n/evil.example", False),
        ("https://a.example/\nx", False),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("ftp://a.example", False),
        ("articles/x", False),
        ("", False),
    ],
)
def test_only_web_addresses_and_own_paths_are_links(link: str, safe: bool) -> None:
    """Everything else leads nowhere."""
    assert safe_link(link) == (link if safe else "#")


@given(TEXT)
def test_links_never_leave_http(link: str) -> None:
    """Whatever a source claims as its address."""
    assert re.match(r"https?://|/(?![/\\])|#$", safe_link(link), re.IGNORECASE)
