"""Blocks are read: what is wrong is refused in its place, secrets are kept apart, defaults filled in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dmsform.diagnostics import Diagnostic, ExitCode, has_errors
from dmsform.language.config import UNKNOWN
from dmsform.resources.endpoint import Endpoint, connection, connection_digest, decode_endpoint, store_digest
from dmsform.resources.replication_instance import decode_instance
from dmsform.resources.task_block import Task, decode_task
from dmsform.task.settings import TargetTablePrepMode
from tests.resources.blocks import COPY, MAIN, SHOP, TASK, Nested, Sensitive, everything, resource, task_body, told

HERE = Path("/module")
SALT = "00" * 16


def endpoint(body: dict[str, Any]) -> tuple[Endpoint | None, list[Diagnostic]]:
    findings: list[Diagnostic] = []
    return decode_endpoint(resource(SHOP, body), HERE, findings), findings


def task(body: dict[str, Any]) -> tuple[Task | None, list[Diagnostic]]:
    findings: list[Diagnostic] = []
    return decode_task(resource(TASK, body), findings), findings


POSTGRES = {"engine": "postgresql", "database": "shop", "username": "dms"}


def test_a_password_is_kept_apart() -> None:
    found, findings = endpoint({**POSTGRES, "password": Sensitive("Sesame1")})
    assert findings == []
    assert found is not None
    assert found.desired.secrets == {"password": "Sesame1"}
    assert "password" not in found.desired.attributes
    assert found.desired.attributes["port"] == 5432
    assert "Sesame1" not in repr(found)
    definition = connection(found, None).definition
    assert definition is not None
    assert definition.settings["password"] == "Sesame1"


def test_a_sensitive_value_in_a_plain_argument_is_a_secret_too() -> None:
    found, _ = endpoint({**POSTGRES, "host": Sensitive("hidden.internal")})
    assert found is not None
    assert found.desired.secrets == {"host": "hidden.internal"}
    assert "hidden.internal" not in json.dumps(found.desired.attributes)


def test_files_count_from_the_modules_directory() -> None:
    found, _ = endpoint({"engine": "sqlite", "path": "data/shop.db"})
    assert found is not None
    assert found.desired.attributes["path"] == "/module/data/shop.db"


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ({"engine": "sqlite", "pth": "shop.db"}, 3, 'Did you mean "path"?'),
        ({"engine": "sqlit", "path": "x"}, 2, 'Did you mean "sqlite"?'),
        ({"path": "x"}, 1, "lacks the argument `engine`"),
        ({"engine": "sqlite"}, 1, "lacks the argument `path`"),
        ({**POSTGRES, "port": 70000}, 5, "`port`"),
        ({**POSTGRES, "ssl_mode": "maybe"}, 5, "`ssl_mode`"),
        ({"engine": "sqlite", "path": ":memory:"}, 3, "memory"),
        ({"engine": UNKNOWN}, 2, "known only after apply"),
        ({"engine": "sqlite", "path": "x", "": Nested([("pool", (), {})])}, 4, 'takes no block "pool"'),
        ({**POSTGRES, "host": "h", "": Nested([("embedded", (), {"data_dir": "d"})])}, 5, "`host`"),
    ],
)
def test_wrong_endpoints_are_refused_in_their_place(body: dict[str, Any], line: int, words: str) -> None:
    _, findings = endpoint(body)
    found = [t for t in told(findings) if words in t[2]]
    assert found, told(findings)
    assert found[0][1] == line
    assert all(d.exit_code is ExitCode.CONFIGURATION and d.remedy for d in findings)


def test_wrong_secrets_are_not_repeated() -> None:
    _, findings = endpoint({**POSTGRES, "password": Sensitive(["Sesame1"]), "port": Sensitive("Sesame2")})
    assert len(findings) == 2
    assert "Sesame" not in repr(findings)


@pytest.mark.parametrize(
    "wrong",
    [{"url": "http://dms:hunter2@db/shop"}, {"password": {"is": "hunter2"}}, {"pasword": "hunter2"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_lines_that_hold_secrets_are_not_shown(wrong: dict[str, Any]) -> None:
    """A diagnostic shows the line that it stands at: what is wrong with a secret stands at its block."""
    body = {"engine": "postgresql", **({} if "url" in wrong else {"database": "d", "username": "u"}), **wrong}
    _, findings = endpoint(body)
    assert {line for _, line, _ in told(findings)} == {1}


def test_values_known_after_apply_leave_the_connection_unknown() -> None:
    found, findings = endpoint({**POSTGRES, "port": UNKNOWN})
    assert findings == []
    assert found is not None
    assert connection(found, None).definition is None
    _, findings = endpoint({**POSTGRES, "prt": UNKNOWN})
    assert 'Did you mean "port"?' in findings[0].detail


def test_an_embedded_endpoint_knows_its_connection_later() -> None:
    body = {"engine": "postgresql", "database": "w", "": Nested([("embedded", (), {"data_dir": ".dmsform/w"})])}
    found, findings = endpoint(body)
    assert findings == []
    assert found is not None
    assert found.embedded is not None
    assert found.embedded.data_dir == Path("/module/.dmsform/w")
    assert "started by apply" in str(connection(found, None).unknown)


def test_digests_see_what_they_should() -> None:
    def definition(**more: Any) -> Any:
        found, _ = endpoint({**POSTGRES, **more})
        assert found is not None
        return connection(found, None).definition

    assert connection_digest(definition(password="a"), SALT) != connection_digest(definition(password="b"), SALT)
    assert store_digest(definition(password="a")) == store_digest(definition(password="b", ssl_mode="require"))
    assert store_digest(definition()) != store_digest(definition(host="other"))


def test_an_instance_has_its_data_below_the_module() -> None:
    findings: list[Diagnostic] = []
    found = decode_instance(resource(MAIN, {"type": "local"}), HERE, findings)
    assert findings == []
    assert found.data_dir == Path("/module/.dmsform/instances/main")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"type": "ssh"}, "none of local"),
        ({"type": "lokal"}, 'Did you mean "local"?'),
        ({"size": 3}, 'no argument "size"'),
        ({"": Nested([("lifecycle", (), {"prevent_destroi": True})])}, 'Did you mean "prevent_destroy"?'),
    ],
)
def test_wrong_instances_are_refused(body: dict[str, Any], words: str) -> None:
    findings: list[Diagnostic] = []
    decode_instance(resource(MAIN, body), HERE, findings)
    assert any(words in d.detail for d in findings), told(findings)


def test_a_task_with_all_defaults() -> None:
    found, findings = task(task_body(everything()))
    assert findings == []
    assert found is not None
    assert found.start is True
    assert found.settings.full_load.target_table_prep_mode is TargetTablePrepMode.DO_NOTHING
    assert found.desired.depends_on == tuple(sorted((MAIN, SHOP, COPY)))
    assert found.document["rules"][0]["object-locator"] == {"schema-name": "main", "table-name": "%"}
    json.dumps(dict(found.desired.attributes))


def test_a_document_and_blocks_say_the_same() -> None:
    document = {
        "rules": [
            {
                "rule-type": "selection",
                "rule-id": 1,
                "rule-name": "everything",
                "object-locator": {"schema-name": "main", "table-name": "%"},
                "rule-action": "include",
                "filters": None,
            }
        ]
    }
    as_blocks, _ = task(task_body(everything()))
    as_text, findings = task(task_body(table_mappings=json.dumps(document)))
    assert findings == []
    assert as_blocks is not None
    assert as_text is not None
    assert as_text.document == as_blocks.document


def test_settings_come_from_blocks_and_from_a_document() -> None:
    document = json.dumps({"FullLoadSettings": {"MaxFullLoadSubTasks": 9}, "TargetMetadata": {"TargetSchema": "s"}})
    mode = ("full_load", (), {"target_table_prep_mode": "truncate-before-load"})
    found, findings = task(task_body(everything(), mode, settings=document))
    assert not has_errors(findings)
    assert found is not None
    assert found.settings.full_load.parallel_tables == 9
    assert found.settings.full_load.target_table_prep_mode is TargetTablePrepMode.TRUNCATE_BEFORE_LOAD
    assert found.settings.target_schema == "s"


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (task_body(everything(), migration_type="cdc"), "DMS117", "cdc"),
        (task_body(everything(), ("cdc", (), {"apply_mode": "x"})), "DMS111", '"cdc"'),
        (task_body(everything(), migraton_type="full-load"), "DMS112", 'Did you mean "migration_type"?'),
        (task_body(everything(), source="endpoint.shop"), "DMS451", "whole endpoint"),
        (task_body(everything(), source=MAIN), "DMS451", "whole endpoint"),
        (task_body(everything(), target=SHOP), "DMS458", "endpoint.shop"),
        (task_body(everything(), start="yes"), "DMS117", "`start`"),
        (task_body(), "DMS119", "selects no tables"),
        (task_body(table_mappings="{"), "DMS454", "table_mappings"),
        (task_body(table_mappings="[]"), "DMS454", "no object"),
        (task_body(everything(), table_mappings="{}"), "DMS455", "table_mappings"),
        (task_body(everything(), ("full_load", (), {"parallel_tables": 0})), "DMS452", "parallel_tables"),
        (
            task_body(everything(), ("full_load", (), {"paralel_tables": 2})),
            "DMS112",
            'Did you mean "parallel_tables"?',
        ),
        (task_body(everything(), ("full_load", (), {}), ("full_load", (), {})), "DMS116", "more than one"),
        (task_body(everything(), ("schema_conversion", (), {"on_unsupported": "ignore"})), "DMS117", "ignore"),
        (
            task_body(
                everything(),
                ("full_load", (), {"parallel_tables": 2}),
                settings='{"FullLoadSettings": {"MaxFullLoadSubTasks": 9}}',
            ),
            "DMS453",
            "parallel_tables",
        ),
        (task_body(("selection", ("x",), {"schema": "main", "table": UNKNOWN})), "DMS118", "known only after apply"),
    ],
)
def test_wrong_tasks_are_refused(body: dict[str, Any], code: str, words: str) -> None:
    _, findings = task(body)
    assert any(d.code == code and words in d.detail for d in findings), told(findings)
    assert all(d.subject and d.remedy for d in findings)


def test_several_errors_are_told_at_once() -> None:
    _, findings = task(task_body(("full_load", (), {"parallel_tables": 0, "x": 1}), start=3, extra=1))
    assert len(findings) >= 5


def test_an_error_in_a_rule_points_at_its_argument() -> None:
    rule = ("selection", ("recent",), {"schema": "main", "table": "t", "action": "includ"})
    _, findings = task(task_body(rule))
    places = [d.subject.start.line for d in findings if d.subject and d.code.startswith("DMS3")]
    # The block begins at line 5, below the task's four; `action` is the third argument of it.
    assert places == [8], told(findings)
