"""Load `support.jsonl`: sentences over quoted passages, each labelled as supported or with what is wrong with it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.answer.verify import Passage
from bot.errors import UsageError

__all__ = ["OTHERS", "SUPPORT", "Label", "SupportGroup", "load_support"]

SUPPORT = "support.jsonl"
OTHERS = "others.jsonl"
"""Names of the files in `corpus/evals`: the sentences that verification is worked with and held out from, and those
that others wrote, over passages most of which are of other fields; nothing is tuned to these."""

_Text = Annotated[str, Field(min_length=1)]


class Label(StrEnum):
    """What a labelled sentence is: a true paraphrase, or an attack of one kind."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    HEDGE_DROPPED = "hedge_dropped"
    CONDITION_DROPPED = "condition_dropped"
    OVERSTATED = "overstated"
    NUMBER_CHANGED = "number_changed"
    OTHER_PASSAGE = "other_passage"
    INVENTED_CITATION = "invented_citation"
    UNCITED = "uncited"
    ALTERED_COMMAND = "altered_command"
    ALTERED_CODE = "altered_code"
    ALTERED_PATH = "altered_path"
    ALTERED_UI = "altered_ui"
    ALTERED_URL = "altered_url"
    WRONG_PHONE = "wrong_phone"
    INJECTION = "injection"
    LEAKED_PROMPT = "leaked_prompt"
    IMPERSONATION = "impersonation"
    PROMISE = "promise"
    CHATTER = "chatter"
    IMAGE_EXFILTRATION = "image_exfiltration"
    HTML = "html"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SupportPassage(_Strict):
    """A passage: `quote` stands in the article letter for letter."""

    article: _Text
    heading: tuple[_Text, ...]
    quote: _Text


class SupportClaim(_Strict):
    """A sentence as a model might write it, with its citations [n] of the group's passages, counted from 1."""

    label: Label
    text: _Text


class SupportGroup(_Strict):
    """Sentences over the same passages. All groups over one article are of one split, but for what others wrote."""

    id: _Text
    split: Literal["dev", "holdout", "others"]
    passages: tuple[SupportPassage, ...] = Field(min_length=1)
    claims: tuple[SupportClaim, ...] = Field(min_length=1)

    @property
    def numbered(self) -> dict[int, Passage]:
        """Return the passages as verification takes them."""
        return {
            number: Passage(number, one.quote, heading=one.heading, article_id=one.article)
            for number, one in enumerate(self.passages, 1)
        }


def load_support(path: Path) -> list[SupportGroup]:
    """Load the labelled sentences. Raises `UsageError` with file, line and remedy for the first mistake."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}); give the folder of a whole corpus") from error
    groups = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            groups.append(SupportGroup.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            raise UsageError(f"{path}:{number}: {where}: {first['msg'].lower()}; correct it there") from error
    if not groups:
        raise UsageError(f"{path} has no labelled sentence; add one JSON object a line")
    return groups
