"""Targets: a table's load is one transaction, owned by an epoch, and destroys only what was approved."""
# ruff: noqa: S608  statements are made of the harness's quoted names and of literals

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import pytest

from dmsform.catalog.model import SequencePosition, TableName
from dmsform.diagnostics import Code, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.protocols import RowTextLoad, TargetControl, TypedLoad
from dmsform.provider.values import Epoch, Owner, Position, TableRecord, TableWrite, TargetTable
from dmsform.task.definition import EndpointDefinition
from dmsform.task.settings import TargetTablePrepMode
from dmsform.testing.contract_harness import Harness
from dmsform.testing.contract_values import OTHER_OWNER, OWNER, ROWS, in_run, source_table, write_of

DROP = TargetTablePrepMode.DROP_AND_CREATE
TRUNCATE = TargetTablePrepMode.TRUNCATE_BEFORE_LOAD
CUT = Position("cut-1")


class _Load(Protocol):
    """The steps of a load, whatever carries the rows."""

    def prepare(self) -> None: ...
    def finish_rows(self, sent: int) -> None: ...
    def add_primary_key(self) -> None: ...
    def set_sequences(self, positions: Sequence[SequencePosition]) -> None: ...
    def record(self, rows: int, cut: Position) -> None: ...
    def commit(self) -> None: ...


def _control(harness: Harness) -> TargetControl:
    assert harness.provider.target_control is not None
    return harness.provider.target_control


def _claim(harness: Harness, endpoint: EndpointDefinition, owner: Owner = OWNER) -> Epoch:
    return _control(harness).claim(endpoint, owner, [TableName(harness.schema, "items")])


def _inspect(harness: Harness, endpoint: EndpointDefinition) -> TargetTable | None:
    assert harness.provider.target_inspector is not None
    name = TableName(harness.schema, "items")
    return harness.provider.target_inspector.inspect_target(endpoint, [name]).get(name)


def _stored(harness: Harness, endpoint: EndpointDefinition) -> list[tuple[Any, ...]]:
    return harness.query(endpoint, f"SELECT id, name FROM {harness.quoted('items')} ORDER BY id")


def _raises(code: Code) -> pytest.RaisesExc[DiagnosticError]:
    return pytest.raises(DiagnosticError, match=code.id)


