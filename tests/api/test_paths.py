"""Where a server's files are; whose directories are trusted."""

from __future__ import annotations

import os
from pathlib import Path

from dmsform.api.paths import DataDirectory, owned_by_us_alone


def test_every_way_to_a_directory_finds_the_same_server(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    one, other = DataDirectory(tmp_path / "real"), DataDirectory(tmp_path / "link" / ".." / "link")
    assert one.socket == other.socket == tmp_path / "real" / "api.sock"


def test_a_socket_path_always_fits(tmp_path: Path) -> None:
    long, other = DataDirectory(tmp_path / ("ä" * 60)), DataDirectory(tmp_path / ("ä" * 61))
    assert len(os.fsencode(long.socket)) < 100
    assert long.socket.parent == other.socket.parent == Path(f"/tmp/dmsform-{os.getuid()}")
    assert long.socket != other.socket


def test_logs_of_tasks_are_apart_whatever_their_lineage(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    logs = {directory.task_log(lineage, "shop") for lineage in ("a", "b", "../../etc")}
    assert len(logs) == 3
    assert {log.parent for log in logs} == {tmp_path / "logs"}


def test_trusted_is_a_closed_directory_of_ours(tmp_path: Path) -> None:
    closed, shared, link = tmp_path / "closed", tmp_path / "shared", tmp_path / "link"
    closed.mkdir(mode=0o700)
    shared.mkdir(mode=0o755)
    link.symlink_to("closed")
    assert owned_by_us_alone(closed)
    assert not owned_by_us_alone(shared)
    assert not owned_by_us_alone(link)
