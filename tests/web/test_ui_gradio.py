"""Importing Gradio without its stub writer."""

from __future__ import annotations

import subprocess
import sys

_REPORT = """
import sys
from bot.web.ui_gradio import gr
from gradio import component_meta
assert gr is sys.modules["gradio"]
print(component_meta.create_or_modify_pyi.__module__)
print(any(type(finder).__module__ == "bot.web.ui_gradio" for finder in sys.meta_path))
class Ours(gr.HTML):
    EVENTS = ["click"]
print(callable(Ours.click), len(gr.Button().EVENTS) > 0)
"""


def test_components_are_made_without_reading_their_source():
    """The function that writes stubs is out, the import hook is gone, components and their events are whole."""
    done = subprocess.run([sys.executable, "-c", _REPORT], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:3] == ["bot.web.ui_gradio", "False", "True True"]
