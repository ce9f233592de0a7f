"""`guide eval`: measure answers with test questions, compare, gate and report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import IndexOption, JsonOption, open_guide, print_json, progress, settings_for
from bot.cli.eval_against import record_other, require_other
from bot.cli.eval_beir import measure_beir, measure_run
from bot.cli.eval_model import against_extractive, phrased_by
from bot.errors import UsageError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.answer.guide import Guide
    from bot.backends.chat_model import ChatModel
    from bot.backends.judge import Judge
    from bot.evals.ablate import AblationRow
    from bot.evals.compare import Comparison
    from bot.evals.figures import SetResult
    from bot.evals.judge import Judged
    from bot.evals.report import Report
    from bot.evals.run import QuestionSet

__all__ = ["EXAMPLE", "run"]

EXAMPLE = "Example: guide eval --baseline corpus/evals/baseline.json --report data/eval-report"

_Bar = Callable[[str, int, int], None]


def run(
    *,
    questions: Annotated[
        Path | None, typer.Option(help="Test questions (default: the bundled ones and the holdout).")
    ] = None,
    holdout: Annotated[Path | None, typer.Option(help="Questions that are never tuned on, reported apart.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Directory for report.html, report.json, junit.xml, TREC files.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="Accepted run to compare with; exit 1 when a metric fell.")
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Accept this run: write it to --baseline or the bundled file.")
    ] = False,
    against: Annotated[
        str | None, typer.Option(help="A revision, or settings and weights as KEY=VALUE,…: compare with that.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Chat model, as in GUIDE_CHAT_MODEL, to phrase answers: both modes side by side.")
    ] = None,
    ablate: Annotated[bool, typer.Option("--ablate", help="Also turn off one stage at a time.")] = False,
    judge: Annotated[
        bool, typer.Option("--judge", help="Also have GUIDE_JUDGE_MODEL judge the answers; reported, never gated.")
    ] = False,
    mine: Annotated[
        Path | None, typer.Option(help="Real questions, one a line: which would be abstained on, and why.")
    ] = None,
    support: Annotated[
        bool, typer.Option("--support", help="Verification of generated sentences alone, on the labelled ones; gated.")
    ] = False,
    beir: Annotated[
        Path | None, typer.Option(help="Directory with corpus.jsonl, queries.jsonl, qrels.tsv: retrieval alone.")
    ] = None,
    queries: Annotated[str, typer.Option(help="Name of the queries file of --beir.")] = "queries.jsonl",
    qrels: Annotated[str | None, typer.Option(help="Name of the judgements of --beir (default: qrels.tsv).")] = None,
    run_out: Annotated[Path | None, typer.Option("--run", help="Write our ranking as a TREC run.")] = None,
    run_in: Annotated[
        Path | None, typer.Option("--from-run", help="Measure this TREC run instead of our search.")
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Documents a query in the ranking of --beir.")] = 10,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the guide; without --index and --questions, on the bundled articles as they are now."""
    from bot.backends.chat_model import open_chat_model
    from bot.backends.judge import open_judge
    from bot.evals.beir import load_beir
    from bot.evals.run import judgements, load_sets
    from bot.evals.support import support_falls

    _refuse_mixtures(
        beir is not None,
        mine is not None,
        run_in is not None,
        baseline or write_baseline or against or model or ablate or judge,
    )
    _refuse_for_model(model and (write_baseline or against or ablate))
    # Without --model the articles' own words are measured, whatever the settings say: they are what is tuned and gated.
    settings = settings_for(index).model_copy(update={"chat_model": ""})
    phrasing = settings.model_copy(update={"chat_model": model}) if model else None
    judging = open_judge(settings) if judge else None  # what is missing is said before minutes are spent
    with progress(enabled=not as_json) as bar:
        if support:
            found = _support(settings)
        elif beir is not None:
            judged = load_beir(beir, queries, qrels)
            if run_in is not None:
                found = measure_run(judged.name, judged.judged, run_in)
            else:
                found = measure_beir(settings, bar, judged, k, run_out, own_index=index is not None)
        elif run_in is not None:
            first = load_sets(settings.corpus, questions, holdout)[0]
            found = measure_run(first.name, judgements(first.cases), run_in)
        elif mine is not None:
            found = _mine(settings, mine, bar)
        else:
            sets = load_sets(settings.corpus, questions, holdout)
            if index is None and questions is None:
                settings = _bundled(settings, bar)
            found = _questions(
                settings,
                bar,
                sets,
                baseline=baseline,
                write=write_baseline,
                against=against,
                chat=open_chat_model(phrasing) if phrasing else None,
                ablate=ablate,
                judge=judging,
                run_out=run_out,
            )
    _show(found, report, as_json=as_json)
    if found.falls or support_falls(found.support):
        raise typer.Exit(1)


