"""The cache of syntax trees: fast when it fits, absent when anything about it is off."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from dmsform.language.cache import KEPT, TreeCache
from dmsform.language.load import parse_text
from dmsform.language.parse import parse_body
from dmsform.language.source import Source
from dmsform.language.syntax import Body
from tests.language.helpers import Directory

TEXT = 'a = "x ${b[1].c} $${z}"\nt "u" {\n  d = <<E\nhi ${1.5}\nE\n}\n'

REPORT = """
import sys
from pathlib import Path
from dmsform.language.evaluate import evaluate
from dmsform.language.load import parse_directory
config = evaluate(parse_directory(Path()), (), {}, {})
print(config.resources[0].block.attributes["path"].value)
print(sorted(name for name in ("hcl2", "lark", "pydantic", "sqlalchemy", "networkx") if name in sys.modules))
"""


def tree() -> Body:
    return parse_body(Source("main", TEXT)).body


def entry(directory: Path) -> Path:
    (found,) = (directory / ".dmsform" / "cache").glob("*.tree")
    return found


def test_a_tree_comes_back_as_it_was(tmp_path: Path) -> None:
    cache = TreeCache(tmp_path)
    cache.put("main", TEXT, tree())
    assert cache.get("main", TEXT) == tree()


def test_other_text_or_name_is_another_tree(tmp_path: Path) -> None:
    cache = TreeCache(tmp_path)
    cache.put("main", TEXT, tree())
    assert cache.get("main", TEXT + "\n") is None
    assert cache.get("other", TEXT) is None


def test_with_a_warm_cache_no_parser_is_imported(directory: Directory) -> None:
    directory.write('endpoint "a" {\n  engine = "sqlite"\n  path = upper("x")\n}\n')
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    runs = [
        subprocess.run([sys.executable, "-c", REPORT], env=environ, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert runs == ["X\n['lark']\n", "X\n[]\n"]


def test_folder_and_files_are_private(tmp_path: Path) -> None:
    TreeCache(tmp_path).put("main", TEXT, tree())
    assert (tmp_path / ".dmsform" / "cache").stat().st_mode & 0o777 == 0o700
    assert entry(tmp_path).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x80\x05N.", pickle.dumps([1]), pickle.dumps(TEXT)])
def test_a_damaged_entry_counts_as_absent_and_is_replaced(tmp_path: Path, content: bytes) -> None:
    cache = TreeCache(tmp_path)
    cache.put("main", TEXT, tree())
    entry(tmp_path).write_bytes(content)
    assert cache.get("main", TEXT) is None
    assert parse_text("main", TEXT, cache) == tree()
    assert cache.get("main", TEXT) == tree()


class _Runs:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def test_an_entry_cannot_run_code(tmp_path: Path) -> None:
    cache = TreeCache(tmp_path)
    cache.put("main", TEXT, tree())
    entry(tmp_path).write_bytes(pickle.dumps(_Runs(tmp_path / "ran")))
    assert cache.get("main", TEXT) is None
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("part", [".", "*.tree"])
def test_what_others_may_write_is_not_read(tmp_path: Path, part: str) -> None:
    cache = TreeCache(tmp_path)
    cache.put("main", TEXT, tree())
    folder = tmp_path / ".dmsform" / "cache"
    for path in [folder] if part == "." else list(folder.glob(part)):
        path.chmod(path.stat().st_mode | 0o020)
    assert cache.get("main", TEXT) is None


def test_without_a_place_for_it_there_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / ".dmsform").write_text("a file where the folder should be")
    cache = TreeCache(tmp_path)
    cache.put("main", TEXT, tree())
    assert cache.get("main", TEXT) is None
    assert parse_text("main", TEXT, cache) == tree()


def test_the_oldest_entries_go(tmp_path: Path) -> None:
    cache = TreeCache(tmp_path)
    for number in range(KEPT + 5):
        cache.put(f"main{number}", TEXT, Body((), ()))
    assert len(list((tmp_path / ".dmsform" / "cache").glob("*.tree"))) == KEPT


def test_a_grammar_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")
    environ = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "home"), "PYTHONPATH": str(Path(__file__).parents[2])}
    code = "from dmsform.language.grammar import parser, cache_file\nparser()\nprint(cache_file())"
    ran = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("None\n", "")


def test_a_damaged_grammar_cache_is_built_again(tmp_path: Path) -> None:
    environ = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    code = "from dmsform.language.grammar import parser, cache_file\nparser()\nprint(cache_file())"

    def run() -> Path:
        ran = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
        return Path(ran.stdout.strip())

    built = run()
    content = built.read_bytes()
    built.write_bytes(b"garbage")
    assert run() == built
    assert built.read_bytes()[:64] == content[:64]