class _TargetContract(ABC):
    """What holds on both planes."""

    @abstractmethod
    def begin(self, harness: Harness, endpoint: EndpointDefinition, write: TableWrite) -> AbstractContextManager[Any]:
        """Begin a load on the plane."""

    @abstractmethod
    def send(self, load: Any, rows: Sequence[tuple[int, str | None]]) -> None:
        """Send rows (id, name)."""

    def _until_record(self, load: _Load, rows: Sequence[tuple[int, str | None]] = ROWS) -> None:
        load.prepare()
        self.send(load, rows)
        load.finish_rows(len(rows))
        load.add_primary_key()
        load.set_sequences([])

    def _load(
        self,
        harness: Harness,
        endpoint: EndpointDefinition,
        write: TableWrite,
        rows: Sequence[tuple[int, str | None]] = ROWS,
        positions: Sequence[SequencePosition] = (),
    ) -> None:
        with self.begin(harness, endpoint, write) as load:
            self._until_record(load, rows)
            load.set_sequences(positions)
            load.record(len(rows), CUT)
            load.commit()

    def _filled(self, harness: Harness, rows: str = "(7, 'old')") -> EndpointDefinition:
        """A store where the table stands and holds a row nobody loaded."""
        endpoint, items = harness.new_endpoint(), harness.quoted("items")
        harness.execute(
            endpoint,
            f"CREATE TABLE {items} (id bigint NOT NULL PRIMARY KEY, name text, extra integer)",
            f"INSERT INTO {items} (id, name) VALUES {rows}",
        )
        return endpoint

    # One transaction

    def test_commit_shows_the_rows_and_the_record_that_vouches_for_them(self, harness: Harness) -> None:
        """Created with its key; the control row has what the task needs to skip the table on resume."""
        endpoint = harness.new_endpoint()
        self._load(harness, endpoint, write_of(harness, _claim(harness, endpoint)))
        assert _stored(harness, endpoint) == list(ROWS)
        target = TableName(harness.schema, "items")
        expected = TableRecord(source_table().name, target, run=1, rows=len(ROWS), cut=CUT)
        assert list(_control(harness).table_records(endpoint, OWNER)) == [expected]
        found = _inspect(harness, endpoint)
        assert found is not None
        assert found.table.primary_key is not None
        assert found.table.primary_key.columns == ("id",)

    def test_leaving_without_commit_leaves_nothing(self, harness: Harness) -> None:
        """Neither table nor record, even after every other step."""
        endpoint = harness.new_endpoint()
        with self.begin(harness, endpoint, write_of(harness, _claim(harness, endpoint))) as load:
            self._until_record(load)
            load.record(len(ROWS), CUT)
        assert _inspect(harness, endpoint) is None
        assert list(_control(harness).table_records(endpoint, OWNER)) == []

    def test_leaving_without_commit_brings_destroyed_rows_back(self, harness: Harness) -> None:
        """Drop and truncate are part of the transaction."""
        for preparation in (DROP, TRUNCATE):
            endpoint = self._filled(harness)
            write = write_of(
                harness, _claim(harness, endpoint), preparation=preparation, destroy=True, destroy_rows=True
            )
            with self.begin(harness, endpoint, write) as load:
                self._until_record(load)
            assert _stored(harness, endpoint) == [(7, "old")]

    def test_rows_lost_on_the_way_are_seen(self, harness: Harness) -> None:
        """The target's count decides, not the sender's."""
        endpoint = harness.new_endpoint()
        with self.begin(harness, endpoint, write_of(harness, _claim(harness, endpoint))) as load:
            load.prepare()
            self.send(load, ROWS)
            with _raises(codes.ROW_COUNT):
                load.finish_rows(len(ROWS) + 1)
        assert _inspect(harness, endpoint) is None

    def test_duplicate_keys_are_refused(self, harness: Harness) -> None:
        """With the key's column and value; nothing stays."""
        endpoint = harness.new_endpoint()
        load_twice = write_of(harness, _claim(harness, endpoint))
        with pytest.raises(DiagnosticError) as raised:
            self._load(harness, endpoint, load_twice, ((4, "a"), (4, "b")))
        (diagnostic,) = raised.value.diagnostics
        assert diagnostic.code == codes.VALUE_REFUSED.id
        assert diagnostic.place is not None
        assert diagnostic.place.column == "id"
        assert _inspect(harness, endpoint) is None

    def test_an_empty_table_is_complete_too(self, harness: Harness) -> None:
        """No rows are a table all the same."""
        endpoint = harness.new_endpoint()
        self._load(harness, endpoint, write_of(harness, _claim(harness, endpoint)), ())
        assert _stored(harness, endpoint) == []
        assert len(_control(harness).table_records(endpoint, OWNER)) == 1

    def test_numbering_goes_on(self, harness: Harness) -> None:
        """The next insert without a key gets the source's next number."""
        endpoint = harness.new_endpoint()
        write = write_of(harness, _claim(harness, endpoint))
        self._load(harness, endpoint, write, positions=[SequencePosition("id", 100)])
        harness.execute(endpoint, f"INSERT INTO {harness.quoted('items')} (name) VALUES ('new')")
        assert _stored(harness, endpoint)[-1] == (100, "new")

    # Preparation

    def test_do_nothing_refuses_a_table_with_rows(self, harness: Harness) -> None:
        """Old and new rows never mix."""
        endpoint = self._filled(harness)
        write = write_of(harness, _claim(harness, endpoint))
        with self.begin(harness, endpoint, write) as load, _raises(codes.TARGET_HOLDS_ROWS):
            load.prepare()
        assert _stored(harness, endpoint) == [(7, "old")]

    def test_do_nothing_loads_into_an_empty_table(self, harness: Harness) -> None:
        """The table stays as it is, columns the source does not have included."""
        endpoint = self._filled(harness)
        harness.execute(endpoint, f"DELETE FROM {harness.quoted('items')}")
        self._load(harness, endpoint, write_of(harness, _claim(harness, endpoint)))
        assert _stored(harness, endpoint) == list(ROWS)
        found = _inspect(harness, endpoint)
        assert found is not None
        assert [c.name for c in found.table.columns] == ["id", "name", "extra"]

    @pytest.mark.parametrize("preparation", [DROP, TRUNCATE])
    @pytest.mark.parametrize(("destroy", "destroy_rows"), [(False, False), (True, False)])
    def test_unapproved_rows_stay(
        self, harness: Harness, preparation: TargetTablePrepMode, destroy: bool, destroy_rows: bool
    ) -> None:
        """Rows go only if the plan named the table and its reader saw that it held rows."""
        endpoint = self._filled(harness)
        write = write_of(
            harness, _claim(harness, endpoint), preparation=preparation, destroy=destroy, destroy_rows=destroy_rows
        )
        with self.begin(harness, endpoint, write) as load, _raises(codes.TARGET_HOLDS_ROWS):
            load.prepare()
        assert _stored(harness, endpoint) == [(7, "old")]

    def test_unapproved_empty_table_is_not_dropped(self, harness: Harness) -> None:
        """A table's definition is worth something without rows too."""
        endpoint = self._filled(harness)
        harness.execute(endpoint, f"DELETE FROM {harness.quoted('items')}")
        write = write_of(harness, _claim(harness, endpoint), preparation=DROP)
        with self.begin(harness, endpoint, write) as load, _raises(codes.TARGET_HOLDS_ROWS):
            load.prepare()
        assert _inspect(harness, endpoint) is not None

    @pytest.mark.parametrize(("preparation", "columns"), [(DROP, ["id", "name"]), (TRUNCATE, ["id", "name", "extra"])])
    def test_approved_rows_are_replaced(
        self, harness: Harness, preparation: TargetTablePrepMode, columns: list[str]
    ) -> None:
        """Drop replaces the table, truncate keeps it."""
        endpoint = self._filled(harness)
        write = write_of(harness, _claim(harness, endpoint), preparation=preparation, destroy=True, destroy_rows=True)
        self._load(harness, endpoint, write)
        assert _stored(harness, endpoint) == list(ROWS)
        found = _inspect(harness, endpoint)
        assert found is not None
        assert [c.name for c in found.table.columns] == columns

    @pytest.mark.parametrize("columns", ["id bigint", "id bigint, name text, must integer NOT NULL"])
    def test_a_table_that_cannot_take_the_columns(self, harness: Harness, columns: str) -> None:
        """A missing column, or one that every row must fill and the source does not have."""
        endpoint = harness.new_endpoint()
        harness.execute(endpoint, f"CREATE TABLE {harness.quoted('items')} ({columns})")
        write = write_of(harness, _claim(harness, endpoint))
        with self.begin(harness, endpoint, write) as load, _raises(codes.TARGET_DIFFERS):
            load.prepare()

    # Ownership

    def test_epochs_rise(self, harness: Harness) -> None:
        """Every claim makes a new owner."""
        endpoint = harness.new_endpoint()
        first = _claim(harness, endpoint)
        assert _claim(harness, endpoint) > first

    def test_an_old_epoch_cannot_begin(self, harness: Harness) -> None:
        """Before it touches anything."""
        endpoint = harness.new_endpoint()
        old = _claim(harness, endpoint)
        _claim(harness, endpoint)
        with self.begin(harness, endpoint, write_of(harness, old)) as load, _raises(codes.NOT_OWNER):
            load.prepare()
        assert _inspect(harness, endpoint) is None

    def test_an_old_epoch_cannot_commit(self, harness: Harness) -> None:
        """An owner that was replaced in the middle of its load notices before its commit."""
        endpoint = self._filled(harness)
        write = write_of(harness, _claim(harness, endpoint), preparation=DROP, destroy=True, destroy_rows=True)
        with self.begin(harness, endpoint, write) as load, pytest.raises(DiagnosticError):
            self._hold_while_another_claims(harness, endpoint, load)
        assert _stored(harness, endpoint) == [(7, "old")]
        assert list(_control(harness).table_records(endpoint, OWNER)) == []

    def _hold_while_another_claims(self, harness: Harness, endpoint: EndpointDefinition, load: _Load) -> None:
        """An engine that lets one writer in at a time may refuse the claim instead: the old owner then still is it."""
        self._until_record(load)
        _claim(harness, endpoint)
        load.record(len(ROWS), CUT)
        load.commit()

    def test_a_table_has_one_owner(self, harness: Harness) -> None:
        """Another lineage's claim is refused, naming who holds the table, and changes nothing."""
        endpoint = harness.new_endpoint()
        epoch = _claim(harness, endpoint)
        with pytest.raises(DiagnosticError) as raised:
            _claim(harness, endpoint, OTHER_OWNER)
        (diagnostic,) = raised.value.diagnostics
        assert diagnostic.code == codes.TARGET_CLAIMED.id
        assert OWNER.holder in diagnostic.detail
        self._load(harness, endpoint, write_of(harness, epoch))
        assert list(_control(harness).table_records(endpoint, OTHER_OWNER)) == []

    def test_release_lets_others_in_and_leaves_the_rows(self, harness: Harness) -> None:
        """Destroying a task leaves the target's data alone."""
        endpoint = harness.new_endpoint()
        self._load(harness, endpoint, write_of(harness, _claim(harness, endpoint)))
        _control(harness).release(endpoint, OWNER)
        assert _stored(harness, endpoint) == list(ROWS)
        assert list(_control(harness).table_records(endpoint, OWNER)) == []
        _claim(harness, endpoint, OTHER_OWNER)

    def test_a_claim_lets_go_of_tables_it_does_not_name(self, harness: Harness) -> None:
        """A task whose rules no longer match a table has no hold on it."""
        endpoint = harness.new_endpoint()
        _claim(harness, endpoint)
        _control(harness).claim(endpoint, OWNER, [TableName(harness.schema, "others")])
        _claim(harness, endpoint, OTHER_OWNER)

    def test_a_new_run_replaces_the_record(self, harness: Harness) -> None:
        """A reload counts anew."""
        endpoint = harness.new_endpoint()
        epoch = _claim(harness, endpoint)
        self._load(harness, endpoint, write_of(harness, epoch))
        again = write_of(harness, epoch, preparation=TRUNCATE, destroy=True, destroy_rows=True)
        self._load(harness, endpoint, in_run(again, 2), ((5, "five"),))
        (record,) = _control(harness).table_records(endpoint, OWNER)
        assert (record.run, record.rows) == (2, 1)

    # Looking

    def test_looking_changes_nothing(self, harness: Harness) -> None:
        """A plan leaves no trace on a target, nor does asking for records or releasing what never was."""
        endpoint = harness.new_endpoint()
        assert _inspect(harness, endpoint) is None
        assert list(_control(harness).table_records(endpoint, OWNER)) == []
        _control(harness).release(endpoint, OWNER)
        assert harness.tables(endpoint) == set()

    def test_inspection_tells_rows_and_claim(self, harness: Harness) -> None:
        """Rows are looked up, not estimated."""
        endpoint = self._filled(harness)
        found = _inspect(harness, endpoint)
        assert found is not None
        assert (found.has_rows, found.claim) == (True, None)
        harness.execute(endpoint, f"DELETE FROM {harness.quoted('items')}")
        _claim(harness, endpoint)
        found = _inspect(harness, endpoint)
        assert found is not None
        assert found.claim is not None
        assert (found.has_rows, found.claim.owner.holder) == (False, OWNER.holder)

    def test_control_tables_are_not_the_users(self, harness: Harness) -> None:
        """A task that selects everything does not select what dmsform keeps."""
        endpoint = harness.new_endpoint()
        self._load(harness, endpoint, write_of(harness, _claim(harness, endpoint)))
        assert [t.name.name for t in harness.provider.introspector.introspect(endpoint)] == ["items"]


