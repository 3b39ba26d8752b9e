"""The rules of CONTRIBUTING.md that no linter checks: sizes, docstrings, remedies, no sleeping and no mocks."""

from __future__ import annotations

import ast
import re
import statistics
import tokenize
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import click
import pytest

from dmsform.cli.main import root
from dmsform.cli.reference.commands import walk
from dmsform.cli.reference.diagnostics import CODE_MODULES, EXIT_CODE_MEANINGS
from dmsform.diagnostics import Code, ExitCode

ROOT = Path(__file__).parent.parent
SHIPPED = ("dmsform", "providers")
ALL = (*SHIPPED, "tests", "examples", "benchmarks")
LONGEST_FILE, MEDIAN_FILE = 600, 150
LONGEST_FUNCTION, SHORT_FUNCTION, SHORT_SHARE = 80, 30, 0.9


def files(*folders: str) -> list[Path]:
    """The Python files below these folders."""
    return sorted(p for folder in folders for p in (ROOT / folder).rglob("*.py") if ".dmsform" not in p.parts)


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, nested ones too."""
    return (n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from def to end, decorators and docstring left out: what explains is not to be saved on."""
    first = node.body[1] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body[0]
    head = node.body[0].lineno - node.lineno
    return (node.end_lineno or node.lineno) - first.lineno + 1 + head


def shown(paths: list[str]) -> str:
    return "\n" + "\n".join(paths)


def test_files_are_small() -> None:
    lengths = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in files(*ALL)}
    long = [f"{p.relative_to(ROOT)}: {n} lines" for p, n in lengths.items() if n > LONGEST_FILE]
    assert not long, shown(long)
    shipped = [n for p, n in lengths.items() if p.relative_to(ROOT).parts[0] in SHIPPED and p.name != "__init__.py"]
    assert statistics.median(shipped) <= MEDIAN_FILE


def test_functions_are_short() -> None:
    lengths = [(length(f), f"{p.relative_to(ROOT)}:{f.lineno} {f.name}") for p in files(*SHIPPED) for f in functions(p)]
    long = [f"{name}: {n} lines" for n, name in lengths if n > LONGEST_FUNCTION]
    assert not long, shown(long)
    short = sum(n <= SHORT_FUNCTION for n, _ in lengths) / len(lengths)
    assert short >= SHORT_SHARE, f"only {short:.1%} of the functions have at most {SHORT_FUNCTION} lines"


def test_every_file_states_its_idea() -> None:
    silent = [str(p.relative_to(ROOT)) for p in files(*ALL) if not ast.get_docstring(tree(p)) and p.read_text().strip()]
    assert not silent, shown(silent)


def test_nothing_is_left_for_later() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = []
    for path in files(*ALL):
        with tokenize.open(path) as file:
            found += [
                f"{path.relative_to(ROOT)}:{t.start[0]}: {t.string}"
                for t in tokenize.generate_tokens(file.readline)
                if t.type == tokenize.COMMENT and mark.search(t.string)
            ]
    assert not found, shown(found)


def test_tests_neither_sleep_nor_mock() -> None:
    found = []
    for path in files("tests"):
        for node in ast.walk(tree(path)):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="time" | "asyncio"), attr="sleep")):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: sleep")
                case ast.ImportFrom(module=str(module)) if module.split(".")[:2] == ["unittest", "mock"]:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: mock")
                case ast.ImportFrom(module="time", names=names) if any(n.name == "sleep" for n in names):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: sleep")
                case ast.Import(names=names) if any(n.name in ("unittest.mock", "mock") for n in names):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: mock")
    assert not found, shown(found)


def modules_with_codes() -> list[str]:
    """The modules that build a `Code`, by name."""
    found = []
    for folder in SHIPPED:
        for path in files(folder):
            calls = (n.func for n in ast.walk(tree(path)) if isinstance(n, ast.Call))
            if any(isinstance(called, ast.Name) and called.id == "Code" for called in calls):
                base = ROOT if folder == "dmsform" else ROOT / folder
                found.append(".".join(path.relative_to(base).with_suffix("").parts))
    return sorted(found)


def test_every_module_with_codes_is_documented() -> None:
    assert sorted(CODE_MODULES) == modules_with_codes()


def test_codes_are_declared_in_codes_modules() -> None:
    # A package that is one file, like the graph, declares its codes there.
    assert [m for m in CODE_MODULES if m.count(".") > 1 and not m.endswith(".codes")] == []


def test_codes_are_unique_and_well_formed() -> None:
    seen: dict[str, Code] = {}
    for name in CODE_MODULES:
        declared = [value for value in vars(import_module(name)).values() if isinstance(value, Code)]
        listed = getattr(import_module(name), "CODES", declared)
        assert {c.id for c in listed} == {c.id for c in declared}, f"{name}.CODES does not list every code"
        for code in declared:
            assert seen.setdefault(code.id, code) is code, f"{code.id} stands for two things, one of them in {name}"
            assert re.fullmatch(r"DMS\d{3}", code.id)
            assert not code.summary.endswith("."), f"{code.id}: the summary is a title"
            assert code.explanation.endswith("."), f"{code.id}: the explanation is a sentence"


def test_every_exit_code_is_explained() -> None:
    assert set(EXIT_CODE_MEANINGS) == set(ExitCode)


COMMANDS = dict(walk(root, "dmsform"))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_flag_has_help(path: str) -> None:
    command = COMMANDS[path]
    assert command.help
    assert command.help.rstrip().endswith(".")
    assert command.short_help
    for option in (p for p in command.params if isinstance(p, click.Option)):
        assert option.help, f"{path} {option.opts[0]}"


def test_commands_are_documented_where_people_start() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    missing = [path for path in COMMANDS if f"## {path}\n" not in text]
    assert not missing, shown(missing)


def test_documents_name_files_that_exist() -> None:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    missing = []
    for document in documents:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            if not (document.parent / target).exists():
                missing.append(f"{document.relative_to(ROOT)}: {target}")
    assert not missing, shown(missing)
