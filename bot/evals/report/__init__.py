"""What a run leaves behind: a table on the terminal, JSON, JUnit XML, TREC files, and one HTML page."""

from bot.evals.report.document import Report, as_document
from bot.evals.report.write import write_report

__all__ = ["Report", "as_document", "write_report"]
