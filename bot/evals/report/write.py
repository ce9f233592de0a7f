"""Write all files of a report into one directory."""

from __future__ import annotations

import json
from pathlib import Path

from bot.errors import DiskError
from bot.evals.report.document import Report, as_document
from bot.evals.report.junit import junit
from bot.evals.report.page import page
from bot.evals.trec import write_qrels, write_ranked

__all__ = ["write_report"]


def write_report(report: Report, directory: Path) -> list[Path]:
    """Write report.html, report.json, junit.xml, and run and judgements as TREC files; return their paths.

    Raises `DiskError`.
    """
    document = as_document(report)
    files = {
        "report.json": (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode(),
        "report.html": page(document).encode(),
    }
    if report.sets:
        files["junit.xml"] = junit(report.sets, report.falls, gated=report.gated)
    written = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (directory / name).write_bytes(content)
            written.append(directory / name)
    except OSError as error:
        raise DiskError(
            f"{directory} cannot be written to ({error.strerror}); choose another place with --report"
        ) from None
    for scored in report.sets:
        judged = {result.case.id: dict.fromkeys(result.case.gold, 1) for result in scored.results if result.case.gold}
        ranked = {result.case.id: result.seen.ranked for result in scored.results if result.case.gold}
        write_ranked(directory / f"{scored.name}.run.trec", ranked)
        write_qrels(directory / f"{scored.name}.qrels.trec", judged)
        written += [directory / f"{scored.name}.run.trec", directory / f"{scored.name}.qrels.trec"]
    return written
