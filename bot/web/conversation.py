"""The conversation of the chat page, without its toolkit: a question comes in, successive views of the page go out."""

from __future__ import annotations

import html
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Event

from bot.answer.frame import frame_of
from bot.answer.guide import Guide
from bot.answer.talk import language_in, mask
from bot.errors import SlowError, UsageError
from bot.text.secret_kinds import SecretKind
from bot.types import Answer, Delta, Language, Status, Turn
from bot.web.errors import describe
from bot.web.house import House
from bot.web.markup import answer_html, escalation_html, sources_html
from bot.web.observe import new_reference

__all__ = ["NO_SOURCES", "Said", "View", "converse", "transcript"]

NO_SOURCES = '<p class="empty">答えの根拠になった記事の文が、ここに出ます。</p>'

_WELCOME = (
    '<div class="welcome"><p class="ask-what">何が起きましたか</p>'
    "<p>画面に出ている文章やコード、直前にしたことを、そのまま書いてください。"
    "記事にあることだけを、出典と日付を付けてお答えします。</p></div>"
)
_KEPT_TURNS = 10
_SHOWN_LIMIT = 2000
"""Characters of a question that are shown while it is looked at: one far too long is refused a moment later."""

_REDRAWN_SECONDS = 0.1
"""Least pause between two views of an answer that grows: each one is the whole conversation again."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message: how it looks, its plain text (secrets masked) for the next question, and the choices it offers."""

    role: str
    shown: str
    plain: str
    choices: tuple[str, ...] = ()
    reference: str = ""
    """The id under which the reader may judge an answer, "" for a question."""


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
    judge: str = ""
    """The reference of the answer that may be judged now, "" while there is none."""


def converse(
    guide: Guide, house: House, question: str, said: Sequence[Said], state: str, address: str | None = None
) -> Iterator[View]:
    """Yield the page while a question is answered: what is being done, the answer part by part, then all of it.

    Whatever goes wrong ends in a view that says so, with the question back in the box and the conversation unharmed.
    `address` is the reader's, for the limits.
    """
    earlier, asked = _masked(said, question[:_SHOWN_LIMIT])
    said = tuple(said)
    reference = new_reference()
    history = [Turn(one.role, one.plain) for one in said[-_KEPT_TURNS:]]
    shown = (*earlier, asked)
    language = language_in(asked.plain, [turn.text for turn in history if turn.role == "user"], state)
    searching = frame_of(language).doing.searching
    begun, drawn = "", 0.0
    answer: Answer | None = None
    stop = Event()
    try:
        if question.strip():
            yield View(transcript(shown, _status(searching)), "", said, state)
        house.admit(address, "chat")
        until = time.monotonic() + house.settings.answer_seconds
        for event in guide.stream(question, history, state, "", stop):
            _in_time(until)
            if isinstance(event, Answer):
                answer = event
            elif isinstance(event, Delta):
                begun += event.text
                if time.monotonic() - drawn >= _REDRAWN_SECONDS:
                    drawn = time.monotonic()
                    yield View(
                        transcript(shown, answer_html(Answer(Status.ANSWERED, begun, language=language))),
                        "",
                        said,
                        state,
                    )
            elif event.text != searching and question.strip():
                yield View(transcript(shown, _status(event.text)), "", said, state)
        assert answer is not None  # noqa: S101  # the contract of `stream`
        house.answered(reference, question, history, answer)
    except Exception as error:  # the last boundary before the reader
        yield _failed(error, reference, question, said, state, language)
        return
    finally:
        stop.set()
    choices = answer.question.choices if answer.question else ()
    _, asked = _masked(said, question)
    done = (*earlier, asked, Said("assistant", _whole(answer), answer.text, choices, reference))
    unsourced = f'<p class="empty">{html.escape(frame_of(answer.language).card.no_sources)}</p>'
    sources = sources_html(answer) or unsourced
    yield View(transcript(done), "", done, answer.state, sources, choices, judge=reference)


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


def _in_time(until: float) -> None:
    if time.monotonic() > until:
        raise SlowError("an answer of the chat page took longer than GUIDE_ANSWER_SECONDS and was given up")


def _failed(
    error: Exception, request_id: str, question: str, said: tuple[Said, ...], state: str, language: Language
) -> View:
    _, _, message = describe(error, request_id, language)
    reference = html.escape(frame_of(language).card.reference)
    # A reader can mend a question; anything else is found in the log by this number.
    number = "" if isinstance(error, UsageError) else f'<br><span class="meta">{reference}: {request_id}</span>'
    notice = f'<p class="failure" role="alert">{html.escape(message)}{number}</p>'
    choices = said[-1].choices if said else ()
    box = question if question.strip() else ""
    judge = said[-1].reference if said else ""
    return View(transcript(said, notice), box, said, state, choices=choices, begun=bool(said), judge=judge)


def _status(doing: str) -> str:
    return f'<p class="status">{html.escape(doing)}</p>'


def _escaped(question: str) -> str:
    return html.escape(question.strip())


def _whole(answer: Answer) -> str:
    """Return everything that stands in the conversation for an answer."""
    pieces = [answer_html(answer)]
    if answer.escalation is not None:
        pieces.append(escalation_html(answer.escalation, answer.language))
    if answer.redacted:
        frame = frame_of(answer.language)
        kinds = frame.listed(
            frame.card.times.format(kind=frame.secrets[SecretKind(kind)], n=count)
            for kind, count in answer.redacted.items()
        )
        pieces.append(f'<p class="masked">{html.escape(frame.card.masked.format(kinds=kinds))}</p>')
    if answer.question is not None:
        # Last, since the buttons with its choices follow it.
        pieces.append(f'<p class="asking">{html.escape(answer.question.text)}</p>')
    return "".join(pieces)
