"""`guide eval --model`: the same questions to the guide with a chat model and without, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import typer

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.answer.guide import Guide
    from bot.backends.chat_model import ChatModel
    from bot.evals.compare import Comparison
    from bot.evals.figures import SetResult
    from bot.evals.run import QuestionSet

__all__ = ["against_extractive", "phrased_by"]


def phrased_by(chat: ChatModel, guide: Guide, settings: Settings) -> Guide:
    """Return the guide with a chat model, as it would be served."""
    from bot.answer.fluent import FluentGuide

    return FluentGuide(guide, chat, seconds=settings.chat_seconds, understands=settings.chat_understands)


def against_extractive(
    scored: Sequence[SetResult], sets: Sequence[QuestionSet], guide: Guide, bar: Callable[[str, int, int], None]
) -> list[Comparison]:
    """Ask the guide without the model too, and compare; say on stderr which prompt it was and who phrased how many."""
    from bot.answer.prompt import load_prompt
    from bot.evals.observations import observe
    from bot.evals.run import against_recording

    cases = [case for one in sets for case in one.cases]
    plain = observe(guide, cases, lambda done: bar("extractive", done, len(cases)))
    modes = Counter(
        result.seen.answer.mode.value for one in scored for result in one.results if result.seen.answer is not None
    )
    counted = ", ".join(f"{mode} {count}" for mode, count in modes.most_common())
    typer.echo(f"{load_prompt('answer').label}, {load_prompt('question').label}: {counted}", err=True)
    return against_recording(scored, sets, plain, "extractive")
