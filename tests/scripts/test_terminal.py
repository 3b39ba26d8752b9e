"""On a terminal: a question that takes only yes, colours, boxes and a live table; run in a real pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.configurations import SQLITE_TO_SQLITE
from tests.e2e.databases import make_shop, same_shop
from tests.e2e.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A folder with a configuration and its source."""
    made = Project(tmp_path)
    make_shop(tmp_path / "shop.db", customers=50)
    made.write(SQLITE_TO_SQLITE)
    yield made
    made.close()


def converse(project: Project, answer: bytes, *arguments: str) -> tuple[int, str]:
    """Run dmsform in a terminal of its own, answer its question; the exit code and all it wrote."""
    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "dmsform", *arguments],
        cwd=project.directory,
        env={**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, "TERM": "xterm", "COLUMNS": "100"},
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
        # Makes it the terminal of the new session, so that Ctrl-C typed into it becomes a signal.
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(inside)
    written, answered = b"", False
    while True:
        try:
            read = os.read(terminal, 65536)
        except OSError:
            break
        if not read:
            break
        written += read
        if b"Enter a value:" in written and not answered:
            os.write(terminal, answer)
            answered = True
    os.close(terminal)
    return process.wait(timeout=60), written.decode().replace("\r\n", "\n")


def plain(text: str) -> str:
    """Without colours and cursor movements."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_another_answer_than_yes_does_nothing(project: Project) -> None:
    code, shown = converse(project, b"y\n", "apply")
    assert code == 11, shown
    assert "Do you want to perform these actions?" in shown
    assert "Only 'yes' will be accepted to approve." in plain(shown)
    assert "│ Error: Not approved" in plain(shown)
    assert "\x1b[31m╷" in shown
    assert not (project.directory / "copy.db").exists()
    assert not (project.directory / "dmsform.state.db").exists()


def test_yes_applies_and_shows_it_live(project: Project) -> None:
    code, shown = converse(project, b"yes\n", "apply")
    assert code == 0, shown
    assert "\x1b[32m" in shown
    assert "Time left" in plain(shown)
    assert "Apply complete! Resources: 4 added" in plain(shown)
    same_shop(project.directory / "shop.db", project.directory / "copy.db")


def test_ctrl_c_at_the_question_does_nothing(project: Project) -> None:
    code, shown = converse(project, b"\x03", "apply")
    assert code == 11, shown
    assert "Interrupted" in plain(shown)
    assert not (project.directory / "copy.db").exists()


def test_no_color_is_honoured(project: Project) -> None:
    code, shown = converse(project, b"", "plan", "-no-color")
    assert code == 0, shown
    assert "\x1b[" not in shown
