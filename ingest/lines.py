"""Read single lines as a reader does: list item, step, warning, command, end of a sentence.

Plain text has nothing else to go by, and HTML authors type their own 「・」 and 「※」 too.
"""

from __future__ import annotations

import re
import unicodedata

from bot.types import Block, BlockKind

__all__ = [
    "LINE_BREAK",
    "block_of",
    "caution_or_paragraph",
    "ends_sentence",
    "fold",
    "is_command",
    "lead_in",
    "one_line",
    "split_lines",
]

LINE_BREAK = "\x1e"
"""Stands for a forced line break (`<br>`) in text on its way to blocks; texts hold no control characters."""

_BULLET = re.compile(r"(?:[・･•‣◦∙●○◉▪▫⚫](?![・･.…])|[-*+–—](?=\s))\s*(?=\S)")
_MARKED = re.compile(r"[■□◆◇▶►▼▽▲△★☆◎➡→⇒☑✅✔]\s*(?=\S)")
_STEP = re.compile(
    r"(?:"
    r"[(\uff08]?(?P<plain>\d{1,2})(?:[)\uff09](?!\s*[ヶか月日])|[.\uff0e](?!\d)|、(?![\d\s]))"
    r"|[【\[]?(?:手順|ステップ|STEP|Step)\s*(?P<word>\d{1,2})\s*[】\].\uff0e:\uff1a)\uff09、]?"
    r"|(?P<circled>[①-⑳])"
    r")\s*(?=\S)"
)
_WARNS = "ご?注意(?:点|事項)?|警告|重要|危険|厳禁"
_WARNING = re.compile(  # matched against NFKC text
    rf"(?:⚠|❗|‼|!!|[【\[(〔《<]\s*(?:{_WARNS})\s*[】\])〕》>]"
    rf"|(?:{_WARNS}|WARNING|CAUTION|IMPORTANT|Warning|Caution|Important)\s*[:!])"
)
_QUOTED_WARNING = re.compile(rf"\W*(?:{_WARNS}|WARNING|CAUTION|IMPORTANT|Warning|Caution|Important)")
_NOTE_WARNS = re.compile(r"ください|下さい|注意|危険|禁止|厳禁|必ず|しない(?:こと|よう|で)|避け|控え")
_SENTENCE_END = re.compile(r"(?:[。.!?]|\.\.\.)[」』】)\]\"'♪☆★]*$")  # matched against NFKC text
_LEAD_IN = re.compile(r":$|(?:以下|次)の(?:とおり|通り|よう)(?:です|になります|に)?[。:]?$")  # also NFKC
_COMMAND = re.compile(
    r"(?:[A-Za-z]:\\|\\\\|%\w+%|HKEY_|HK(?:LM|CU)[\\:])"
    r"|^(?:[a-z][\w.-]*|[A-Z]{2,}[\w.]*|[A-Z][a-z]+-[A-Z]\w+)(?:\s+\S+)*\s+[/-]{1,2}[A-Za-z?][\w:-]*(?:\s|$)"
    r"|^[\w-]+\.(?:exe|msc|cpl|vbs|bat|cmd|ps1|reg)\b"
    r"|^(?i:net|bcdedit|diskpart|chkdsk|sfc|dism|reg|wmic|powershell|slmgr|w32tm|ipconfig|netsh)\s+\S"
)
_COMMAND_LENGTH = 300
_FOLDED = 400
"""Characters; chrome is shorter, and what it says is at its beginning."""
_SPACES = re.compile(r"[ \t\f\v]+")
_BREAK = re.compile(r"[ \t\f\v]*\n[ \t\f\v\n]*")
_WIDE = frozenset("FWH")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")


def fold(text: str) -> str:
    """Return `text` as rules match it: NFKC, white space runs as one space, stripped.

    「…」 becomes three full stops. Only the first characters of a long text are folded: what rules look for is short,
    and sorting thousands of combining marks takes quadratic time.
    """
    return " ".join(unicodedata.normalize("NFKC", text[:_FOLDED]).split())


def one_line(text: str) -> str:
    """Return `text` on one line as a browser shows it.

    A line break between two wide characters vanishes (Japanese has no spaces to keep), any other becomes one space.
    """
    if "\n" in text:
        text = _BREAK.sub(_joint, text.strip())
    return _SPACES.sub(" ", text).strip()


def _joint(match: re.Match[str]) -> str:
    before, after = match.string[match.start() - 1 : match.start()], match.string[match.end() : match.end() + 1]
    return "" if _is_wide(before) and _is_wide(after) else " "


def _is_wide(char: str) -> bool:
    return bool(char) and unicodedata.east_asian_width(char) in _WIDE and not _HANGUL.match(char)


def ends_sentence(text: str) -> bool:
    """Tell whether `text` ends as a sentence does, closing brackets allowed."""
    return bool(_SENTENCE_END.search(unicodedata.normalize("NFKC", text[-8:].rstrip())))


def lead_in(text: str) -> bool:
    """Tell whether `text` announces what follows it (「次のとおりです。」, 「要点:」) and so belongs to it."""
    return bool(_LEAD_IN.search(unicodedata.normalize("NFKC", text[-16:].rstrip())))


def is_command(text: str) -> bool:
    """Tell whether a line is something to type or a path: ASCII only, no sentence, with the marks of a command line."""
    if len(text) > _COMMAND_LENGTH or not text.isascii() or ends_sentence(text):
        return False
    return not text.startswith(("http://", "https://")) and bool(_COMMAND.search(text))


def block_of(line: str, level: int = 0) -> Block:
    """Return the block that one line of text is, by its own opening mark; its text without list marks.

    `level` is the nesting depth a list item gets. Headings need more than their own line and are not recognised here.
    """
    text = one_line(line)
    if match := _STEP.match(text):
        return Block(BlockKind.STEP, text[match.end() :].strip(), level=level, number=_number(match))
    if (match := _BULLET.match(text)) or (match := _MARKED.match(text)):
        rest = text[match.end() :].strip()
        return Block(BlockKind.BULLET, rest or text, level=level)
    if is_command(text):
        return Block(BlockKind.CODE, line.strip())
    return caution_or_paragraph(text)


def caution_or_paragraph(text: str, *, quoted: bool = False) -> Block:
    """Return a CAUTION if `text` warns by its opening word, or is a 「※」 note that tells what (not) to do.

    In a block quote (`quoted`) the bare word is enough; elsewhere it needs a colon or brackets.
    """
    opening = unicodedata.normalize("NFKC", text[:16])
    warning = _QUOTED_WARNING if quoted else _WARNING
    warns = warning.match(opening) or (opening.startswith("※") and _NOTE_WARNS.search(text))
    return Block(BlockKind.CAUTION if warns else BlockKind.PARAGRAPH, text)


def split_lines(text: str) -> list[str]:
    """Split a paragraph at the forced line breaks that separate; the others only wrap a sentence.

    They separate after a sentence, before and after a line with a mark of its own, and where two stand together.
    """
    lines: list[str] = []
    fresh = True
    for part in text.split(LINE_BREAK):
        line = one_line(part)
        if not line:
            fresh = True
            continue
        if fresh or not lines or ends_sentence(lines[-1]) or _is_marked(line) or _is_marked(lines[-1]):
            lines.append(line)
        else:
            lines[-1] = one_line(f"{lines[-1]}\n{line}")
        fresh = False
    return lines


def _is_marked(line: str) -> bool:
    return block_of(line).kind is not BlockKind.PARAGRAPH


def _number(match: re.Match[str]) -> int:
    if circled := match["circled"]:
        return ord(circled) - ord("①") + 1
    return int(match["plain"] or match["word"])
