"""Tasks in the store: who may change what when, and what a replaced process may still write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dmsform.api.models import StopReason, TableState, TaskStatus
from dmsform.catalog.model import TableName
from dmsform.diagnostics import DiagnosticError
from dmsform.replication import events
from dmsform.replication.task import End, Outcome
from dmsform.server import codes
from dmsform.server.database import Database
from dmsform.server.events import KEPT, TaskKey, add_event, read_events
from dmsform.server.progress import SupersededError, TaskProgress
from dmsform.server.secrets import SecretBox
from dmsform.server.tasks import Tasks
from tests.server.stores import PASSWORD, definition, put

KEY = TaskKey("lineage-1", "shop")
T1 = TableName("main", "t1")
T2 = TableName("main", "t2")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "server.db", durable=False)
    yield opened
    opened.close()


@pytest.fixture
def box() -> SecretBox:
    return SecretBox(bytes(range(32)))


@pytest.fixture
def tasks(database: Database, box: SecretBox) -> Tasks:
    return Tasks(database, box)


def refused(caught: pytest.ExceptionInfo[DiagnosticError]) -> str:
    return caught.value.diagnostics[0].code


def begun(tasks: Tasks, database: Database, box: SecretBox) -> TaskProgress:
    tasks.put(put())
    tasks.start(KEY)
    spawn = tasks.begin_spawn(KEY)
    assert spawn is not None
    progress = TaskProgress(database, box, KEY, spawn)
    progress.begin()
    return progress


def states(tasks: Tasks) -> dict[str, TableState]:
    return {t.source_table: t.state for t in tasks.view(KEY).tables}


def test_a_new_task_is_ready_and_its_definition_is_encrypted(tasks: Tasks, tmp_path: Path) -> None:
    assert tasks.put(put()).status is TaskStatus.READY
    assert tasks.definition(KEY) == definition()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"lineage-1" in stored
    assert PASSWORD.encode() not in stored
    assert b"warehouse" not in stored


def test_a_stale_checkout_is_refused_with_the_holder(tasks: Tasks) -> None:
    tasks.put(put(serial=7, holder="grace@there:/checkout"))
    with pytest.raises(DiagnosticError, match="grace@there:/checkout already applied serial 7") as caught:
        tasks.put(put(serial=6))
    assert refused(caught) == codes.STALE_CHECKOUT.id
    assert tasks.put(put(serial=7)).holder == "ada@here:/project"


def test_a_running_task_is_not_modified(tasks: Tasks) -> None:
    tasks.put(put())
    tasks.start(KEY)
    with pytest.raises(DiagnosticError, match="cannot be modified") as caught:
        tasks.put(put(table_mappings={"rules": [{}]}))
    assert refused(caught) == codes.TASK_RUNS.id
    assert "dmsform task stop shop" in caught.value.diagnostics[0].remedy
    assert tasks.definition(KEY).table_mappings == {"rules": []}


def test_the_same_declaration_may_be_put_while_it_runs(tasks: Tasks) -> None:
    tasks.put(put())
    tasks.start(KEY)
    assert tasks.put(put(serial=2, holder="grace@there", planned=())).status is TaskStatus.STARTING


def test_the_digest_follows_the_declaration_secrets_included(tasks: Tasks) -> None:
    first = tasks.put(put()).definition_digest
    assert tasks.put(put(holder="grace@there", planned=(), run=1)).definition_digest == first
    other = definition().target.model_copy(update={"settings": {"password": "changed"}})
    assert tasks.put(put(target=other)).definition_digest != first


def test_reload_begins_a_new_run_and_a_put_does_not_lower_it(tasks: Tasks) -> None:
    tasks.put(put())
    assert tasks.reload(KEY).run == 2
    with pytest.raises(DiagnosticError) as caught:
        tasks.reload(KEY)
    assert refused(caught) == codes.TASK_RUNS.id
    tasks.ended(KEY, TaskStatus.STOPPED, StopReason.NORMAL)
    assert tasks.put(put(serial=2)).run == 2
    assert tasks.definition(KEY).run == 2


def test_start_while_it_stops_is_refused(tasks: Tasks) -> None:
    tasks.put(put())
    tasks.start(KEY)
    assert tasks.stop(KEY).status is TaskStatus.STOPPING
    with pytest.raises(DiagnosticError, match="stopping") as caught:
        tasks.start(KEY)
    assert refused(caught) == codes.TASK_RUNS.id


def test_what_is_unknown_is_said(tasks: Tasks) -> None:
    for call in (tasks.view, tasks.start, tasks.stop, tasks.reload, tasks.definition):
        with pytest.raises(DiagnosticError, match='no task "shop"') as caught:
            call(KEY)
        assert refused(caught) == codes.UNKNOWN_TASK.id


def test_statistics_follow_the_events(tasks: Tasks, database: Database, box: SecretBox) -> None:
    progress = begun(tasks, database, box)
    selected = tuple(events.SelectedTable(t, t, 100, 1000) for t in (T1, T2))
    progress.observe(events.TablesSelected(selected))
    assert states(tasks) == {"t1": TableState.BEFORE_LOAD, "t2": TableState.BEFORE_LOAD}
    progress.observe(events.TableLoadStarted(T1))
    progress.observe(events.RowsCopied(T1, 40, 400))
    loading = tasks.view(KEY).tables[0]
    assert (loading.state, loading.full_load_rows, loading.full_load_bytes) == (TableState.FULL_LOAD, 40, 400)
    assert (loading.estimated_rows, loading.estimated_bytes) == (100, 1000)
    progress.observe(events.TableCompleted(T1, 100, 1001, "digest"))
    progress.observe(events.TableFailed(T2, (codes.SERVER_ERROR.error("No.", "Do."),)))
    first, second = tasks.view(KEY).tables
    assert (first.state, first.full_load_rows, second.state) == (TableState.COMPLETED, 100, TableState.ERROR)
    assert second.diagnostic is not None
    assert second.diagnostic["detail"] == "No."
    assert "RowsCopied" not in [e.name for e in read_events(database, KEY, 0)]


def test_tables_no_longer_selected_leave_the_statistics(tasks: Tasks, database: Database, box: SecretBox) -> None:
    progress = begun(tasks, database, box)
    progress.observe(events.TablesSelected(tuple(events.SelectedTable(t, t) for t in (T1, T2))))
    progress.observe(events.TablesSelected((events.SelectedTable(T2, T2),)))
    assert set(states(tasks)) == {"t2"}


def test_a_planned_table_that_is_gone_does_not_exist(tasks: Tasks, database: Database, box: SecretBox) -> None:
    progress = begun(tasks, database, box)
    progress.observe(events.TableFailed(T1, (codes.SERVER_ERROR.error("Gone.", "Do."),), gone=True))
    assert states(tasks) == {"t1": TableState.DOES_NOT_EXIST}


def test_a_death_puts_loading_tables_back(tasks: Tasks, database: Database, box: SecretBox) -> None:
    progress = begun(tasks, database, box)
    progress.observe(events.TablesSelected((events.SelectedTable(T1, T1),)))
    progress.observe(events.TableLoadStarted(T1))
    progress.observe(events.RowsCopied(T1, 40, 400))
    tasks.died(KEY, "killed by signal 9")
    view = tasks.view(KEY)
    assert (view.status, view.restarts) == (TaskStatus.STARTING, 1)
    assert (view.tables[0].state, view.tables[0].full_load_rows) == (TableState.BEFORE_LOAD, 0)


def test_a_replaced_process_writes_nothing(tasks: Tasks, database: Database, box: SecretBox) -> None:
    orphan = begun(tasks, database, box)
    assert tasks.begin_spawn(KEY) == 2
    for write in (
        lambda: orphan.observe(events.CatalogRead(1)),
        lambda: orphan.finish(Outcome(End.FINISHED)),
        lambda: orphan.begin(),
    ):
        with pytest.raises(SupersededError):
            write()
    assert tasks.view(KEY).status is TaskStatus.STARTING


def test_a_process_of_a_stopped_task_does_not_begin(tasks: Tasks, database: Database, box: SecretBox) -> None:
    tasks.put(put())
    tasks.start(KEY)
    assert tasks.begin_spawn(KEY) == 1
    tasks.stop(KEY)
    with pytest.raises(SupersededError):
        TaskProgress(database, box, KEY, 1).begin()
    assert tasks.begin_spawn(KEY) is None


def test_an_interrupted_run_is_wanted_still(tasks: Tasks, database: Database, box: SecretBox) -> None:
    progress = begun(tasks, database, box)
    progress.finish(Outcome(End.INTERRUPTED))
    assert tasks.view(KEY).status is TaskStatus.STARTING
    assert tasks.begin_spawn(KEY) == 2


def test_a_run_that_was_told_to_stop_is_stopped(tasks: Tasks, database: Database, box: SecretBox) -> None:
    progress = begun(tasks, database, box)
    tasks.stop(KEY)
    progress.finish(Outcome(End.INTERRUPTED))
    view = tasks.view(KEY)
    assert (view.status, view.stop_reason) == (TaskStatus.STOPPED, StopReason.NORMAL)


def test_warnings_of_the_mapping_stay_with_the_outcome(tasks: Tasks, database: Database, box: SecretBox) -> None:
    progress = begun(tasks, database, box)
    warning = codes.CONTROL_NOT_RELEASED.warning("Mind.", "Look.")
    progress.observe(events.TablesSelected((), (warning,)))
    progress.finish(Outcome(End.FINISHED))
    view = tasks.view(KEY)
    assert (view.status, view.stop_reason) == (TaskStatus.STOPPED, StopReason.FULL_LOAD_ONLY_FINISHED)
    assert [d["code"] for d in view.diagnostics] == [codes.CONTROL_NOT_RELEASED.id]


def test_events_are_ordered_apart_by_task_and_bounded(tasks: Tasks, database: Database) -> None:
    tasks.put(put())
    with database.writing() as connection:
        for number in range(KEPT + 600):
            add_event(connection, f"e{number}", KEY if number % 2 else None)
    mine = read_events(database, KEY, 0)
    assert [e.number for e in mine] == sorted(e.number for e in mine)
    assert {e.task for e in mine} == {"shop"}
    with database.reading() as connection:
        (count,) = connection.execute("SELECT count(*) FROM events").fetchone()
    assert KEPT <= count < KEPT + 256
    newest = mine[-1].number
    assert all(e.number > newest for e in read_events(database, None, newest))
