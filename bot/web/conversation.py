"""The conversation of the chat page, without its toolkit: a question comes in, successive views of the page go out."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answer.guide import Guide
from bot.answer.talk import mask
from bot.errors import QuestionError
from bot.text.secret_kinds import REPLACEMENTS, SecretKind
from bot.types import Answer, Turn
from bot.web.errors import describe
from bot.web.markup import answer_html, escalation_html, sources_html

__all__ = ["NO_SOURCES", "Said", "View", "converse", "transcript"]

NO_SOURCES = '<p class="empty">答えの根拠になった記事の文が、ここに出ます。</p>'

_WELCOME = (
    '<div class="welcome"><p class="ask-what">何が起きましたか</p>'
    "<p>画面に出ている文章やコード、直前にしたことを、そのまま書いてください。"
    "記事にあることだけを、出典と日付を付けてお答えします。</p></div>"
)
_UNSOURCED = '<p class="empty">この回答に出典はありません。</p>'
_SEARCHING = '<p class="status">記事を探しています</p>'
_KEPT_TURNS = 10
_SHOWN_LIMIT = 2000
"""Characters of a question that are shown while it is looked at: one far too long is refused a moment later."""

_PART = re.compile(r"(?=\n\n)")


@dataclass(frozen=True, slots=True)
class Said:
    """One message: how it looks, its plain text (secrets masked) for the next question, and the choices it offers."""

    role: str
    shown: str
    plain: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """The page at one moment. `sources` is None while the cards stay as they are."""

    transcript: str
    box: str
    said: tuple[Said, ...]
    state: str
    sources: str | None = None
    choices: tuple[str, ...] = ()
    begun: bool = True
    """Whether there is anything of a conversation yet."""


def converse(guide: Guide, question: str, said: Sequence[Said], state: str) -> Iterator[View]:
    """Yield the page while a question is answered: what is being done, the answer part by part, then all of it.

    Whatever goes wrong ends in a view that says so, with the question back in the box and the conversation unharmed.
    """
    earlier, asked = _masked(said, question[:_SHOWN_LIMIT])
    said = tuple(said)
    if question.strip():
        yield View(transcript((*earlier, asked), _SEARCHING), "", said, state)
    try:
        answer = guide.ask(question, [Turn(one.role, one.plain) for one in said[-_KEPT_TURNS:]], state)
    except Exception as error:  # the last boundary before the reader
        yield _failed(error, question, said, state)
        return
    said = (*earlier, asked)
    parts = _PART.split(answer.text)
    for end in range(1, len(parts)):
        begun = answer_html(Answer(answer.status, "".join(parts[:end]), answer.citations))
        yield View(transcript(said, begun), "", said[:-1], state)
    choices = answer.question.choices if answer.question else ()
    done = (*said, Said("assistant", _whole(answer), answer.text, choices))
    sources = sources_html(answer) or _UNSOURCED
    yield View(transcript(done), "", done, answer.state, sources, choices)


def _masked(said: Sequence[Said], question: str) -> tuple[tuple[Said, ...], Said]:
    """Return what was said and what is asked, masked: a question may complete a key that an earlier one began."""
    kept = said[-_KEPT_TURNS:]
    turns, masked, _ = mask([Turn(one.role, one.plain) for one in kept], question)
    changed: list[Said] = []
    hidden = [(_escaped(one.plain), _escaped(turn.text)) for one, turn in zip(kept, turns, strict=True)]
    hidden = [(shown, instead) for shown, instead in hidden if shown and shown != instead]
    for one, turn in zip(kept, turns, strict=True):
        shown = one.shown
        for before, after in hidden:  # answers repeat what was said in the summary to copy
            shown = shown.replace(before, after)
        changed.append(replace(one, shown=shown, plain=turn.text))
    return (*said[: len(said) - len(kept)], *changed), Said("user", _escaped(masked), masked)


def transcript(said: Sequence[Said], pending: str = "") -> str:
    """Return the conversation as HTML, `pending` being the reply that is not complete yet."""
    bubbles = [f'<div class="turn {one.role}">{one.shown}</div>' for one in said]
    if pending:
        bubbles.append(f'<div class="turn assistant pending">{pending}</div>')
    return f'<h2 class="unseen">会話</h2><div class="talk">{"".join(bubbles) or _WELCOME}</div>'


def _failed(error: Exception, question: str, said: tuple[Said, ...], state: str) -> View:
    request_id = uuid.uuid4().hex[:12]
    _, _, message = describe(error, request_id)
    # A reader can mend a question; anything else is found in the log by this number.
    number = "" if isinstance(error, QuestionError) else f'<br><span class="meta">番号: {request_id}</span>'
    notice = f'<p class="failure" role="alert">{html.escape(message)}{number}</p>'
    choices = said[-1].choices if said else ()
    box = question if question.strip() else ""
    return View(transcript(said, notice), box, said, state, choices=choices, begun=bool(said))


def _escaped(question: str) -> str:
    return html.escape(question.strip())


def _whole(answer: Answer) -> str:
    """Return everything that stands in the conversation for an answer."""
    pieces = [answer_html(answer)]
    if answer.escalation is not None:
        pieces.append(escalation_html(answer.escalation))
    if answer.redacted:
        kinds = "、".join(f"{REPLACEMENTS[SecretKind(kind)]} {count}件" for kind, count in answer.redacted.items())
        pieces.append(f'<p class="masked">伏せ字にしてから扱いました: {kinds}</p>')
    if answer.question is not None:
        # Last, since the buttons with its choices follow it.
        pieces.append(f'<p class="asking">{html.escape(answer.question.text)}</p>')
    return "".join(pieces)