class RowTextTargetContract(_TargetContract):
    """The face `row_text_writer`."""

    def begin(
        self, harness: Harness, endpoint: EndpointDefinition, write: TableWrite
    ) -> AbstractContextManager[RowTextLoad]:
        """Begin a load of row text."""
        assert harness.provider.row_text_writer is not None
        return harness.provider.row_text_writer.load_row_text(endpoint, write)

    def send(self, load: RowTextLoad, rows: Sequence[tuple[int, str | None]]) -> None:
        r"""Send each row as a buffer; NULL is \N."""
        for number, name in rows:
            text = "\\N" if name is None else name
            load.write_row_text(f"{number}\t{text}\n".encode())

    def test_a_refused_value_names_column_and_value(self, harness: Harness) -> None:
        """So that it can be found in the source."""
        endpoint = harness.new_endpoint()
        with self.begin(harness, endpoint, write_of(harness, _claim(harness, endpoint))) as load:
            load.prepare()
            with pytest.raises(DiagnosticError) as raised:
                _send_all(load, b"1\tone\ntwo\ttwo\n", 2)
        (diagnostic,) = raised.value.diagnostics
        assert diagnostic.code == codes.VALUE_REFUSED.id
        assert diagnostic.place is not None
        assert (diagnostic.place.column, diagnostic.place.value) == ("id", "two")
        assert _inspect(harness, endpoint) is None