def _refuse_mixtures(beir: bool, mine: bool, foreign: bool, compared: object) -> None:
    if beir and mine:
        raise UsageError("--beir and --mine measure different things; give one of them")
    if (beir or mine or foreign) and compared:
        raise UsageError(
            "--baseline, --write-baseline, --against, --model, --ablate and --judge need test questions; "
            "leave out --beir, --mine and --from-run"
        )
    if mine and foreign:
        raise UsageError("--mine asks the guide and --from-run does not; give one of them")


def _refuse_for_model(asked: object) -> None:
    if asked:
        raise UsageError(
            "--model compares with the extractive answers; leave out --write-baseline, --against and --ablate"
        )


def _bundled(settings: Settings, bar: _Bar) -> Settings:
    """Return settings for an index of exactly the bundled articles, brought up to date beside the configured one."""
    from ingest.run import ingest

    own = settings.model_copy(update={"index": settings.index.with_name(f"{settings.index.name}-eval")})
    report = ingest([str(settings.corpus / "articles")], own, bar)
    for item in report.skipped:
        typer.echo(f"skipped {item.source}: {item.reason}; {item.remedy}", err=True)
    return own


def _questions(
    settings: Settings,
    bar: _Bar,
    sets: list[QuestionSet],
    *,
    baseline: Path | None,
    write: bool,
    against: str | None,
    chat: ChatModel | None,
    ablate: bool,
    judge: Judge | None,
    run_out: Path | None,
) -> Report:
    from bot.evals.ablate import write_table
    from bot.evals.baseline import read_baseline, write_baseline
    from bot.evals.report import Report
    from bot.evals.run import against_baseline, against_recording, now, score_guide, with_gate
    from bot.evals.trec import write_ranked

    if against is not None:
        require_other(against)
    # A baseline that cannot be used is said before minutes are spent; one that is about to be written need not exist.
    accepted = read_baseline(baseline) if baseline is not None and not (write and not baseline.exists()) else None
    guide = plain = open_guide(settings)
    if chat is not None:
        guide = phrased_by(chat, plain, settings)
    scored = score_guide(guide, sets, bar)
    rows = _ablation(guide, sets[0], scored[0], bar) if ablate else []
    comparisons: list[Comparison] = []
    if accepted is not None and baseline is not None:
        comparisons += against_baseline(scored, accepted, baseline)
    if chat is not None:
        comparisons += against_extractive(scored, sets, plain, bar)
    if against is not None:
        other = record_other(against, settings, guide, [case for one in sets for case in one.cases], bar)
        comparisons += against_recording(scored, sets, other, against)
    if run_out is not None:
        write_ranked(run_out, {result.case.id: result.seen.ranked for result in scored[0].results})
    verdicts = [_judge(judge, one, bar) for one in scored] if judge is not None else []
    found = Report(now(), tuple(scored), ablation=tuple(rows), judged=tuple(verdicts))
    if not write:
        return with_gate(found, comparisons)
    target = baseline or settings.corpus / "evals" / "baseline.json"
    write_baseline(target, scored)
    typer.echo(f"accepted: {sum(len(one.results) for one in scored)} questions -> {target}", err=True)
    if rows:
        write_table(target.with_name("ablation.md"), rows, scored[0])
    # What is being accepted is compared, but cannot fail.
    return with_gate(found, comparisons, judged=False)


def _ablation(guide: Guide, questions: QuestionSet, whole: SetResult, bar: _Bar) -> list[AblationRow]:
    from bot.evals.ablate import ablate

    total = len(questions.cases)
    return ablate(guide, questions.cases, whole, lambda stage, done: bar(f"no {stage}", done, total))


def _judge(judge: Judge, scored: SetResult, bar: _Bar) -> Judged:
    from bot.evals.judge import judge_set

    return judge_set(judge, scored, lambda done, total: bar(f"judge {scored.name}", done, total))


def _support(settings: Settings) -> Report:
    from bot.evals.report import Report
    from bot.evals.run import now
    from bot.evals.support import measure_support
    from bot.evals.support_cases import OTHERS, SUPPORT, load_support

    folder = settings.corpus / "evals"
    groups = load_support(folder / SUPPORT)
    if (folder / OTHERS).exists():
        groups += load_support(folder / OTHERS)
    return Report(now(), support=tuple(measure_support(groups)))


def _mine(settings: Settings, path: Path, bar: _Bar) -> Report:
    from bot.evals.mine import load_questions, mine
    from bot.evals.report import Report
    from bot.evals.run import now

    asked = load_questions(path)
    mined = mine(open_guide(settings), asked, lambda done: bar("asking", done, len(asked)))
    return Report(now(), mined=tuple(mined))


def _show(report: Report, directory: Path | None, *, as_json: bool) -> None:
    from bot.evals.report import as_document, write_report
    from bot.evals.report.console import lines

    written = write_report(report, directory) if directory is not None else []
    if as_json:
        print_json(as_document(report))
    else:
        for line in lines(report):
            typer.echo(line)
    for path in written:
        typer.echo(f"-> {path}", err=True)
