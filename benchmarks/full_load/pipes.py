"""The peer: the two engines' own clients, one piped into the other, the primary key built after the rows."""

from __future__ import annotations

import subprocess
import time

from benchmarks.full_load.stores import TABLE, MysqlStore, PostgresStore, Store, environment

_LOAD = f"LOAD DATA LOCAL INFILE '/dev/stdin' INTO TABLE {TABLE} CHARACTER SET utf8mb4"
_MYSQL_NULLS = "(id, customer, quantity, price, created, @day, name, @note, email, @ratio) SET " + ", ".join(
    f"{name} = NULLIF(@{name}, 'NULL')" for name in ("day", "note", "ratio")
)


def run_pipe(source: Store, target: Store, *, key_first: bool = False) -> float:
    """Seconds of the pipe and of building the key. key_first -- the table of MySQL has its key from the start."""
    _make_table(target, key_first=key_first)
    started = time.perf_counter()
    writer_command = _writing(target, from_mysql=isinstance(source, MysqlStore))
    reader = subprocess.Popen(_reading(source), stdout=subprocess.PIPE, env=environment(source))
    writer = subprocess.Popen(writer_command, stdin=reader.stdout, env=environment(target))
    assert reader.stdout is not None
    reader.stdout.close()
    if writer.wait() or reader.wait():
        raise RuntimeError(f"the pipe from {source.name} to {target.name} failed")
    if isinstance(target, PostgresStore) or not key_first:
        key = _build_key(target)
        subprocess.run(key, check=True, env=environment(target))
    return time.perf_counter() - started


def _make_table(target: Store, *, key_first: bool) -> None:
    match target:
        case PostgresStore():
            target.make_table()
        case MysqlStore():
            target.make_table(with_key=key_first)
        case _:
            raise TypeError(target)


def _reading(source: Store) -> list[str]:
    match source:
        case PostgresStore():
            return source.psql("origin", f"\\copy public.{TABLE} to stdout")
        case MysqlStore():
            return source.client("origin", f"SELECT * FROM {TABLE}")
        case _:
            raise TypeError(source)


def _writing(target: Store, *, from_mysql: bool) -> list[str]:
    """MySQL's clients print NULL as a word; no text of the table is that word."""
    match target:
        case PostgresStore():
            null = " with (null 'NULL')" if from_mysql else ""
            return target.psql("goal", f"\\copy public.{TABLE} from stdin{null}")
        case MysqlStore():
            return target.client("goal", f"{_LOAD} {_MYSQL_NULLS}" if from_mysql else _LOAD)
        case _:
            raise TypeError(target)


def _build_key(target: Store) -> list[str]:
    match target:
        case PostgresStore():
            return target.psql("goal", f"ALTER TABLE public.{TABLE} ADD PRIMARY KEY (id)")
        case MysqlStore():
            return target.client("goal", f"ALTER TABLE {TABLE} ADD PRIMARY KEY (id)")
        case _:
            raise TypeError(target)
