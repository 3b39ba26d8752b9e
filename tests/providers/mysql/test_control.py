"""Whatever dies at whatever step of a load, the next one leaves the source's rows and nothing else (G1, G2, G3)."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator

import pytest

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DiagnosticError
from dmsform.provider import codes
from dmsform.provider.values import Epoch, Owner, TableWrite
from dmsform.task.settings import TargetTablePrepMode
from dmsform_mysql import loads
from dmsform_mysql.connect import connected, open_connection
from dmsform_mysql.control import claim, release
from dmsform_mysql.loads import Load, Stage
from dmsform_mysql.publishing import Outcome, outcome
from dmsform_mysql.writer import MysqlLoad, load_row_text
from tests.providers.mysql.moves import CUT, ROWS, Place, die_after, retried, steps
from tests.servers import MysqlDatabase, wait_until

DROP, TRUNCATE = TargetTablePrepMode.DROP_AND_CREATE, TargetTablePrepMode.TRUNCATE_BEFORE_LOAD
OLD = [(7, "old")]
STEPS = {
    "create": ("prepared", "sent", "finished", "sequenced", "recorded", "committed", "renamed", "completed"),
    "replace": (
        "prepared", "sent", "finished", "sequenced", "recorded", "committed", "renamed", "noted", "dropped",
        "completed",
    ),
    "truncate": ("prepared", "sent", "finished", "sequenced", "recorded", "committed", "numbered", "completed"),
}  # fmt: skip
RETRIED = ("sent", "committed", "renamed", "noted", "numbered")


@pytest.fixture
def place(make_family_database: Callable[[], MysqlDatabase]) -> Iterator[Place]:
    """A database with a task of its own."""
    place = Place(make_family_database(), Owner(secrets.token_hex(4), "shop", "ann@host"))
    yield place
    release(place.endpoint, place.owner)
    place.close()


def fresh(place: Place, kind: str) -> Callable[[Epoch], TableWrite]:
    """The table as it stands before a load of this kind, and the load's write."""
    place.execute("DROP TABLE IF EXISTS items")
    if kind == "create":
        return place.write
    place.execute(
        "CREATE TABLE items (id int AUTO_INCREMENT PRIMARY KEY, name longtext CHARACTER SET utf8mb4)",
        "INSERT INTO items VALUES (7, 'old')",
    )
    preparation = DROP if kind == "replace" else TRUNCATE
    return lambda epoch: place.write(epoch, preparation, destroy=True, destroy_rows=True)


def assert_nothing_left(place: Place) -> None:
    assert place.tables() == {"items"}
    assert place.under_way() == 0


@pytest.mark.parametrize("recovery", ["claim", "retry"])
@pytest.mark.parametrize("kind", STEPS)
def test_death_at_every_step(place: Place, kind: str, recovery: str) -> None:
    """The old rows or all of the new ones are seen, the records tell which, and another load ends it well.

    Either a new owner comes, or the task whose worker died tries again under the same epoch. If that finds the table
    complete, it leaves it alone: the old table is then dropped by the next owner.
    """
    tried = STEPS[kind] if recovery == "claim" else [step for step in STEPS[kind] if step in RETRIED]
    for run, step in enumerate(tried, start=1):
        write, before = fresh(place, kind), place.held()
        epoch = place.claim()
        assert die_after(step, place.endpoint, place_run(write(epoch), run)), step
        assert place.held() in (before, list(ROWS)), step
        complete = [record.run for record in place.records() if record.run == run]
        if complete:
            assert place.held() == list(ROWS), step
        if recovery == "claim":
            epoch = place.claim()
        retried(place, place_run(write(epoch), run))
        if recovery == "retry" and complete:
            place.claim()
        assert place.held() == list(ROWS), step
        assert [(r.run, r.rows, r.cut) for r in place.records()] == [(run, 3, CUT)], step
        assert_nothing_left(place)
        place.execute("INSERT INTO items (name) VALUES ('next')")
        assert place.rows("SELECT MAX(id) FROM items") == [(100,)], step


