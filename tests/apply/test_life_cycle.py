"""Plan, apply, plan again: on real databases and a real replication server."""

from __future__ import annotations

import os
import signal

import pytest

from dmsform.api.local import server_view
from dmsform.api.models import TableState
from dmsform.apply import operations
from dmsform.diagnostics import DiagnosticError
from dmsform.plan.model import TableAction
from tests.apply.conftest import Move
from tests.apply.module import Recorder, actions
from tests.servers import wait_until

pytestmark = pytest.mark.server


def test_everything_arrives_and_the_next_plan_is_empty(move: Move) -> None:
    reporter = Recorder()
    result = move.module.apply(reporter=reporter)
    move.assert_moved()
    assert (result.added, result.changed, result.destroyed) == (4, 0, 0)
    assert reporter.started[-1] == "task.move"
    assert reporter.views[-1].tables[0].state is TableState.COMPLETED
    assert result.outputs == {"status": "stopped"}
    assert [o.value for o in operations.read_outputs(move.module.request())] == ["stopped"]
    move.module.assert_nothing_to_do()


def test_only_a_new_table_is_loaded(move: Move) -> None:
    move.module.apply()
    move.source.execute("CREATE TABLE late (id int PRIMARY KEY)", "INSERT INTO late VALUES (1)", "DELETE FROM note")
    plan = move.module.plan()
    assert actions(plan) == {"task.move": "update"}
    data = next(c.data for c in plan.changes if str(c.address) == "task.move")
    assert data is not None
    assert [(t.target, t.is_new) for t in data.tables if t.ddl] == [("public.late", True)]
    move.module.apply()
    assert move.target.value("SELECT count(*) FROM late") == 1
    assert move.target.value("SELECT count(*) FROM note") == 3
    move.module.assert_nothing_to_do()


def test_a_table_that_is_gone_is_left_on_the_target(move: Move) -> None:
    move.module.apply()
    move.source.execute("DROP TABLE note")
    assert "no longer matched" in next(c.reason for c in move.module.plan().changes if str(c.address) == "task.move")
    move.module.apply()
    assert move.target.value("SELECT count(*) FROM note") == 3
    move.module.assert_nothing_to_do()


@pytest.mark.parametrize("mode", ["do-nothing", "drop-and-create"])
def test_a_table_that_somebody_dropped_is_loaded_again(move: Move, mode: str) -> None:
    move.write(f'full_load {{\n  target_table_prep_mode = "{mode}"\n}}')
    move.module.apply()
    move.target.execute("DROP TABLE item", "INSERT INTO note VALUES ('ours')")
    plan = move.module.plan()
    assert actions(plan) == {"task.move": "update"}
    (change,) = (c for c in plan.changes if str(c.address) == "task.move")
    assert "1 table is no longer on the target" in change.reason
    assert change.data is not None
    planned = {t.target: t.action for t in change.data.tables}
    assert planned == {"public.item": TableAction.CREATE, "public.note": TableAction.KEEP}
    move.module.apply()
    query = "SELECT t::text FROM item t ORDER BY 1"
    assert move.target.rows(query) == move.source.rows(query)
    assert move.target.value("SELECT count(*) FROM note") == 4
    move.module.assert_nothing_to_do()


def test_a_table_that_somebody_emptied_is_left(move: Move) -> None:
    move.module.apply()
    move.target.execute("TRUNCATE item")
    move.module.assert_nothing_to_do()
    assert move.target.value("SELECT count(*) FROM item") == 0


def test_a_view_in_the_place_of_a_table_is_refused(move: Move) -> None:
    move.target.execute("CREATE TABLE other (id int)", "CREATE VIEW note AS SELECT id FROM other")
    move.write('full_load {\n  target_table_prep_mode = "drop-and-create"\n}')
    with pytest.raises(DiagnosticError) as caught:
        move.module.plan()
    assert [d.code for d in caught.value.diagnostics] == ["DMS410"]
    move.target.execute("DROP VIEW note")
    move.module.apply()
    move.assert_moved()
    move.target.execute("DROP TABLE note", "CREATE VIEW note AS SELECT id FROM other")
    with pytest.raises(DiagnosticError) as caught:
        move.module.plan()
    assert [d.code for d in caught.value.diagnostics] == ["DMS410"]


def test_a_changed_setting_reloads_nothing(move: Move) -> None:
    move.module.apply()
    move.target.execute("INSERT INTO note VALUES ('ours')")
    move.write("full_load {\n  parallel_tables = 2\n}")
    move.module.apply()
    assert move.target.value("SELECT count(*) FROM note") == 4
    move.module.assert_nothing_to_do()


def test_a_killed_server_comes_back(move: Move) -> None:
    move.module.apply()
    data_dir = move.module.directory / ".dmsform" / "instances" / "main"
    view = server_view(data_dir)
    assert view is not None
    os.kill(view.process_id, signal.SIGKILL)
    wait_until(lambda: server_view(data_dir) is None, "the server's end")
    assert actions(move.module.plan()) == {"replication_instance.main": "update", "task.move": "update"}
    move.module.apply()
    move.module.assert_nothing_to_do()


def test_a_removed_task_leaves_its_rows(move: Move) -> None:
    move.module.apply()
    assert move.target.value("SELECT count(*) FROM dmsform_control.claims") == 2
    move.module.write(move.base)
    assert actions(move.module.plan()) == {"task.move": "delete"}
    move.module.apply()
    move.assert_moved()
    move.module.assert_nothing_to_do()
    assert move.target.value("SELECT count(*) FROM dmsform_control.claims") == 0


def test_destroy_leaves_rows_and_stops_the_server(move: Move) -> None:
    move.module.apply()
    result = move.module.apply("destroy")
    assert result.destroyed == 4
    assert move.module.state().resources == ()
    assert move.module.state().outputs == ()
    assert server_view(move.module.directory / ".dmsform" / "instances" / "main") is None
    move.assert_moved()


def test_a_task_that_is_not_to_start_waits(move: Move) -> None:
    move.write("start = false")
    result = move.module.apply()
    assert result.tasks == []
    assert move.target.value("SELECT to_regclass('item')") is None
    move.module.assert_nothing_to_do()
    move.write()
    move.module.apply()
    move.assert_moved()
    move.module.assert_nothing_to_do()


def test_rows_on_the_target_are_refused_until_told(move: Move) -> None:
    move.target.execute("CREATE TABLE note (body text)", "INSERT INTO note VALUES ('theirs')")
    with pytest.raises(DiagnosticError, match=r"DMS403.*public\.note"):
        move.module.plan()
    move.write('full_load {\n  target_table_prep_mode = "truncate-before-load"\n}')
    plan = move.module.plan()
    data = next(c.data for c in plan.changes if str(c.address) == "task.move")
    assert data is not None
    assert [t.target for t in data.tables if t.destroys] == ["public.note"]
    move.module.apply()
    move.assert_moved()
    move.module.assert_nothing_to_do()


def test_an_unsupported_column_is_left_out_when_told(move: Move) -> None:
    move.source.execute("CREATE TABLE odd (id int PRIMARY KEY, secret regprocedure, body text)")
    move.source.execute("INSERT INTO odd (id, body) VALUES (1, 'x')")
    with pytest.raises(DiagnosticError, match=r"DMS508.*secret"):
        move.module.plan()
    move.write('schema_conversion {\n  on_unsupported = "warn"\n}')
    plan = move.module.plan()
    assert "DMS459" in {w.code for w in plan.warnings}
    move.module.apply()
    assert move.target.rows("SELECT * FROM odd") == [(1, "x")]
    move.module.assert_nothing_to_do()
