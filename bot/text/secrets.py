"""Mask secrets in what readers write, before anything is logged, stored, embedded or sent to a model.

Detection works on folded text, masking on the original: everything that is not a secret stays byte-identical. Public
error codes, KB numbers, builds, GUIDs and addresses are no secrets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from bot.text.normalize import normalize, normalize_with_offsets
from bot.text.secret_digits import find_digit_keys
from bot.text.secret_keys import find_product_keys
from bot.text.secret_kinds import REPLACEMENTS, Secret, SecretKind
from bot.text.secret_passwords import find_passwords
from bot.text.secret_personal import find_personal
from bot.text.secret_phones import find_phones

__all__ = ["Redaction", "SecretKind", "redact", "redact_conversation"]

_Finder = Callable[[str], Iterator[Secret]]

_MASKED = re.compile("|".join(map(re.escape, REPLACEMENTS.values())))
_FILLER = "ん"  # stands for what is masked already: no part of any secret, and silent about which word stood there
_FINDERS = (find_product_keys, find_digit_keys, find_passwords, find_personal, find_phones)
# What may be cut within a group. Not passwords: anything at all that the next message begins with would lengthen one.
_CUT_FINDERS = (find_product_keys, find_digit_keys, find_personal, find_phones)
_SEAM = 120  # characters on both sides of the end of a message in which a secret may be cut within a group
_AT = re.compile(r"@|[\[({<](?i:at)|アット")


@dataclass(frozen=True, slots=True)
class Redaction:
    """Text with its secrets masked, and how many of each kind there were."""

    text: str
    counts: dict[str, int] = field(default_factory=dict)


def redact(text: str) -> Redaction:
    """Replace each secret in `text` by the name of its kind; all else stays byte-identical."""
    masked, counts = redact_conversation([text])
    return Redaction(masked[0], counts)


def redact_conversation(texts: Sequence[str], own: Sequence[int] = ()) -> tuple[list[str], dict[str, int]]:
    """Mask secrets in consecutive messages, also one that begins in one message and ends in another.

    `own` are the places of the reader's messages: a secret may go on from one to the next over the answer between them.
    Returns the masked messages, one for each, and the number of secrets by kind; a secret in two parts counts once.
    """
    offsets = [0, *accumulate(len(text) + 1 for text in texts)]
    found = _find_across(texts)
    if own and list(own) != list(range(own[0], own[-1] + 1)):
        apart = [texts[at] for at in own]
        starts = [0, *accumulate(len(text) + 1 for text in apart)]
        for secret in _find_across(apart):
            spans = tuple(
                (max(start, begin) - begin + offsets[at], min(end, begin + len(text)) - begin + offsets[at])
                for start, end in secret.spans
                for at, begin, text in zip(own, starts, apart, strict=False)
                if start < begin + len(text) and begin < end
            )
            found.append(Secret(secret.kind, spans))
    masks = _merge(found)
    masked = [_apply(text, offset, masks) for text, offset in zip(texts, offsets, strict=False)]
    owners = {id(secret): secret.kind.value for _, _, secret in masks}
    return masked, dict(Counter(owners.values()))


def _find_across(texts: Sequence[str]) -> list[Secret]:
    """Return the secrets in messages, as ranges of the messages joined by line breaks."""
    offsets = [0, *accumulate(len(text) + 1 for text in texts)]
    found = list(_find("\n".join(texts)))
    if len(texts) > 1:
        for text, offset in zip(texts, offsets, strict=False):
            found.extend(_shift(_find(text), offset))
        found.extend(_find_at_seams(texts, offsets))
    return found


def _find(text: str, finders: Iterable[_Finder] = _FINDERS) -> Iterator[Secret]:
    """Yield the secrets in `text`, as ranges of the original characters."""
    text = _MASKED.sub(lambda match: _FILLER * len(match.group()), text)
    folded = normalize_with_offsets(text)
    for finder in finders:
        for secret in finder(folded.text):
            yield Secret(secret.kind, tuple(folded.original_span(start, end) for start, end in secret.spans))


def _find_at_seams(texts: Sequence[str], offsets: Sequence[int]) -> Iterator[Secret]:
    """Yield secrets that a message's end cuts in the middle of a group, or off what tells them."""
    for at in range(len(texts) - 1):
        tail = texts[at].rstrip()[-_SEAM:]
        head = texts[at + 1].lstrip()[:_SEAM]
        tail_offset = offsets[at] + len(texts[at].rstrip()) - len(tail)
        head_offset = offsets[at + 1] + len(texts[at + 1]) - len(texts[at + 1].lstrip())
        for secret in _find(tail + head, _CUT_FINDERS):
            spans = []
            for start, end in secret.spans:
                if start < len(tail):
                    spans.append((tail_offset + start, tail_offset + min(end, len(tail))))
                if end > len(tail):
                    spans.append((head_offset + max(start, len(tail)) - len(tail), head_offset + end - len(tail)))
            if any(start <= len(tail) < end for start, end in secret.spans) and not _adjoins(secret, tail, head):
                yield Secret(secret.kind, tuple(spans))


def _adjoins(secret: Secret, tail: str, head: str) -> bool:
    """Tell whether an address only seems to begin before the seam: a word or code there would be masked with it."""
    if secret.kind is not SecretKind.EMAIL:
        return False
    return not (_AT.search(normalize(tail[secret.spans[0][0] :])) or _AT.match(normalize(head)))


def _shift(secrets: Iterable[Secret], offset: int) -> Iterator[Secret]:
    for secret in secrets:
        yield Secret(secret.kind, tuple((start + offset, end + offset) for start, end in secret.spans))


def _merge(secrets: Iterable[Secret]) -> list[tuple[int, int, Secret]]:
    """Join overlapping ranges, so that nothing found stays visible; the longest one in a range names its kind."""
    found = [(start, end, secret) for secret in secrets for start, end in secret.spans]
    found.sort(key=lambda item: (item[0], -item[1], -len(item[2].spans)))
    merged: list[tuple[int, int, Secret]] = []
    longest = 0
    for start, end, secret in found:
        if merged and start < merged[-1][1]:
            first, last, owner = merged[-1]
            if end - start > longest:
                owner, longest = secret, end - start
            merged[-1] = (first, max(last, end), owner)
        else:
            merged.append((start, end, secret))
            longest = end - start
    return merged


def _apply(text: str, offset: int, masks: Iterable[tuple[int, int, Secret]]) -> str:
    """Put the replacements into the message whose first character is number `offset` of the conversation."""
    pieces: list[str] = []
    at = 0
    for mask_start, mask_end, secret in masks:
        start, end = max(mask_start - offset, at), min(mask_end - offset, len(text))
        if start < end:
            pieces += (text[at:start], REPLACEMENTS[secret.kind])
            at = end
    return "".join((*pieces, text[at:])) if pieces else text
