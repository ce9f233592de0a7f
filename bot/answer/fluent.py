"""The guide with a chat model: the same answers, phrased by the model as far as the passages support its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event

from bot.answer.explained import Explained, Reword
from bot.answer.frame import frame_of
from bot.answer.generate import phrase, speakable
from bot.answer.guide import Guide
from bot.answer.pieces import pieces, searching
from bot.answer.reword import reword, wants_rewording
from bot.answer.talk import Talk
from bot.backends.chat_model import Allowance, ChatModel
from bot.types import Answer, Doing, StreamEvent, Turn

__all__ = ["FluentGuide"]

_SHARE = 0.4
"""Share of a question's time that rewording it may take."""


class FluentGuide(Guide):
    """A guide whose answers a chat model phrases, each within `seconds`; where it fails, it answers as `Guide` does.

    With `understands`, the model also puts follow-ups and stories into a question to search with.
    """

    def __init__(self, guide: Guide, model: ChatModel, *, seconds: float, understands: bool = False) -> None:
        # The same open index and models, not a second copy of them.
        self.__dict__.update(guide.__dict__)
        self.model = model
        self._seconds = seconds
        self._understands = understands

    def explain(
        self,
        question: str,
        history: Sequence[Turn] = (),
        state: str = "",
        page_url: str = "",
        reword: Reword | None = None,
    ) -> Explained:
        """Do as `ask`, and also return what was found; `reword` takes the place of the model's own rewording."""
        allowance = Allowance(self._seconds)
        explained = super().explain(question, history, state, page_url, reword or self._rewording(allowance))
        if not speakable(explained):
            return explained
        *_, answer = phrase(explained, self.model, allowance)
        return replace(explained, answer=answer) if isinstance(answer, Answer) else explained

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        state: str = "",
        page_url: str = "",
        stop: Event | None = None,
    ) -> Iterator[StreamEvent]:
        """Yield as `Guide.stream` does, each sentence as soon as it is verified; `stop` ends the call upstream."""
        yield searching(question, history, state)
        allowance = Allowance(self._seconds, stop)
        explained = super().explain(question, history, state, page_url, self._rewording(allowance))
        if not speakable(explained):
            yield from pieces(explained.answer, stop)
            return
        yield Doing(frame_of(explained.answer.language).doing.writing)
        yield from phrase(explained, self.model, allowance)

    def _rewording(self, allowance: Allowance) -> Reword | None:
        if not self._understands:
            return None

        def reworded(talk: Talk) -> str | None:
            return reword(talk, self.model, allowance.part(_SHARE)) if wants_rewording(talk) else None

        return reworded
