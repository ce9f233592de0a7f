"""What the guide itself says, in the language of the question: one file a language, all with the same keys.

Quotes are no part of it: they stay as their article has them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import as_file, files
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.answer.frame.label import Label
from bot.errors import GuideError
from bot.knowledge.escalation import Urgency
from bot.knowledge.yaml_file import load_yaml
from bot.text.secret_kinds import SecretKind
from bot.types import CaveatKind, Evidence, Language

__all__ = ["Card", "Frame", "Label", "frame_of"]

_Text = Annotated[str, Field(min_length=1)]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Abstaining(_Words):
    """`unknown` has {codes}, `near` {titles}, `title`, `not_told` and `not_told_of` {title}.

    Not told is what was asked, not told of what the reader told.
    """

    unknown: _Text
    check_code: _Text
    nothing: _Text
    ask_better: _Text
    near: _Text
    title: _Text
    not_told: _Text
    not_told_of: _Text


class _Courtesy(_Words):
    solved: _Text
    thanks: _Text
    hello: _Text
    language: _Text
    masked: _Text


class _Asking(_Words):
    """What frames a question back."""

    go_on: _Text
    not_understood: _Text


class _Heard(_Words):
    """What is answered to a reader who tells of the situation; the first four have {names}, of buttons and places.

    These speak of the guide alone and assert nothing of the trouble: what is to be done is quoted.
    """

    tried: _Text
    skip: _Text
    missing: _Text
    unwanted: _Text
    unwilling: _Text
    doubting: _Text
    order: _Text


class _Notices(_Words):
    """On a source's age and standing, and on what its commands do.

    `caveat` has {says} (one of `caveats`) and {quote}, `as_of` {year} and {month}, `ended` {label} and {day}, `before`
    {label} and {day}.
    """

    caveat: _Text
    caveats: dict[CaveatKind, _Text]
    as_of: _Text
    undated: _Text
    ended: _Text
    before: _Text
    reported: _Text
    unfounded: _Text
    changes: _Text
    destroys: _Text
    administrator: _Text
    day: _Text
    months: tuple[_Text, ...] = Field(min_length=12, max_length=12)


class _Summary(_Words):
    """What a reader hands on; each line has {text}."""

    trouble: _Text
    since: _Text
    codes: _Text
    say: _Text
    note: _Text


class _Doing(_Words):
    searching: _Text
    writing: _Text


class Card(_Words):
    """The words around an answer, wherever it is shown. `source` has {n}, `masked` {kinds}, `times` {kind} and {n}."""

    sources: _Text
    source: _Text
    no_sources: _Text
    undated: _Text
    new_tab: _Text
    contacts: _Text
    prepare: _Text
    summary: _Text
    official: _Text
    number_from: _Text
    masked: _Text
    times: _Text
    reference: _Text


class _Errors(_Words):
    """`notices` by `GuideError.notice`, `http` by status, `complaints` by pydantic's kind of fault."""

    notices: dict[str, _Text]
    http: dict[int, _Text]
    complaints: dict[str, _Text]
    invalid: _Text
    body: _Text
    bug: _Text
    other: _Text


class Frame(_Words):
    """All that the guide says in one language.

    `quotes` and `names` are about quotes and names of Windows in another language than this one's, and "" in theirs.
    """

    language: Language
    quotes: str
    names: str
    caution: _Text
    and_: _Text = Field(alias="and")
    contacts: _Text
    headings: dict[Label, _Text]
    evidence: dict[Evidence, _Text]
    urgency: dict[Urgency, _Text]
    secrets: dict[SecretKind, _Text]
    abstaining: _Abstaining
    courtesy: _Courtesy
    asking: _Asking
    heard: _Heard
    notices: _Notices
    summary: _Summary
    doing: _Doing
    card: Card
    errors: _Errors

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for kind, said in (
            (Label, self.headings),
            (Evidence, self.evidence),
            (Urgency, self.urgency),
            (SecretKind, self.secrets),
            (CaveatKind, self.notices.caveats),
        ):
            if missing := [str(one) for one in kind if one not in said]:
                raise ValueError(f"no words for {', '.join(missing)}")
        return self

    def heading(self, label: Label | str, name: str = "") -> str:
        """Return a part's heading: the guide's own word for a `Label`, an article's heading as it is."""
        if isinstance(label, Label):
            return self.headings[label].format(name=name)
        # Articles name most of their sections by the guide's own words: these are known in every language.
        same = next((own for own, said in frame_of(Language.JA).headings.items() if said == label), None)
        return self.headings[same] if same is not None else label

    def day(self, day: date) -> str:
        """Return a date as it is written."""
        return self.notices.day.format(year=day.year, month=self.notices.months[day.month - 1], day=day.day)

    def sentence(self, error: GuideError) -> str:
        """Return what a reader is told of an error."""
        return self.errors.notices[error.notice].format(**error.values)

    def listed(self, items: Iterable[str]) -> str:
        """Return things in a row."""
        return self.and_.join(items)


@cache
def frame_of(language: Language) -> Frame:
    """Return the frame of a language, from the file of its name. Raises `CorpusError` naming line and remedy."""
    with as_file(files("bot.answer.frame") / f"{language.value}.yaml") as path:
        return load_yaml(path, Frame)
