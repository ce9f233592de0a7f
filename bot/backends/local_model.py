"""What every model that torch runs has in common: quiet loading, and one line on why it failed."""

from __future__ import annotations

import logging

import torch
from transformers.utils import logging as transformers_logging

__all__ = ["first_line", "load_quietly", "where_to_look"]


def load_quietly(threads: int = 0) -> None:
    """Keep what loading prints out of pipes and log files; `threads` are torch's, 0 leaves its own choice."""
    if threads:
        torch.set_num_threads(threads)
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def where_to_look(*, offline: bool) -> str:
    """Return the remedy for a model that could not be loaded."""
    return "give the path of its directory, or set GUIDE_OFFLINE=false to download it" if offline else "check its name"


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, its class where it has none."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