def place_run(write: TableWrite, run: int) -> TableWrite:
    return TableWrite(
        write.owner, write.epoch, run, write.mapped, write.design, write.preparation, write.may_destroy,
        write.may_destroy_rows,
    )  # fmt: skip


@pytest.mark.parametrize("kind", STEPS)
def test_every_step_is_tried(place: Place, kind: str) -> None:
    """The steps above are those that a load has."""
    write = fresh(place, kind)
    with load_row_text(place.endpoint, write(place.claim())) as load:
        assert tuple(steps(load)) == STEPS[kind]


@pytest.mark.parametrize("kind", STEPS)
def test_release_settles_what_died(place: Place, kind: str) -> None:
    """No shadow stays of a task that is destroyed, and no control row."""
    for step in ("sent", "committed"):
        write = fresh(place, kind)
        assert die_after(step, place.endpoint, write(place.claim()))
        release(place.endpoint, place.owner)
        assert place.tables() <= {"items"}
        assert place.under_way() == 0
        assert place.records() == []


def test_a_renaming_that_waits_for_readers_ends_with_its_owner(place: Place) -> None:
    """It waits in the server when its task is taken over; it must not happen behind the new owner's back."""
    write = fresh(place, "replace")
    with place.database.connect() as reader, reader.cursor() as cursor:
        cursor.execute("START TRANSACTION")
        cursor.execute("SELECT * FROM items")
        load = MysqlLoad(open_connection(place.endpoint), place.endpoint, write(place.claim()))
        number = load._connection.number
        raised: list[BaseException] = []
        thread = threading.Thread(target=lambda: raised.append(failure(load)))
        thread.start()
        state = (
            f"SELECT COUNT(*) FROM information_schema.processlist WHERE id = {number} AND state LIKE '%metadata lock%'"
        )
        wait_until(lambda: place.database.value(state) == 1, "the renaming that waits")
        place.claim()
        thread.join(30)
        load.leave()
        assert isinstance(raised[0], DiagnosticError)
        # It may hear of its session's end before the epoch is raised: then the next attempt is not its own.
        assert raised[0].diagnostics[0].code in (codes.NOT_OWNER.id, codes.CONNECTION_LOST.id)
    assert place.held() == OLD
    assert place.records() == []
    assert_nothing_left(place)


def failure(load: MysqlLoad) -> BaseException:
    try:
        for _ in steps(load):
            pass
    except DiagnosticError as error:
        return error
    return AssertionError("the load went on")


def test_an_owner_that_cannot_be_ended_ends_itself(place: Place) -> None:
    """Another user may not end its session: it notices before it publishes, and takes its shadow along."""
    name, password = place.database.server.create_user()
    place.database.execute(
        f"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, TRIGGER ON *.* TO '{name}'@'%'"
    )
    write = fresh(place, "replace")
    with load_row_text(place.endpoint, write(place.claim())) as load:
        going = steps(load)
        while next(going) != "sequenced":
            pass
        weaker = place.database.endpoint(username=name, password=password)
        claim(weaker, place.owner, [place.target])
        with pytest.raises(DiagnosticError, match=codes.NOT_OWNER.id):
            next(going)
    assert place.held() == OLD
    assert_nothing_left(place)


def test_the_rights_that_preflight_asks_for_are_enough(place: Place) -> None:
    """In the target's database and in that of the control rows; to empty a table, also to see who refers to it."""
    server, schema = place.database.server, place.database.name
    name, password = server.create_user()
    server.execute(
        f"GRANT CREATE, ALTER, DROP, SELECT, INSERT, DELETE, TRIGGER ON {schema}.* TO '{name}'@'%'",
        f"GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON dmsform_control.* TO '{name}'@'%'",
        f"GRANT REFERENCES ON *.* TO '{name}'@'%'",
    )
    weak = Place(place.database, Owner(secrets.token_hex(4), "shop", "ann@host"), login=(name, password))
    for run, kind in enumerate(STEPS, start=1):
        write = fresh(weak, kind)
        assert die_after("sent", weak.endpoint, write(weak.claim()))
        assert die_after("committed", weak.endpoint, write(weak.claim()))
        retried(weak, place_run(write(weak.claim()), run))
        assert weak.held() == list(ROWS)
        assert_nothing_left(weak)
    release(weak.endpoint, weak.owner)
    weak.close()


