"""A job's place in the queue, and the digest of what it loads."""

from __future__ import annotations

import pickle
from dataclasses import replace

from dmsform.catalog.digest import load_digest
from dmsform.catalog.mapping import FilterCondition, FilterOperator, RowFilter
from dmsform.catalog.model import TableName
from dmsform.provider.values import Epoch, Owner, TableWrite
from dmsform.replication.job import Plane, TableJob, load_order
from dmsform.task.definition import EndpointDefinition
from dmsform.task.settings import TargetTablePrepMode
from tests.replication.values import design, mapped, table


def test_load_order_first_then_size_then_name() -> None:
    specs = [("b", 5, None), ("a", 5, None), ("big", 10**9, None), ("low", 1, -1), ("high", 1, 7), ("also", 9, 7)]
    tables = [mapped(table(TableName("s", name), size=size), load_order=order) for name, size, order in specs]
    queue = [m.source.name.name for m in sorted(tables, key=load_order)]
    assert queue == ["also", "high", "low", "big", "a", "b"]


def test_rows_stand_in_for_an_unknown_size() -> None:
    tables = [mapped(table(TableName("s", name), rows=rows)) for name, rows in (("a", 1), ("b", None), ("c", 50))]
    assert [m.source.name.name for m in sorted(tables, key=load_order)] == ["c", "a", "b"]


def test_digest_follows_what_is_loaded_and_nothing_else() -> None:
    one = mapped()
    same = mapped(table(size=10**9, rows=5), load_order=3)
    assert load_digest(one, design()) == load_digest(same, design())
    condition = FilterCondition(FilterOperator.GTE, ("10",))
    filtered = replace(one, filters=(RowFilter(one.source.columns[0], (condition,)),))
    digests = {load_digest(one, design()), load_digest(filtered, design()), load_digest(one, design(("id", "x")))}
    assert len(digests) == 3


def test_a_job_travels_and_hides_its_secrets() -> None:
    endpoint = EndpointDefinition(name="shop", engine="postgresql", settings={"password": "Tr0ub4dor"})
    write = TableWrite(
        Owner("l", "t", "h"), Epoch(1), 1, mapped(), design(), TargetTablePrepMode.DO_NOTHING, may_destroy=False
    )
    job = TableJob(endpoint, endpoint, write, Plane.ROW_TEXT)
    assert pickle.loads(pickle.dumps(job)) == job
    assert "Tr0ub4dor" not in repr(job)
