"""The chat page: a Gradio application whose conversation and sources are our own, safe HTML."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI

from bot.answer.guide import Guide
from bot.web.conversation import NO_SOURCES, Said, View, converse, transcript
from bot.web.errors import describe, share_errors
from bot.web.house import House
from bot.web.ui_gradio import gr

__all__ = ["mount_chat_page"]

_STATIC = Path(__file__).parent / "static"
_NAME = "Win PCトラブル解決ガイド"
_QUEUE_LIMIT = 64
"""Questions that may wait; beyond that a reader is told at once instead of waiting for minutes."""

_CONCURRENCY = 2
_STATE_SECONDS = 3600
"""How long the conversation of a closed page stays in memory."""

_MAX_CHOICES = 8
_MAX_WORD = 1000
_EXAMPLES = (
    ("ライセンス認証", "24H2にしたら認証が外れた"),
    ("更新プログラム", "更新で 0x80070643 が出て進まない"),
    ("回復キー", "起動したら青い画面で回復キーを求められた"),
    ("起動しない", "電源は入るけどWindowsが立ち上がらない"),
)
_FOOTER = (
    "このページは、ブログの記事をもとに自動で答えます。Microsoftの公式の窓口ではありません。{kept}"
    "プロダクト キーや回復キーは書かないでください。書かれていた場合は、伏せ字にしてから扱います。"
)
_KEPT_NOTHING = "質問は答えるためだけに使い、保存しません。"
_KEPT = (
    "質問と評価は、記事を良くするために{days}日間保存します。キーやメールアドレスなどは伏せ字にし、"
    "どなたの質問かが分かる情報（IPアドレスなど）は保存しません。"
)
_JUDGE = '<p class="thanks">役に立ちましたか</p>'
_THANKS = '<p class="thanks" role="status">ありがとうございます。</p>'
_ASK_WORD = (
    '<p class="thanks" role="status">ありがとうございます。足りなかったことを、ひとことで教えてください（任意）。</p>'
)
_JUDGED_LATER = (
    '<p class="thanks failure" role="alert">いまは受け取れませんでした。少し待ってから、もう一度押してください。</p>'
)

_HEAD = """<meta name="robots" content="noindex">
<style>
body, gradio-app { background: #fff !important }
@media (prefers-color-scheme: dark) { body, gradio-app { background: #12171d !important } }
body.dark, .dark gradio-app { background: #12171d !important }
</style>
"""
"""What must be there before the style sheet, which Gradio confines to its own container."""


def mount_chat_page(api: FastAPI, guide: Guide) -> FastAPI:
    """Mount the chat page at `/` of an application whose other routes are already there."""
    # Where no event loop runs, Gradio opens one for each of its locks and never closes it; in a thread of its own there
    # can be one whatever the caller runs.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _mount(api, guide)).result()
    return api


async def _mount(api: FastAPI, guide: Guide) -> None:
    page = _page(guide, api.state.house)
    page.queue(max_size=_QUEUE_LIMIT, default_concurrency_limit=_CONCURRENCY, api_open=False)
    script = (_STATIC / "chat.js").read_text("utf-8")
    gr.mount_gradio_app(
        api,
        page,
        path="/",
        show_error=False,
        footer_links=[],
        run_history=False,
        mcp_server=False,
        max_file_size=0,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        favicon_path=str(_STATIC / "icon.svg"),
        theme=gr.themes.Base(
            font=["system-ui", "Hiragino Sans", "Noto Sans JP", "sans-serif"], font_mono=["ui-monospace", "monospace"]
        ),
        css="".join((_STATIC / name).read_text("utf-8") for name in ("guide.css", "chat.css")),
        head=f"{_HEAD}<script>{script}</script>",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )
    share_errors(api, cast("Any", api.routes[-1]).app)


def _page(guide: Guide, house: House) -> gr.Blocks:
    with gr.Blocks(title=_NAME, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(
            f'<header class="guide-head"><h1>{_NAME}</h1>'
            "<p>Windowsのトラブルを、ブログの記事から出典付きで調べます</p></header>"
        )
        said = gr.State((), time_to_live=_STATE_SECONDS)
        state = gr.State("", time_to_live=_STATE_SECONDS)
        reference = gr.State("", time_to_live=_STATE_SECONDS)
        with gr.Row(elem_classes="guide-columns"):
            with gr.Column(elem_classes="guide-talk"):
                talk = gr.HTML(transcript(()), elem_id="talk")
                with gr.Row(elem_classes="chips", elem_id="choices"):
                    choices = [gr.Button(visible=False, elem_classes="chip") for _ in range(_MAX_CHOICES)]
                with gr.Row(elem_id="feedback", visible=False) as feedback:
                    thanks = gr.HTML(_JUDGE, elem_id="thanks")
                    helped = gr.Button("役に立った", elem_classes="thumb", min_width=0, scale=0, elem_id="helped")
                    failed = gr.Button("足りない", elem_classes="thumb", min_width=0, scale=0, elem_id="failed")
                with gr.Row(elem_classes="ask", elem_id="word", visible=False) as wording:
                    word = gr.Textbox(label="足りなかったこと（任意）", lines=1, max_lines=3, max_length=1000, scale=1)
                    tell = gr.Button("伝える", elem_classes="send", scale=0, min_width=88)
                with gr.Row(elem_classes="ask"):
                    box = gr.Textbox(
                        placeholder="例: 24H2にしたら認証が外れた",
                        label="質問",
                        lines=1,
                        max_lines=5,
                        scale=1,
                        elem_id="question",
                        html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", lang="ja"),
                    )
                    send = gr.Button("送信", elem_classes="send", variant="primary", scale=0, min_width=88)
                with gr.Row(elem_classes="chips", elem_id="examples"):
                    examples = [gr.Button(topic, elem_classes="chip") for topic, _ in _EXAMPLES]
                    again = gr.Button("新しい会話", elem_classes="chip", visible=False, elem_id="again")
            with gr.Column(elem_classes="guide-sources"):
                sources = gr.HTML(_sources(NO_SOURCES), elem_id="sources")
        gr.HTML(f'<footer class="guide-foot"><p>{privacy_note(house.recorder.days)}</p></footer>')

        told = [thanks, feedback, helped, failed, wording, word]
        outputs = [talk, sources, box, said, state, *choices, *examples, again, reference, *told]
        respond = _Responder(guide, house)
        listen: Callable[..., Any] = partial(
            gr.on, outputs=outputs, api_visibility="private", show_progress="hidden", concurrency_id="ask"
        )
        listen([send.click, box.submit], respond.ask, [box, said, state])
        for choice in choices:
            listen([choice.click], respond.ask, [choice, said, state])
        for button, (_, question) in zip(examples, _EXAMPLES, strict=True):
            listen([button.click], respond.example(question), [said, state])
        listen([again.click], _anew)
        judged: Callable[..., Any] = partial(gr.on, outputs=told, api_visibility="private", show_progress="hidden")
        judged([helped.click], respond.helped, [reference])
        judged([failed.click], respond.failed, [reference])
        judged([tell.click, word.submit], respond.told, [reference, word])
    return cast("gr.Blocks", page)


class _Responder:
    """The page's handlers over one guide. Gradio gives each the request, whose client the limits count."""

    def __init__(self, guide: Guide, house: House) -> None:
        self._guide = guide
        self._house = house

    def ask(self, question: str, said: tuple[Said, ...], state: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Yield values for all outputs while a question is answered."""
        for view in converse(self._guide, self._house, question, said, state, _address(request)):
            yield _values(view)

    def example(self, question: str) -> Callable[..., Iterator[tuple[Any, ...]]]:
        """Return a handler that asks this question."""

        def ask(said: tuple[Said, ...], state: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
            yield from self.ask(question, said, state, request)  # Gradio asks a function whether it is a generator

        return ask

    def helped(self, reference: str, request: gr.Request) -> tuple[Any, ...]:
        """Take a thumb up."""
        return _told(_THANKS) if self._judge(reference, request, helpful=True) else _told(_JUDGED_LATER, buttons=True)

    def failed(self, reference: str, request: gr.Request) -> tuple[Any, ...]:
        """Take a thumb down, and ask for a word where words are kept."""
        if not self._judge(reference, request, helpful=False):
            return _told(_JUDGED_LATER, buttons=True)
        return _told(_ASK_WORD, word=True) if self._house.recorder.days else _told(_THANKS)

    def told(self, reference: str, word: str, request: gr.Request) -> tuple[Any, ...]:
        """Take the word."""
        done = self._judge(reference, request, helpful=False, comment=word[:_MAX_WORD])
        return _told(_THANKS) if done else (gr.update(value=_JUDGED_LATER), *[gr.skip()] * 5)

    def _judge(self, reference: str, request: gr.Request, *, helpful: bool, comment: str = "") -> bool:
        try:
            self._house.admit(_address(request), "feedback")
            self._house.judged(reference, helpful, comment)
        except Exception as error:  # the last boundary before the reader
            describe(error, reference)
            return False
        return True


def privacy_note(days: int) -> str:
    """Return what the page says of itself: what it is, and for how many days it keeps what."""
    return _FOOTER.format(kept=_KEPT.format(days=days) if days else _KEPT_NOTHING)


def _address(request: gr.Request) -> str | None:
    client = getattr(request, "client", None)
    return str(client.host) if client else None


def _told(said: str, *, buttons: bool = False, word: bool = False) -> tuple[Any, ...]:
    """Return values for words of thanks, their row, both thumbs, the row of the word, the word."""
    thumb = gr.update(visible=buttons)
    return (gr.update(value=said), gr.update(visible=True), thumb, thumb, gr.update(visible=word), gr.update(value=""))


def _anew() -> tuple[Any, ...]:
    """Return values for all outputs that begin a new conversation."""
    return _values(View(transcript(()), "", (), "", NO_SOURCES, begun=False))


def _values(view: View) -> tuple[Any, ...]:
    """Return a view as values for the outputs: talk, sources, box, said, state, choices, examples, again, feedback."""
    sources = gr.skip() if view.sources is None else _sources(view.sources)
    # 「わからない」 is the last one and is never left out.
    labels = [*view.choices[:-1][: _MAX_CHOICES - 1], *view.choices[-1:]]
    shown = [gr.update(value=label, visible=True) for label in labels]
    hidden = [gr.update(visible=False)] * (_MAX_CHOICES - len(labels))
    examples = [gr.update(visible=not view.begun)] * len(_EXAMPLES)
    again = gr.update(visible=bool(view.said))
    conversation = (view.transcript, sources, view.box, view.said, view.state)
    thumb, none = gr.update(visible=True), gr.update(visible=False)
    told = (gr.update(value=_JUDGE), gr.update(visible=bool(view.judge)), thumb, thumb, none, gr.update(value=""))
    return (*conversation, *shown, *hidden, *examples, again, view.judge, *told)


def _sources(cards: str) -> str:
    return f"<h2>出典</h2>{cards}"