def test_a_new_owner_keeps_what_the_old_one_published(place: Place) -> None:
    """Taken over after the renaming, the table is complete, and its record tells so."""
    write = fresh(place, "replace")
    assert die_after("renamed", place.endpoint, write(place.claim()))
    assert [r.rows for r in place.records()] == [3]
    assert place.under_way() == 1, "looking changes nothing"
    place.claim()
    assert [r.rows for r in place.records()] == [3]
    assert_nothing_left(place)


def test_earlier_records_outlive_a_load_that_died(place: Place) -> None:
    """Until a reload is published the old run's row vouches for the rows that are there."""
    fresh(place, "create")
    epoch = place.claim()
    place.load(place.write(epoch))
    again = place.write(epoch, DROP, destroy=True, destroy_rows=True, run=2)
    assert die_after("committed", place.endpoint, again)
    assert [r.run for r in place.records()] == [1]
    place.claim()
    assert [r.run for r in place.records()] == [1]
    assert place.held() == list(ROWS)
    assert_nothing_left(place)


def test_loads_of_other_tables_and_tasks_are_left_alone(place: Place) -> None:
    """A claim settles what is its own task's."""
    fresh(place, "create")
    other = Place(place.database, Owner("other", "shop", "bob@host"))
    others = TableName(place.database.name, "others")
    epoch = claim(other.endpoint, other.owner, [others])
    write = other.write(epoch)
    with connected(other.endpoint) as connection:
        load = loads.new_load(write)
        loads.hold_lock(connection, load)
        loads.insert(connection, load)
        place.load(place.write(place.claim()))
        assert connection.row("SELECT 1") == (1,)
    assert place.under_way() == 1
    release(other.endpoint, other.owner)


def stood(load: Load, *names: str) -> frozenset[TableName]:
    return frozenset({"shadow": load.shadow, "old": load.old, "target": load.target}[name] for name in names)


@pytest.mark.parametrize(
    ("stage", "replaces", "standing", "expected"),
    [
        (Stage.BEGUN, True, ("shadow", "target"), Outcome.UNDONE),
        (Stage.PUBLISHING, False, ("shadow",), Outcome.UNDONE),
        (Stage.PUBLISHING, False, ("shadow", "target"), Outcome.UNDONE),
        (Stage.PUBLISHING, False, ("target",), Outcome.PUBLISHED),
        (Stage.PUBLISHING, False, (), Outcome.LOST),
        (Stage.PUBLISHING, True, ("shadow", "target"), Outcome.UNDONE),
        (Stage.PUBLISHING, True, ("old", "target"), Outcome.PUBLISHED),
        (Stage.PUBLISHING, True, ("target",), Outcome.LOST),
        (Stage.PUBLISHING, True, ("old",), Outcome.LOST),
        (Stage.RENAMED, True, ("old", "target"), Outcome.PUBLISHED),
        (Stage.RENAMED, True, ("target",), Outcome.PUBLISHED),
        (Stage.RENAMED, True, ("shadow", "target"), Outcome.UNDONE),
        (Stage.RENAMED, True, (), Outcome.LOST),
        (Stage.NUMBERING, False, ("target",), Outcome.PUBLISHED),
        (Stage.NUMBERING, False, (), Outcome.LOST),
    ],
)
def test_outcomes(stage: Stage, replaces: bool, standing: tuple[str, ...], expected: Outcome) -> None:
    """What stands tells what was done."""
    load = Load("0" * 16, "key", Epoch(1), stage, TableName("a", "b"), TableName("c", "d"), 1, replaces)
    assert outcome(load, stood(load, *standing)) is expected
