"""The headings that the guide itself puts over parts of an answer."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Label"]


class Label(StrEnum):
    """A heading's key; how it reads is in the frame of each language."""

    NEAR = "near"
    STEPS = "steps"
    STEP = "step"
    """One step; has {name}, its number."""
    ABOUT_STEP = "about_step"
    CHECK = "check"
    CASES = "cases"
    DONT = "dont"
    STUCK = "stuck"
    BESIDE = "beside"
    """From another article; has {name}, its title."""
    BESIDES = "besides"
    INSTEAD = "instead"
    FOR_YOU = "for_you"
    """What the reader's own situation asks for."""
