"""Taking row text apart: what goes into a buffer by its rules comes out the same, and what breaks them is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsform_sqlite.row_text import (
    NULL,
    BrokenEscapeError,
    MalformedRowsError,
    NotUnicodeError,
    columns_of,
    unescaped,
    unescaped_all,
)

CONTROL = {"\b": "\\b", "\f": "\\f", "\v": "\\v"}
TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("\\\\\t\n\r\b\f\vntrN.x\0"))


def escaped(text: str, *, control: bool = False) -> str:
    """Character by character, as the rules say; PostgreSQL also escapes \\b, \\f and \\v."""
    escapes = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", **(CONTROL if control else {})}
    return "".join(escapes.get(c, c) for c in text)


@given(text=TEXTS, control=st.booleans())
def test_a_field_stands_for_its_text(text: str, control: bool) -> None:
    field = escaped(text, control=control)
    assert unescaped(field) == text
    assert list(unescaped_all([field, "x", field])) == [text, "x", text]
    assert field != NULL


@given(rows=st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(TEXTS | st.none(), min_size=n, max_size=n))))
def test_rows_come_apart_into_columns(rows: list[list[str | None]]) -> None:
    fields = [[NULL if v is None else escaped(v) for v in row] for row in rows]
    buffer = "".join("\t".join(row) + "\n" for row in fields).encode()
    width = len(rows[0]) if rows else 1
    assert columns_of(buffer, width) == [list(c) for c in zip(*fields, strict=True)] if rows else [[]]


@pytest.mark.parametrize(
    ("buffer", "words"),
    [
        (b"1\t2\n3\n", "a row of 1 fields"),
        (b"1\t2\n3\t4\t5\n", "a row of 3 fields"),
        # As many fields in all as there should be.
        (b"1\n2\t3\t4\n", "a row of 1 fields"),
        (b"1\t2\t3\n4\n", "a row of 3 fields"),
        (b"1\t2\n3\t4", "does not end"),
        (b"1\t2", "does not end"),
        (b"\n", "a row of 1 fields"),
    ],
)
def test_what_are_no_whole_rows(buffer: bytes, words: str) -> None:
    with pytest.raises(MalformedRowsError, match=words):
        columns_of(buffer, 2)


@pytest.mark.parametrize("data", [b"\xff", b"a\xc3", b"\xed\xa0\x80", b"\xc0\x80"])
def test_what_is_no_unicode(data: bytes) -> None:
    with pytest.raises(NotUnicodeError) as raised:
        columns_of(b"1\tx\n2\t" + data + b"\n", 2)
    assert (raised.value.column, raised.value.data) == (1, data)


@pytest.mark.parametrize("field", ["\\", "a\\", "\\x41", "\\101", "\\.", "\\\\\\", "\\N", "\\q", "\\n\\"])
def test_escapes_that_are_none(field: str) -> None:
    with pytest.raises(BrokenEscapeError):
        unescaped(field)
