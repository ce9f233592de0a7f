"""Fakes that are real implementations of our protocols: deterministic, tiny and without files or network."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Generator, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from bot.answer.units import sentences
from bot.backends.chat_model import Allowance, Message
from bot.backends.judge import JudgeScores
from bot.errors import ChatError, ChatFailure

__all__ = ["FakeChat", "FakeJudge", "HashEmbedder", "OverlapReranker", "restated"]

_NGRAMS = (1, 2, 3)


class HashEmbedder:
    """Embed by hashing character n-grams: texts that share wording are near, all else is nearly orthogonal.

    Queries and passages share one space, as they do in a real model. Two instances of one `dimension` agree exactly.
    """

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.name = f"fake-hash-{dimension}"

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) unit vectors for questions."""
        return self._embed(texts, None)

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return (n, dimension) unit vectors for passages; `progress` is told how many more are done."""
        return self._embed(texts, progress)

    def _embed(self, texts: Sequence[str], progress: Callable[[int], None] | None) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for gram in _grams(text):
                digest = int.from_bytes(blake2b(gram.encode(), digest_size=8).digest())
                row[digest % self.dimension] += 1.0 if digest >> 63 else -1.0
            if not row.any():
                row[0] = 1.0
            row[:] = row / np.linalg.norm(row)
            if progress is not None:
                progress(1)
        return vectors


class FakeJudge:
    """Give the queued scores in turn and then the last one again; `shown` is what it was asked."""

    name = "judge-1"

    def __init__(self, *scores: JudgeScores) -> None:
        self._queue = list(scores)
        self.shown: list[tuple[str, str, tuple[str, ...]]] = []

    def score(self, question: str, answer_text: str, passages: Sequence[str]) -> JudgeScores:
        """Return the next scores."""
        self.shown.append((question, answer_text, tuple(passages)))
        return self._queue.pop(0) if len(self._queue) > 1 else self._queue[0]


class FakeChat:
    """Say what `reply` makes of the messages, a few letters at a time; an error in it is raised in its place.

    `asked` are the messages of each call, `closed` counts the replies that nobody read to the end.
    """

    name = "chat-1"

    def __init__(self, reply: Callable[[str], str | ChatError], size: int = 7) -> None:
        self._reply = reply
        self._size = size
        self.asked: list[tuple[Message, ...]] = []
        self.closed = 0

    def stream(self, messages: Sequence[Message], allowance: Allowance) -> Generator[str]:
        """Yield the reply in pieces, until the allowance's `stop` is set."""
        self.asked.append(tuple(messages))
        said = self._reply(messages[-1].text)
        if isinstance(said, ChatError):
            raise said
        try:
            for start in range(0, len(said), self._size):
                if allowance.stop.is_set():
                    raise ChatError(ChatFailure.STOPPED, "stopped")
                yield said[start : start + self._size]
        except GeneratorExit:
            self.closed += 1
            raise


_PASSAGE = re.compile(
    r"<<(?P<edge>[0-9a-f]+) 記事の文 \[(?P<n>[0-9]+)\] (?P<kind>[^ ]+) [^\n]*>>\n(?P<text>.*?)\n<</(?P=edge)>>",
    re.DOTALL,
)


def restated(prompt: str) -> str:
    """Return what a perfect model would say: each passage of a prompt, sentence by sentence, with its number."""
    lines: list[str] = []
    step = 0
    for found in _PASSAGE.finditer(prompt):
        text = "".join(f"{sentence}[{found['n']}]" for sentence in sentences(found["text"].replace("\n", " ")))
        step = step + 1 if found["kind"] == "手順" else 0
        if found["kind"] not in {"注意", "コマンド"}:
            lines.append(f"{step}. {text}" if step else text)
    return "\n".join(lines)


class OverlapReranker:
    """Score by the share of the question's letters, pairs and triples that the passage has; `limit` ends it early."""

    name = "fake-overlap"

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit

    def score(self, question: str, passages: Sequence[str], seconds: float) -> NDArray[np.float32]:
        """Return a score for each passage, or for the first `limit`."""
        asked = set(_grams(question))
        read = passages[: self._limit] if seconds > 0 else []
        return np.array([len(asked & set(_grams(text))) / len(asked) for text in read], np.float32)


def _grams(text: str) -> list[str]:
    # A text without letters still needs a vector, hence the marks at both ends.
    letters = "^" + "".join(unicodedata.normalize("NFKC", text).casefold().split()) + "$"
    return [letters[start : start + size] for size in _NGRAMS for start in range(len(letters) - size + 1)]
