"""What apply refuses or survives: stale plans, a held lock, a step that fails, Ctrl-C, a state that cannot be saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete

from dmsform.apply import operations
from dmsform.diagnostics import DiagnosticError, ExitCode
from dmsform.plan.model import ResourceChange
from dmsform.state.errored import FILE_NAME
from dmsform.state.lock import hold_lock, read_lock
from dmsform.state.store import StateStore
from dmsform.state.tables import LOCK
from tests.apply.conftest import Move
from tests.apply.module import INSTANCE, PASSWORD, VARIABLE, Recorder, endpoint, task
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.server
STATE = "sqlite:///dmsform.state.db"


def refused(move: Move, apply: Callable[[], object], exit_code: ExitCode) -> str:
    before = move.module.state()
    with pytest.raises(DiagnosticError) as caught:
        apply()
    assert caught.value.diagnostics[0].exit_code is exit_code
    assert move.module.state().serial == before.serial
    with StateStore(STATE, move.module.directory) as store:
        assert not before.lineage or read_lock(store) is None
    return caught.value.diagnostics[0].detail


def saved(move: Move) -> Path:
    path = move.module.directory / "saved.plan"
    operations.save_plan(move.module.plan(), path)
    return path


def apply_saved(move: Move, path: Path) -> operations.ApplyResult:
    return operations.apply_plan(move.module.request(), operations.load_plan(path), Recorder())


def test_a_saved_plan_is_applied_once(move: Move) -> None:
    path = saved(move)
    result = apply_saved(move, path)
    operations.wait_for_tasks(move.module.request(), result, Recorder())
    move.assert_moved()
    said = refused(move, lambda: apply_saved(move, path), ExitCode.STALE_PLAN)
    assert "serial" in said
    move.module.assert_nothing_to_do()


@pytest.mark.parametrize(
    ("statement", "on_target", "words"),
    [
        ("ALTER TABLE note ADD COLUMN more int", False, "public.note"),
        ("CREATE TABLE late (id int)", False, "public.late"),
        ("DROP TABLE note", False, "public.note"),
        ("CREATE TABLE note (body text)", True, "public.note"),
    ],
)
def test_a_plan_is_stale_when_a_table_moved(move: Move, statement: str, on_target: bool, words: str) -> None:
    path = saved(move)
    (move.target if on_target else move.source).execute(statement)
    assert words in refused(move, lambda: apply_saved(move, path), ExitCode.STALE_PLAN)


def test_rows_that_appear_after_the_plan_are_not_destroyed(move: Move) -> None:
    move.target.execute("CREATE TABLE note (body text)")
    move.write('full_load {\n  target_table_prep_mode = "drop-and-create"\n}')
    path = saved(move)
    move.target.execute("INSERT INTO note VALUES ('precious')")
    assert "holds rows now" in refused(move, lambda: apply_saved(move, path), ExitCode.STALE_PLAN)
    assert move.target.value("SELECT body FROM note") == "precious"


def test_a_plan_is_stale_when_the_configuration_changed(move: Move) -> None:
    path = saved(move)
    move.write("start = false")
    assert "configuration changed" in refused(move, lambda: apply_saved(move, path), ExitCode.STALE_PLAN)


def test_a_plan_is_stale_when_a_secret_changed(move: Move) -> None:
    path = saved(move)
    secret = move.module.environ[f"DMS_VAR_{PASSWORD}"]
    assert secret.encode() not in path.read_bytes()
    move.source.execute("CREATE ROLE other LOGIN SUPERUSER PASSWORD 'another-Sesame'")
    text = (move.module.directory / "main.dms.hcl").read_text()
    move.module.environ[f"DMS_VAR_{PASSWORD}"] = "another-Sesame"
    try:
        (move.module.directory / "main.dms.hcl").write_text(text.replace('"postgres"', '"other"'))
        said = refused(move, lambda: apply_saved(move, path), ExitCode.STALE_PLAN)
    finally:
        move.source.execute("DROP ROLE other")
    assert f"variable {PASSWORD} has another value" in said


def test_a_held_lock_refuses_plan_and_apply(move: Move) -> None:
    move.module.apply()
    plan = move.module.plan()
    with (
        StateStore(STATE, move.module.directory) as store,
        hold_lock(store, command="apply", directory=move.module.directory) as held,
    ):
        for wish in (
            lambda: operations.make_plan(move.module.request(), Recorder()),
            lambda: operations.apply_plan(move.module.request(), plan, Recorder()),
        ):
            with pytest.raises(DiagnosticError) as caught:
                wish()
            assert caught.value.diagnostics[0].exit_code is ExitCode.LOCKED
            assert held.record.holder in caught.value.diagnostics[0].detail
        move.module.plan()


def test_a_failed_step_stops_its_dependents_alone(move: Move) -> None:
    blocked = move.module.directory / ".dmsform"
    blocked.mkdir()
    (blocked / "instances").write_text("no directory")
    reporter = Recorder()
    result = move.module.begin(reporter=reporter)
    assert reporter.failed == ["replication_instance.main", "task.move"]
    assert [e.code for e in result.errors][-1] == "DMS801"
    assert all(e.remedy and e.subject for e in result.errors)
    assert [str(r.address) for r in move.module.state().resources] == ["endpoint.here", "endpoint.there"]
    assert result.tasks == []
    (blocked / "instances").unlink()
    move.module.apply()
    move.assert_moved()
    move.module.assert_nothing_to_do()


def test_ctrl_c_between_steps_releases_the_lock(move: Move) -> None:
    class Interrupting(Recorder):
        def change_started(self, change: ResourceChange) -> None:
            super().change_started(change)
            if str(change.address) == "task.move":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move.module.begin(reporter=Interrupting())
    with StateStore(STATE, move.module.directory) as store:
        assert read_lock(store) is None
        assert len(store.read().resources) == 3
    move.module.apply()
    move.assert_moved()
    move.module.assert_nothing_to_do()


def test_a_state_that_cannot_be_saved_is_rescued(move: Move) -> None:
    class Unlocking(Recorder):
        def change_started(self, change: ResourceChange) -> None:
            super().change_started(change)
            if str(change.address) == "task.move":
                with StateStore(STATE, move.module.directory) as store, store.database.transaction(write=True) as c:
                    c.execute(delete(LOCK))

    result = move.module.begin(reporter=Unlocking())
    assert [e.code for e in result.errors] == ["DMS213"]
    assert FILE_NAME in result.errors[0].remedy
    rescued = move.module.directory / FILE_NAME
    assert [str(r.address) for r in move.module.state().resources].count("task.move") == 0
    pushed = operations.push_state(move.module.request("state push"), rescued)
    assert "task.move" in [str(r.address) for r in pushed.resources]
    rescued.unlink()
    move.module.apply()
    move.assert_moved()
    move.module.assert_nothing_to_do()


def test_a_checkout_without_the_state_is_refused(move: Move, tmp_path: Path) -> None:
    move.module.apply()
    (move.module.directory / "dmsform.state.db").rename(tmp_path / "elsewhere.db")
    with pytest.raises(DiagnosticError) as caught:
        move.module.plan()
    assert caught.value.diagnostics[0].exit_code is ExitCode.LOCKED
    assert str(move.module.directory) in caught.value.diagnostics[0].detail
    (tmp_path / "elsewhere.db").rename(move.module.directory / "dmsform.state.db")


def test_a_state_that_lags_behind_is_refused(move: Move, tmp_path: Path) -> None:
    move.module.apply()
    state = move.module.directory / "dmsform.state.db"
    old = state.read_bytes()
    move.source.execute("CREATE TABLE late (id int)")
    move.module.apply()
    state.write_bytes(old)
    result = move.module.begin()
    assert result.errors[0].exit_code is ExitCode.LOCKED
    assert str(move.module.directory) in result.errors[0].detail


def test_no_secret_is_in_state_or_plan(move: Move) -> None:
    path = saved(move)
    move.module.apply()
    secret = move.module.environ[f"DMS_VAR_{PASSWORD}"].encode()
    for file in (path, move.module.directory / "dmsform.state.db"):
        assert secret not in file.read_bytes()
    assert secret.decode() not in repr(move.module.plan())


def test_a_wrong_password_names_the_endpoint(move: Move, postgres_database: PostgresDatabase) -> None:
    move.module.environ[f"DMS_VAR_{PASSWORD}"] = "wrong-Sesame"
    with pytest.raises(DiagnosticError) as caught:
        move.module.plan()
    found = caught.value.diagnostics[0]
    assert (found.exit_code, found.address) == (ExitCode.AUTHENTICATION, "endpoint.here")
    assert found.subject is not None
    assert "wrong-Sesame" not in str(caught.value)


def test_a_target_that_is_the_source_under_another_host_name_is_refused(move: Move) -> None:
    host = str(move.source.settings()["host"])
    alias = "localhost" if host == "127.0.0.1" else "127.0.0.1"
    there = endpoint("there", move.source).replace(f'"{host}"', f'"{alias}"')
    drops = task('full_load {\n  target_table_prep_mode = "drop-and-create"\n}')
    move.module.write(VARIABLE, INSTANCE, endpoint("here", move.source), there, drops)
    said = refused(move, move.module.plan, ExitCode.CONFIGURATION)
    assert "endpoint.here and endpoint.there lead to the same store" in said


def test_two_tasks_of_one_table_are_refused(move: Move) -> None:
    move.module.write(move.base, task(), task(table="note").replace('"move"', '"again"'))
    said = refused(move, move.module.plan, ExitCode.CONFIGURATION)
    for words in ("task.move", "task.again", "public.note"):
        assert words in said
