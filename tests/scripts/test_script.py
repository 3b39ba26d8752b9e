"""The runner of scripts itself: every verb must be able to fail, or the scripts would show nothing."""

from __future__ import annotations

import pytest

from tests.scripts.script import ScriptError, parse_script

FILES = "\n-- a.txt --\nhello\n-- sub/b.sql --\nCREATE TABLE t (id);\n"


def run(*lines: str) -> None:
    parse_script("\n".join(lines) + FILES).run()


def test_what_holds_passes() -> None:
    run(
        "# a comment",
        "run version",
        "stdout '^dmsform'",
        "! stdout 'nonsense'",
        "exists a.txt",
        "! exists c.txt",
        "edit a.txt hello bye",
        "sqlite x.db sub/b.sql",
        "exists x.db",
        "run version -json",
        "json format_version '\"1.0\"'",
        "run plna",
        "exit 3",
        "stderr plan",
        "env DMS_VAR_x=1",
    )


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["run plna"], "1: exits 3"),
        (["run plna", "run version"], "1: exits 3"),
        (["run version", "exit 3"], "2: exit 3\nit exits 0"),
        (["run version", "stdout nonsense"], "stdout is:"),
        (["run version", "! stdout dmsform"], "stdout is:"),
        (["run version", "! stderr ."], None),
        (["run plna", "exit 3", "! stderr plan"], "stderr is:"),
        (["run version", "stdout-is a.txt"], "2: stdout-is"),
        (["run version -json", "json format_version 1"], 'is "1.0"'),
        (["exists c.txt"], "missing"),
        (["! exists a.txt"], "there"),
        (["edit a.txt nonsense x"], "does not hold"),
        (["fly"], "no such verb"),
        (["exit 0"], "nothing was run yet"),
    ],
)
def test_what_does_not_hold_fails(lines: list[str], message: str | None) -> None:
    if message is None:
        run(*lines)
        return
    with pytest.raises(ScriptError) as caught:
        run(*lines)
    assert message in str(caught.value)


def test_files_are_split_as_txtar_does() -> None:
    script = parse_script("run version\n" + FILES)
    assert script.files == {"a.txt": "hello\n", "sub/b.sql": "CREATE TABLE t (id);\n"}
    assert script.lines == {1: "run version"}
