"""Every noun that crosses a room, frozen and slotted; derived facts are properties.

Data flows one way: `Article` → `Chunk` → `Hit` → `Answer`. Text fields hold the article's own characters (never
normalised), so that whatever is quoted from them is verbatim.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

__all__ = [
    "Answer",
    "Article",
    "Block",
    "BlockKind",
    "Caveat",
    "CaveatKind",
    "Chunk",
    "Citation",
    "Clarification",
    "Contact",
    "Delta",
    "Doing",
    "Escalation",
    "Evidence",
    "Hit",
    "Language",
    "Mode",
    "Source",
    "Status",
    "StreamEvent",
    "Turn",
]


class BlockKind(StrEnum):
    """What one block of an article is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    STEP = "step"
    TABLE = "table"
    CODE = "code"
    CAUTION = "caution"
    """A note or warning that guards what follows it."""


class Evidence(StrEnum):
    """How well founded an article is; shown with every citation."""

    OFFICIAL = "公式"
    TESTED = "実機検証"
    REPORTED = "報告あり"
    UNKNOWN = "根拠の記載なし"
    """The article does not say where its facts come from."""


class CaveatKind(StrEnum):
    """What an article says against relying on it."""

    OUTDATED = "outdated"
    """Its content is old."""
    SUPERSEDED = "superseded"
    """Another article, or another address, takes its place."""
    RESOLVED = "resolved"
    """The problem has been solved since."""
    ENDED = "ended"
    """What it describes is no longer possible."""
    UNCONFIRMED = "unconfirmed"
    """What it reports has not been confirmed."""


class Status(StrEnum):
    """What the guide did with a question."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    ABSTAINED = "abstained"
    REFUSED = "refused"


class Language(StrEnum):
    """The language of what the guide itself says; quotes stay in that of their article."""

    JA = "ja"
    EN = "en"


class Mode(StrEnum):
    """Who phrased the answer."""

    EXTRACTIVE = "extractive"
    LLM = "llm"
    DEGRADED = "degraded"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article's facts come from."""

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Caveat:
    """What an article says against relying on it; `quote` is the sentence, verbatim."""

    kind: CaveatKind
    quote: str


@dataclass(frozen=True, slots=True)
class Block:
    """One visible block of an article: a paragraph, one list item, one table, one code block, one heading.

    `text` is what a reader sees, on one line, except for tables (one row a line, cells joined by " | ", the header row
    first) and code (its own lines). `level` is 1–6 for headings, the nesting depth from 0 for list items, else 0.
    `number` is a step's printed number, else 0. `header_rows` counts the rows of a table that are its header.
    """

    kind: BlockKind
    text: str
    level: int = 0
    number: int = 0
    header_rows: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """One article, cleaned. `id` is stable across ingests; `url` is "" when the guide itself serves the article."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    url: str = ""
    published: date | None = None
    updated: date | None = None
    original_published: date | None = None
    """First publication on an earlier site, where the article says that it moved."""
    os: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    error_codes: tuple[str, ...] = ()
    kb: tuple[str, ...] = ()
    evidence: Evidence = Evidence.UNKNOWN
    caveats: tuple[Caveat, ...] = ()
    sources: tuple[Source, ...] = ()
    asked: tuple[str, ...] = ()
    """Ways in which readers ask for this article, in everyday words; searched and never shown."""

    @property
    def text(self) -> str:
        """Return all visible text below the title, one block a paragraph."""
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def facts_date(self) -> date | None:
        """Return the date whose knowledge the article holds.

        That is the original publication for an article that merely moved to another site, else the last update.
        """
        return self.original_published or self.updated or self.published


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole blocks under one heading: the unit that is indexed, retrieved and quoted.

    `id` is `{article_id}#{ordinal}`; `ordinal` counts from 0 in reading order. `heading` is the path of headings above
    the chunk, title excluded. `hash` identifies the embedded content (BLAKE2b-128, hex).
    """

    id: str
    article_id: str
    ordinal: int
    heading: tuple[str, ...]
    blocks: tuple[Block, ...]
    hash: str

    @property
    def text(self) -> str:
        """Return the visible text of the blocks, one block a line."""
        return "\n".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved chunk. `score` orders hits (higher is better, fused z-scores, no fixed range).

    `signals` names what each search contributed: `dense` is a cosine in [-1, 1]; `lexical` and `bigram` are BM25 scores
    ≥ 0; `exact` counts matched identifiers.
    """

    chunk: Chunk
    score: float
    signals: dict[str, float] = field(default_factory=dict)

    @property
    def article_id(self) -> str:
        """Return the id of the article that the chunk belongs to."""
        return self.chunk.article_id


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation; `role` is `user` or `assistant`."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A source of the answer. `quote` is verbatim from the article; `link` is `url` plus a text fragment."""

    n: int
    article_id: str
    title: str
    url: str
    link: str
    heading: tuple[str, ...]
    quote: str
    updated: str
    """ISO date of the article's knowledge, "" when the article states none."""
    evidence: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clarification:
    """One clarifying question with its choices; 「わからない」 is always among them."""

    text: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to reach: `how` says how to find the official way in; `phone` only where a source names it."""

    name: str
    how: str
    phone: str = ""
    url: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Escalation:
    """Whom to ask next, why now, what to have at hand, and a summary to copy (secrets masked)."""

    route: str
    reason: str
    urgency: str
    contacts: tuple[Contact, ...]
    prepare: tuple[str, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What every client gets: the command line, the API, the chat page, the widget and the evaluation."""

    status: Status
    text: str
    citations: tuple[Citation, ...] = ()
    question: Clarification | None = None
    escalation: Escalation | None = None
    mode: Mode = Mode.EXTRACTIVE
    language: Language = Language.JA
    redacted: dict[str, int] = field(default_factory=dict)
    state: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doing:
    """What the guide is doing right now, in words for the reader."""

    text: str


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of an answer's text; all pieces together are `Answer.text` unless the answer was replaced."""

    text: str


StreamEvent = Doing | Delta | Answer
"""What an answer under way consists of; the `Answer` comes last and is the whole of it."""
