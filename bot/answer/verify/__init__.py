"""Verified text: cut what a chat model writes into units, and release only what the cited passages say.

    cutter = Cutter()
    for unit in cutter.feed(piece):
        verdict = verify(unit, passages)

Pure functions of text: no model, no network; the only files are its own tables of words. What is checked, in this
order: nothing hidden or fetched by markup; no instruction obeyed, promise, or chatter; citations exist; literals stand
in a cited passage letter for letter; the words are the passages', of statements that belong together, with their
denials, order, hedges and conditions, and of each topic what is said of it.
"""

from bot.answer.verify.check import verify
from bot.answer.verify.sentences import Cutter, rejoined
from bot.answer.verify.verdict import Passage, Reason, Verdict

__all__ = ["Cutter", "Passage", "Reason", "Verdict", "rejoined", "verify"]
