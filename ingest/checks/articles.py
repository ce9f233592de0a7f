"""Check bundled articles: format, dates, codes, versions, commands, phone numbers and support dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.errors import CorpusError
from bot.knowledge.commands import Commands
from bot.knowledge.lifecycle import Lifecycle
from bot.text.normalize import normalize
from bot.types import BlockKind
from ingest.checks.article_file import ArticleFile, read_article
from ingest.checks.problem import Problem, from_error

__all__ = ["Known", "check_article", "read_articles"]

_SHORTEST, _LONGEST = 700, 2500
"""Characters of body, white space left out: shorter leaves a reader alone, longer is not read on a phone."""

_CODE = re.compile(r"(?<![0-9A-Za-z])0x([0-9A-Fa-f]{1,8})(?![0-9A-Za-z])")
_KB = re.compile(r"(?<![0-9A-Za-z])KB ?([0-9]{6,7})(?![0-9])", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![0-9-])(?:0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}|0[1-9][0-9]{8,9}|#[0-9]{4})(?![0-9-])"
    r"|(?<![0-9A-Za-z.,:#-])1(?:10|18|19|88|89)(?= ?(?:番(?![号地目])|です|に(?:電話|相談|かけ)))"
)
_SENTENCE = re.compile(r"[^。]*。?")
_POINTS_ELSEWHERE = re.compile(
    r"(?:[上下]の|前に挙げた)(?:表|手順|図|項目)|次の例(?=が)|前述|先ほど|最後の行|この記事|(?<!ブログ)記事(?=[はをへにで])"
)
"""Points at something that a quoted sentence leaves behind; an article is named: 記事「…」."""

_LEANS = re.compile(
    r"^(?:これ|それ|そこ|ここ|その|この(?!まま|PC|ガイド)|しかし|なお|どちらも|もう?(?:1|一)つは|(?:1|一)つは|同じ報告)"
)
_ABOUT_SUPPORT = re.compile(r"サポート|終了|終わ")
_DATE = r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"


@dataclass(frozen=True, slots=True)
class Known:
    """What articles are held against; None where a knowledge file is itself broken: one mistake is one problem."""

    today: date
    lifecycle: Lifecycle | None
    commands: Commands | None
    phones: frozenset[str] | None


def read_articles(folder: Path) -> tuple[list[ArticleFile], list[Problem]]:
    """Return all articles that can be read, and what is wrong with the others or with their ids."""
    articles: list[ArticleFile] = []
    problems: list[Problem] = []
    ids: dict[str, str] = {}
    for path in sorted(folder.glob("*.md")):
        try:
            article = read_article(path)
        except CorpusError as error:
            problems.append(from_error(path, error))
            continue
        articles.append(article)
        name = article.front.id
        if name != path.stem:
            problems.append(_problem(article, f"the id {name} is not the file name", "make them equal", "id:"))
        if name in ids:
            message = f"the id {name} is also that of {ids[name]}"
            problems.append(_problem(article, message, "give each article its own id", "id:"))
        ids.setdefault(name, path.name)
    if not articles and not problems:
        problems.append(Problem(str(folder), 1, "no article (*.md)", "restore the articles or correct GUIDE_CORPUS"))
    return articles, problems


def check_article(article: ArticleFile, known: Known) -> Iterator[Problem]:
    """Yield every mistake of one readable article."""
    yield from _check_dates(article, known.today)
    yield from _check_identifiers(article)
    yield from _check_length(article)
    yield from _check_standing_alone(article)
    if known.lifecycle is not None:
        yield from _check_versions(article, known.lifecycle)
        yield from _check_support_dates(article, known.lifecycle)
    if known.commands is not None:
        yield from _check_commands(article, known.commands)
    if known.phones is not None:
        yield from _check_phones(article, known.phones)


def _check_dates(article: ArticleFile, today: date) -> Iterator[Problem]:
    front = article.front
    if front.published is None or front.updated is None:  # read_article has refused such a file
        return
    if front.published > front.updated:
        message = f"published {front.published} is after updated {front.updated}"
        yield _problem(article, message, "correct one", "updated:")
    if front.updated > today:
        yield _problem(article, f"updated {front.updated} is in the future", "correct the date", "updated:")


def _check_identifiers(article: ArticleFile) -> Iterator[Problem]:
    text = normalize(f"{article.front.title}\n{article.body}")
    codes = [f"0x{digits.upper()}" for digits in _CODE.findall(text)]
    numbers = [f"KB{digits}" for digits in _KB.findall(text)]
    for key, found, listed in (("error_codes", codes, article.front.error_codes), ("kb", numbers, article.front.kb)):
        for name in dict.fromkeys(found):
            if name not in listed:
                yield _problem(article, f"{name} is in the text but not in {key}", f"add it to {key}", f"{key}:")
        for name in listed:
            if name not in found:
                yield _problem(article, f"{name} is in {key} but not in the text", "remove it or mention it", f"{key}:")


def _check_length(article: ArticleFile) -> Iterator[Problem]:
    length = len("".join(article.body.split()))
    if not _SHORTEST <= length <= _LONGEST:
        message = f"the body has {length} characters, expected {_SHORTEST} to {_LONGEST}"
        remedy = "say more" if length < _SHORTEST else "split the article"
        yield Problem(str(article.path), article.first_line, message, remedy)


def _check_standing_alone(article: ArticleFile) -> Iterator[Problem]:
    """Report sentences that an answer could not quote alone, because they point at what stands around them."""
    for unit in article.units():
        if unit.kind in {BlockKind.HEADING, BlockKind.CODE}:
            continue
        for sentence in _SENTENCE.findall(unit.text):
            said = sentence.strip()
            found = _POINTS_ELSEWHERE.search(said) or _LEANS.search(said)
            if found:
                message = (
                    f"「{found.group()}」 in 「{said[:40]}」 points at what an answer that quotes it does not show"
                )
                yield Problem(str(article.path), unit.line, message, "name the thing; an article by its title")


def _check_versions(article: ArticleFile, lifecycle: Lifecycle) -> Iterator[Problem]:
    versions = {release.version for release in lifecycle.releases}
    systems = {f"Windows {release.windows}" for release in lifecycle.releases}
    for key, names, known in (("versions", article.front.versions, versions), ("os", article.front.os, systems)):
        for name in names:
            if name not in known:
                message = f"{key} names {name}, which lifecycle.csv does not have"
                yield _problem(article, message, "correct it, or refresh lifecycle.csv", f"{key}:")


def _check_support_dates(article: ArticleFile, lifecycle: Lifecycle) -> Iterator[Problem]:
    """Compare every 「〈version〉…YYYY年M月D日」 in a sentence on support, or in a table row, with the lifecycle."""
    versions = {release.version for release in lifecycle.releases if re.fullmatch(r"\d\dH\d", release.version)}
    names = "|".join([*sorted(versions), "Windows 10"])
    pattern = re.compile(rf"(?P<name>{names})(?![0-9A-Za-z])[^0-9。]*?{_DATE}")
    for unit in article.units():
        for sentence in _SENTENCE.findall(unit.text):
            if not _ABOUT_SUPPORT.search(sentence) and " | " not in sentence:
                continue
            for match in pattern.finditer(sentence):
                said = f"{match['year']}-{int(match['month']):02}-{int(match['day']):02}"
                ends = _ends(match["name"], lifecycle)
                if said not in ends:
                    message = f"{match['name']} is said to end on {said}, lifecycle.csv says {' or '.join(ends)}"
                    yield Problem(str(article.path), unit.line, message, "correct the date, or refresh lifecycle.csv")


def _ends(name: str, lifecycle: Lifecycle) -> Sequence[str]:
    if name == "Windows 10":
        return [max(release.end for release in lifecycle.releases if release.windows == "10").isoformat()]
    return sorted({release.end.isoformat() for release in lifecycle.releases if release.version == name})


def _check_commands(article: ArticleFile, commands: Commands) -> Iterator[Problem]:
    for unit in article.units():
        if unit.kind is BlockKind.CODE and commands.known(unit.text) is None:
            message = f"the command {unit.text} is not in commands.yaml"
            yield Problem(str(article.path), unit.line, message, "add it there with its risk and gate")


def _check_phones(article: ArticleFile, phones: frozenset[str]) -> Iterator[Problem]:
    known = {_digits(phone) for phone in phones}
    for unit in article.units():
        for match in _PHONE.finditer(normalize(unit.text)):
            if _digits(match.group()) not in known:
                message = f"the phone number {match.group()} has no source"
                remedy = "add a contact with its source to escalation.yaml, or say how to find the official number"
                yield Problem(str(article.path), unit.line, message, remedy)


def _digits(phone: str) -> str:
    return normalize(phone).replace("-", "")


def _problem(article: ArticleFile, message: str, remedy: str, key: str) -> Problem:
    """Return a problem at the line of a front matter key."""
    with article.path.open(encoding="utf-8") as file:
        line = next((number for number, text in enumerate(file, 1) if text.startswith(key)), 1)
    return Problem(str(article.path), line, message, remedy)