def _send_all(load: RowTextLoad, buffer: bytes, rows: int) -> None:
    """A target may refuse at once or at the end."""
    load.write_row_text(buffer)
    load.finish_rows(rows)


class TypedTargetContract(_TargetContract):
    """The face `typed_writer`."""

    def begin(
        self, harness: Harness, endpoint: EndpointDefinition, write: TableWrite
    ) -> AbstractContextManager[TypedLoad]:
        """Begin a load of typed rows."""
        assert harness.provider.typed_writer is not None
        return harness.provider.typed_writer.load_typed(endpoint, write)

    def send(self, load: TypedLoad, rows: Sequence[tuple[int, str | None]]) -> None:
        """Send all rows as one batch."""
        if rows:
            load.write_rows(rows)


class ManyWritersContract(RowTextTargetContract):
    """Beside the target contract, for stores that let several transactions write at once."""

    def test_a_new_owner_waits_for_nothing(self, harness: Harness) -> None:
        """It loads the table while the old owner's load still stands open."""
        endpoint = harness.new_endpoint()
        with self.begin(harness, endpoint, write_of(harness, _claim(harness, endpoint))) as abandoned:
            abandoned.prepare()
            self._load(harness, endpoint, write_of(harness, _claim(harness, endpoint)), ((9, "new"),))
        assert _stored(harness, endpoint) == [(9, "new")]
