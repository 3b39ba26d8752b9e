"""What must not pass is found in a buffer wherever it stands, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsform.catalog.types import Text
from dmsform.diagnostics import shortened
from dmsform_mysql import markers
from tests.providers.mysql.mapping import mapped_of

MAPPED = mapped_of(Text(), Text(), key=(0,))
FIELDS = st.text(st.sampled_from("aé日😀\x00"), max_size=30)
INVALID = st.sampled_from([b"\xff", b"\x80", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])


@pytest.fixture(scope="module", autouse=True)
def short_slices() -> Iterator[None]:
    """Slices of the smallest size, so that their ends fall everywhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markers, "_SLICE_BYTES", 8)
        yield


@given(st.lists(st.tuples(FIELDS, FIELDS), max_size=5))
def test_text_passes(rows: list[tuple[str, str]]) -> None:
    buffer = "".join(f"{one}\t{two}\n" for one, two in rows).encode()
    assert markers.refusal(buffer, MAPPED) is None


@given(st.lists(st.tuples(FIELDS, FIELDS), min_size=1, max_size=5), FIELDS, INVALID, FIELDS, st.data())
def test_bytes_that_are_no_text_are_found(
    rows: list[tuple[str, str]], before: str, invalid: bytes, after: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    lines = [f"{one}\t{two}\n".encode() for one, two in rows]
    held = before.encode() + invalid + b"." + after.encode()
    lines[place] = rows[place][0].encode() + b"\t" + held + b"\n"
    found = markers.refusal(b"".join(lines), MAPPED)
    assert found is not None
    assert found.place is not None
    assert found.place.column == "c1"
    assert found.place.value == shortened(f"the bytes {held.hex()}")


@pytest.mark.parametrize("why", [markers.LOSSY, markers.NO_LABEL, markers.MASKED, markers.UNDEFINED])
def test_a_marker_says_why(why: str) -> None:
    buffer = b"1\tfine\n2\t\xff" + why.encode() + "é\t".encode().hex().upper().encode() + b"\n3\tfine\n"
    found = markers.refusal(buffer, MAPPED)
    assert found is not None
    assert found.remedy
    assert "in the row with c0 2" in found.detail
    assert found.place is not None
    assert found.place.value == ("the bytes c3a909" if why == markers.UNDEFINED else "é\t")
