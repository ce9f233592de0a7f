"""The chat page: a Gradio application whose conversation and sources are our own, safe HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from bot.answer.guide import Guide
from bot.errors import GuideError
from bot.types import Answer, Turn
from bot.web.markup import answer_html, escalation_html, sources_html

__all__ = ["mount_chat_page"]

_STATIC = Path(__file__).parent / "static"
_QUEUE_LIMIT = 64
"""Questions that may wait; beyond that a reader is told at once instead of waiting for minutes."""

_CONCURRENCY = 2
_KEPT_TURNS = 10
_MAX_CHOICES = 6
_EXAMPLES = (
    ("ライセンス認証", "24H2にしたら認証が外れた"),
    ("更新プログラム", "更新で 0x80070643 が出て進まない"),
    ("回復キー", "起動したら青い画面で回復キーを求められた"),
    ("起動しない", "電源は入るけどWindowsが立ち上がらない"),
)
_WELCOME = (
    '<div class="welcome"><h2>何が起きましたか</h2>'
    "<p>画面に出ている文章やコード、直前にしたことを、そのまま書いてください。"
    "記事にあることだけを、出典と日付を付けてお答えします。</p></div>"
)
_NO_SOURCES = '<p class="empty">答えの根拠になった記事の文が、ここに出ます。</p>'
_FOOTER = (
    "<p>このページは、ブログの記事をもとに自動で答えます。Microsoftの公式の窓口ではありません。"
    "プロダクト キーや回復キーは送らないでください。書かれていた場合は、伏せ字にしてから扱います。</p>"
)
_PART = re.compile(r"(?=\n\n)")


@dataclass(frozen=True, slots=True)
class _Said:
    """One message of the conversation: how it looks, and its plain text for the next question's history."""

    role: str
    shown: str
    plain: str


def mount_chat_page(api: FastAPI, guide: Guide) -> FastAPI:
    """Mount the chat page at `/` of an application whose other routes are already there."""
    page = _page(guide)
    page.queue(max_size=_QUEUE_LIMIT, default_concurrency_limit=_CONCURRENCY, api_open=False)
    css = (_STATIC / "guide.css").read_text("utf-8") + (_STATIC / "chat.css").read_text("utf-8")
    return gr.mount_gradio_app(
        api,
        page,
        path="/",
        show_error=False,
        footer_links=[],
        run_history=False,
        mcp_server=False,
        max_file_size=0,
        ssr_mode=False,
        theme=gr.themes.Base(
            font=["system-ui", "Hiragino Sans", "Noto Sans JP", "sans-serif"], font_mono=["monospace"]
        ),
        css=css,
        head='<meta name="robots" content="noindex"><script>document.documentElement.lang="ja"</script>',
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )


def _page(guide: Guide) -> gr.Blocks:
    with gr.Blocks(title="Win PCトラブル解決ガイド", analytics_enabled=False, fill_width=True) as page:
        gr.HTML(
            '<header class="guide-head"><h1>Win PCトラブル解決ガイド</h1>'
            "<p>Windowsのトラブルを、ブログの記事から出典付きで調べます</p></header>"
        )
        turns = gr.State([])
        state = gr.State("")
        with gr.Row(elem_classes="guide-columns"):
            with gr.Column(elem_classes="guide-talk"):
                talk = gr.HTML(_transcript([]), elem_id="talk")
                with gr.Row(elem_classes="chips", elem_id="choices"):
                    choices = [gr.Button(visible=False, elem_classes="chip") for _ in range(_MAX_CHOICES)]
                with gr.Row(elem_classes="ask"):
                    box = gr.Textbox(
                        placeholder="例: 24H2にしたら認証が外れた",
                        label="質問",
                        lines=1,
                        max_lines=5,
                        scale=1,
                        elem_id="question",
                    )
                    send = gr.Button("送信", elem_classes="send", variant="primary", scale=0, min_width=88)
                with gr.Row(elem_classes="chips", elem_id="examples"):
                    examples = [gr.Button(topic, elem_classes="chip") for topic, _ in _EXAMPLES]
            with gr.Column(elem_classes="guide-sources"):
                sources = gr.HTML(f"<h2>出典</h2>{_NO_SOURCES}", elem_id="sources")
        gr.HTML(f'<footer class="guide-foot">{_FOOTER}</footer>')

        outputs = [talk, sources, box, turns, state, *choices]
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        gr.on([send.click, box.submit], partial(_respond, guide), [box, turns, state], outputs, **quiet)
        for choice in choices:
            choice.click(partial(_respond, guide), [choice, turns, state], outputs, **quiet)
        for button, (_, question) in zip(examples, _EXAMPLES, strict=True):
            button.click(partial(_respond, guide, question), [turns, state], outputs, **quiet)
    return page


def _respond(guide: Guide, question: str, earlier: list[_Said], told: str) -> Iterator[tuple[Any, ...]]:
    """Yield values for (conversation, sources, box, turns, state, choices…): what is being done first, then the answer."""
    shown = [*earlier, _Said("user", html.escape(question), question)]
    hidden = [gr.skip()] * _MAX_CHOICES
    yield _transcript(shown, '<p class="status">記事を探しています</p>'), gr.skip(), "", earlier, told, *_buttons(())
    history = [Turn(said.role, said.plain) for said in earlier[-_KEPT_TURNS:]]
    try:
        answer = guide.ask(question, history, told)
    except GuideError as error:
        notice = f'<p class="status">{html.escape(error.reader)}</p>'
        yield _transcript(shown, notice), gr.skip(), question, earlier, told, *hidden
        return
    parts = _PART.split(answer.text)
    for end in range(1, len(parts)):
        partial_answer = Answer(answer.status, "".join(parts[:end]), answer.citations)
        yield _transcript(shown, answer_html(partial_answer)), gr.skip(), "", earlier, told, *hidden
    done = [*shown, _Said("assistant", _whole(answer), answer.text)]
    cards = f"<h2>出典</h2>{sources_html(answer) if answer.citations else _NO_SOURCES}"
    labels = answer.question.choices if answer.question else ()
    yield _transcript(done), cards, "", done, answer.state, *_buttons(labels)


def _buttons(labels: tuple[str, ...]) -> list[Any]:
    """Return updates that show one button a choice and hide the rest."""
    shown = [gr.update(value=label, visible=True) for label in labels[:_MAX_CHOICES]]
    return shown + [gr.update(visible=False)] * (_MAX_CHOICES - len(shown))


def _whole(answer: Answer) -> str:
    """Return everything that stands in the conversation for an answer."""
    pieces = [answer_html(answer)]
    if answer.question is not None:
        pieces.append(f'<p class="asking">{html.escape(answer.question.text)}</p>')
    if answer.escalation is not None:
        pieces.append(escalation_html(answer.escalation))
    if answer.redacted:
        kinds = "、".join(f"{kind}（{count}件）" for kind, count in answer.redacted.items())
        pieces.append(f'<p class="masked">伏せ字にしてから扱いました: {html.escape(kinds)}</p>')
    return "".join(pieces)


def _transcript(turns: list[_Said], pending: str = "") -> str:
    bubbles = [f'<div class="turn {said.role}">{said.shown}</div>' for said in turns]
    if pending:
        bubbles.append(f'<div class="turn assistant">{pending}</div>')
    return f'<div class="talk" role="log" aria-live="polite" aria-label="会話">{"".join(bubbles) or _WELCOME}</div>'
