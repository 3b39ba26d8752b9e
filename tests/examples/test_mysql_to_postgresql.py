"""The second example as a whole: from a server that runs to another one, planned as its page says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.project import Project
from tests.servers import MysqlDatabase, PostgresDatabase

EXAMPLE = Path(__file__).parents[2] / "examples" / "02-mysql-to-postgresql"

pytestmark = [pytest.mark.server, pytest.mark.slow]


@pytest.fixture
def shop(make_mariadb_database: Callable[[], MysqlDatabase]) -> Iterator[MysqlDatabase]:
    """The example's source, under the name that the example gives it."""
    server = make_mariadb_database().server
    database = MysqlDatabase(server, server.create_database("shop"))
    try:
        with database.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SET sql_mode = '', time_zone = '+00:00'")
            for statement in (EXAMPLE / "shop.sql").read_text().split(";\n"):
                if statement.strip():
                    cursor.execute(statement)
        yield database
    finally:
        server.drop_database("shop")


def test_it_does_what_its_page_says(shop: MysqlDatabase, postgres_database: PostgresDatabase, tmp_path: Path) -> None:
    shutil.copy(EXAMPLE / "main.dms.hcl", tmp_path)
    username, password = shop.server.create_user("dms")
    shop.execute(f"GRANT SELECT ON shop.* TO {username}@'%'")
    goal = postgres_database.server
    url = f"postgresql://{goal.superuser}:{goal.password}@{goal.host}:{goal.port}/{postgres_database.name}"
    variables = {
        "DMS_VAR_shop_host": shop.server.host,
        "DMS_VAR_shop_port": str(shop.server.port),
        "DMS_VAR_shop_password": password,
        "DMS_VAR_warehouse_url": url,
        "DMS_VAR_ssl_mode": "none",
    }
    project = Project(tmp_path, variables)
    try:
        planned = project.ok("plan")
        assert (EXAMPLE / "expected-plan.txt").read_text() in planned.stdout, planned.output
        assert password not in planned.output
        assert goal.password not in planned.output
        project.apply()
        project.plan_is_empty()
        _check(postgres_database)
        project.ok("destroy", "-auto-approve")
    finally:
        project.close()


def _check(warehouse: PostgresDatabase) -> None:
    customers = warehouse.rows("SELECT * FROM shop.customer ORDER BY id")
    assert [row[:4] for row in customers] == [
        (Decimal(1), "Zoë Müller", "person", "books,films"),
        (Decimal(2), "", "company", ""),
        (Decimal(18446744073709551614), "last", "person", None),
    ]
    assert [row[5] for row in customers] == ["101010101010", "000000000000", "111111111111"]
    assert [row[6] for row in customers] == ["2024-02-29", "0000-00-00", "1999-12-31"]
    assert [row[7] for row in customers] == [Decimal("12.5"), Decimal("-9999999999999999.9999"), Decimal(0)]
    assert [row[8] for row in customers] == [b"\x00\xff\x5c\x0a\x09", None, b""]
    orders = warehouse.rows("SELECT id, placed_at, took, note, weight::float8 FROM shop.orders ORDER BY id")
    assert orders == [
        (2, datetime(2024, 1, 1, tzinfo=UTC), -timedelta(hours=838, minutes=59, seconds=59),
         "tab\there, \\N is no NULL 😀", 16777216.0),
        (7, datetime(2024, 6, 1, 12, 0, 0, 250_000, tzinfo=UTC), None, None, orders[1][4]),
    ]  # fmt: skip
    place = "SELECT encode(place, 'hex') FROM shop.orders WHERE id = 2"
    assert warehouse.value(place) == "0101000000000000000000f03f0000000000000040"
