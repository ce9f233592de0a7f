"""The command line: `guide`. Each command lives in its own module and imports what is heavy only when it runs."""

from __future__ import annotations

import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import Any

import typer
from typer.core import TyperGroup

from bot.cli import ask, doctor, index, ingest, redact, search, serve, teach, tune, unanswered
from bot.cli import eval as evaluate
from bot.errors import GuideError

__all__ = ["app", "main"]


class _Commands(TyperGroup):
    """The commands; an interrupted one says what that means, in place of the framework's bare exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            typer.echo("guide: interrupted; nothing that was stored is lost", err=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=_Commands,
    name="guide",
    help="A support guide for a blog on Windows PC trouble: cited answers from your own articles.",
    epilog="Example: guide ask 24H2にしたら認証が外れた",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("ingest", epilog=ingest.EXAMPLE)(ingest.run)
app.command("search", epilog=search.EXAMPLE)(search.run)
app.command("ask", epilog=ask.EXAMPLE)(ask.run)
app.command("redact", epilog=redact.EXAMPLE)(redact.run)
app.command("eval", epilog=evaluate.EXAMPLE)(evaluate.run)
app.command("tune", epilog=tune.EXAMPLE)(tune.run)
app.command("teach", epilog=teach.EXAMPLE, hidden=True)(teach.run)
app.command("serve", epilog=serve.EXAMPLE)(serve.run)
app.command("unanswered", epilog=unanswered.EXAMPLE)(unanswered.run)
app.command("doctor", epilog=doctor.EXAMPLE)(doctor.run)
app.command("index", epilog=index.EXAMPLE)(index.run)


def main() -> None:
    """Run the command line; what a user can cause becomes one sentence on stderr and exit code 1 or 2."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A character that the terminal's encoding lacks must not cost the reader the rest of the answer.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except GuideError as error:
        typer.echo(f"guide: {error}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        # Trouble with files is named where it arises; what is left is mostly standard output that cannot be written.
        place = f"{error.filename}: " if error.filename else ""
        typer.echo(f"guide: {place}{error.strerror or error}; check disk space and rights, then try again", err=True)
        with suppress(OSError):
            sys.stdout.close()  # its buffer would fail once more, with a traceback, when Python ends
        sys.exit(1)
