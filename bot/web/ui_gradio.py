"""Import Gradio as `gr`, without the type stubs that it writes.

While it is imported, Gradio parses the source of each of its components and writes a `.pyi` file for editors beside it:
half of its import time at every start, and a write into the installed package.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

__all__ = ["gr"]

_MODULE, _FUNCTION = "gradio.component_meta", "create_or_modify_pyi"


class _Loader(Loader):
    """Loads the module as ever and then replaces its function that writes stubs."""

    def __init__(self, inner: Loader) -> None:
        self._inner = inner

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._inner.exec_module(module)
        if hasattr(module, _FUNCTION):  # another version of Gradio may do without
            setattr(module, _FUNCTION, lambda *_: None)


class _Finder(MetaPathFinder):
    """Finds that one module only."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname == _MODULE else None
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


@contextmanager
def _without_stubs() -> Iterator[None]:
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


with _without_stubs():
    import gradio as gr
