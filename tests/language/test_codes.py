"""The language's codes: DMS101 to DMS199, each once, and all of them listed."""

from __future__ import annotations

from dmsform.diagnostics import Code, ExitCode
from dmsform.language import codes


def test_codes_are_listed_and_in_their_range() -> None:
    declared = {value for name, value in vars(codes).items() if isinstance(value, Code)}
    assert set(codes.CODES) == declared
    numbers = [int(code.id.removeprefix("DMS")) for code in codes.CODES]
    assert numbers == sorted(set(numbers))
    assert numbers[0] >= 101
    assert numbers[-1] <= 199
    assert all(code.exit_code is ExitCode.CONFIGURATION for code in codes.CODES)
    assert len({code.summary for code in codes.CODES}) == len(codes.CODES)
