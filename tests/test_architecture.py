"""The import arrows: each floor imports only from floors below it, and third-party walls hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FLOORS = (
    {"bot.types", "bot.errors", "bot.settings", "bot.text"},
    {"bot.knowledge"},
    {"bot.backends"},
    {"bot.index"},
    {"bot.retrieval"},
    {"bot.answer"},
    {"bot.web", "bot.desk", "bot.evals"},
    {"bot.cli"},
)
WALLS = {
    "chromadb": ("bot/backends/",),
    "langchain": ("bot/backends/", "ingest/chunk.py"),
    "langchain_core": ("bot/backends/", "ingest/chunk.py"),
    "langchain_text_splitters": ("bot/backends/", "ingest/chunk.py"),
    "deepeval": ("bot/backends/",),
    "gradio": ("bot/web/ui", "bot/desk/"),
    "ray": ("ingest/engines/ray_data.py",),
    "torch": ("bot/backends/",),
    "sentence_transformers": ("bot/backends/",),
}


def _modules() -> list[Path]:
    return sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "ingest").rglob("*.py"), ROOT / "app.py"])


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _floor(module: str) -> int | None:
    for number, rooms in enumerate(FLOORS):
        if any(module == room or module.startswith(room + ".") for room in rooms):
            return number
    return None


@pytest.mark.parametrize("path", _modules(), ids=_name)
def test_imports_only_from_floors_below(path: Path) -> None:
    """A module imports from its own room or from lower floors; rooms of one floor keep apart."""
    module = _name(path)
    own = _floor(module)
    for imported in _imports(path):
        floor = _floor(imported)
        if floor is None or own is None:
            continue
        same_room = module.split(".")[:2] == imported.split(".")[:2]
        foundation = own == 0
        assert floor < own or same_room or foundation, f"{module} imports {imported}"


@pytest.mark.parametrize("path", _modules(), ids=_name)
def test_third_party_walls(path: Path) -> None:
    """Chroma, LangChain, Gradio and torch appear only in the rooms made for them."""
    place = path.relative_to(ROOT).as_posix()
    for imported in _imports(path):
        allowed = WALLS.get(imported.split(".")[0])
        assert allowed is None or place.startswith(allowed), f"{place} imports {imported}"


def test_bot_never_imports_ingest_but_for_the_command_line() -> None:
    """The answering side does not know how articles were read."""
    for path in (ROOT / "bot").rglob("*.py"):
        if "cli" in path.parts:
            continue
        assert not any(name.split(".")[0] == "ingest" for name in _imports(path)), path


def test_ingest_imports_up_to_the_index() -> None:
    """Ingest needs nothing of retrieval, answers or pages."""
    for path in (ROOT / "ingest").rglob("*.py"):
        for name in _imports(path):
            floor = _floor(name)
            assert floor is None or floor <= 3, f"{path} imports {name}"


def test_environment_is_read_in_one_place() -> None:
    """Only bot/settings.py reads the environment."""
    for path in _modules():
        if path.name != "settings.py":
            text = path.read_text("utf-8")
            assert "os.environ" not in text, path
            assert "getenv" not in text, path


def test_modules_stay_small() -> None:
    """No module has more than 400 lines."""
    for path in _modules():
        assert len(path.read_text("utf-8").splitlines()) <= 400, path
