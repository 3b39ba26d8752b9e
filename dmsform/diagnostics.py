"""Every error and warning is a Diagnostic: what happened, why it matters, what to do, and where.

A package declares its codes as module constants in a `codes.py` of its own (`UNKNOWN_BLOCK = Code("DMS101", ...)`),
and builds diagnostics from them (`UNKNOWN_BLOCK.error(detail, remedy, subject=...)`). `docs/diagnostics.md` is
generated from these codes. Form and wording follow OpenTofu's diagnostics guide: a fixed, terse summary; a detail in
full sentences; a remedy that can be acted on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any


class ExitCode(IntEnum):
    """What the process says to its caller. Stable; documented in `docs/exit-codes.md`."""

    OK = 0
    ERROR = 1
    CHANGES = 2
    CONFIGURATION = 3
    AUTHENTICATION = 4
    UNREACHABLE = 5
    LOCKED = 6
    STALE_PLAN = 7
    REFUSED = 8
    TASK_FAILED = 9
    MISMATCH = 10
    CANCELLED = 11


class Severity(StrEnum):
    """Errors stop the operation; warnings are shown and it goes on."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A place in a source file: line and column count from 1 (characters), byte from 0."""

    line: int
    column: int
    byte: int


@dataclass(frozen=True, slots=True, order=True)
class SourceRange:
    """A stretch of a source file; `end` is exclusive."""

    filename: str
    start: Point
    end: Point

    def __str__(self) -> str:
        """`file:line,column-column` as Terraform prints it, or `-line,column` across lines."""
        start, end = self.start, self.end
        tail = f"{end.column}" if end.line == start.line else f"{end.line},{end.column}"
        return f"{self.filename}:{start.line},{start.column}-{tail}"


@dataclass(frozen=True, slots=True)
class DataPlace:
    """Where in the data something happened; whatever is unknown is None.

    `value` is the offending value as text, shortened to 200 characters; never given for masked or secret values.
    """

    endpoint: str | None = None
    table: str | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        """The known parts on one line: `endpoint shop, table main.t, column c, value 'x'`."""
        parts = [f"{name} {part}" for name, part in (("endpoint", self.endpoint), ("table", self.table)) if part]
        if self.column:
            parts.append(f"column {self.column}")
        if self.value is not None:
            parts.append(f"value {self.value!r}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that went wrong or deserves attention.

    summary -- the code's fixed text; detail -- what happened and why it is a problem, in sentences;
    remedy -- what to do, never empty for an error; subject -- the place in the configuration;
    place -- the place in the data; check -- the check before a start that found it, under the name of AWS DMS's
    premigration assessment where one fits.
    """

    severity: Severity
    code: str
    summary: str
    detail: str
    remedy: str
    subject: SourceRange | None = None
    place: DataPlace | None = None
    address: str | None = None
    exit_code: ExitCode = ExitCode.ERROR
    check: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The diagnostic in the form of Terraform's `-json` output, with our code, remedy and place added."""
        record: dict[str, Any] = {
            "severity": self.severity.value,
            "code": self.code,
            "summary": self.summary,
            "detail": self.detail,
            "remedy": self.remedy,
        }
        if self.address:
            record["address"] = self.address
        if self.subject:
            record["range"] = _range_json(self.subject)
        if self.check:
            record["check"] = self.check
        if self.place:
            pairs = ((name, getattr(self.place, name)) for name in ("endpoint", "table", "column", "value"))
            record["place"] = {name: part for name, part in pairs if part is not None}
        record["exit_code"] = int(self.exit_code)
        return record


def _range_json(subject: SourceRange) -> dict[str, Any]:
    def point(p: Point) -> dict[str, int]:
        return {"line": p.line, "column": p.column, "byte": p.byte}

    return {"filename": subject.filename, "start": point(subject.start), "end": point(subject.end)}


def diagnostic_from_json(record: dict[str, Any]) -> Diagnostic:
    """Read back what `Diagnostic.to_json` wrote."""
    subject = None
    if found := record.get("range"):
        subject = SourceRange(found["filename"], Point(**found["start"]), Point(**found["end"]))
    return Diagnostic(
        severity=Severity(record["severity"]),
        code=record["code"],
        summary=record["summary"],
        detail=record["detail"],
        remedy=record["remedy"],
        subject=subject,
        place=DataPlace(**record["place"]) if record.get("place") else None,
        address=record.get("address"),
        exit_code=ExitCode(record.get("exit_code", 1)),
        check=record.get("check"),
    )


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of diagnostic: stable id, fixed summary, and an explanation for the documentation."""

    id: str
    summary: str
    explanation: str
    exit_code: ExitCode = ExitCode.ERROR

    def error(
        self,
        detail: str,
        remedy: str,
        *,
        subject: SourceRange | None = None,
        place: DataPlace | None = None,
        address: str | None = None,
        check: str | None = None,
    ) -> Diagnostic:
        """An error of this kind."""
        if not remedy:
            raise ValueError(f"{self.id}: an error needs a remedy")
        return Diagnostic(
            Severity.ERROR, self.id, self.summary, detail, remedy, subject, place, address, self.exit_code, check
        )

    def warning(
        self,
        detail: str,
        remedy: str,
        *,
        subject: SourceRange | None = None,
        place: DataPlace | None = None,
        address: str | None = None,
        check: str | None = None,
    ) -> Diagnostic:
        """A warning of this kind."""
        return Diagnostic(
            Severity.WARNING, self.id, self.summary, detail, remedy, subject, place, address, self.exit_code, check
        )


class DiagnosticError(Exception):
    """Raised to stop with one or more diagnostics; at least one of them is an error."""

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = (
            (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        )
        super().__init__("; ".join(f"{d.code} {d.summary}: {d.detail}" for d in self.diagnostics))

    def __reduce__(self) -> tuple[type[DiagnosticError], tuple[tuple[Diagnostic, ...]]]:
        """Survive the trip between worker processes."""
        return DiagnosticError, (self.diagnostics,)


def has_errors(diagnostics: Sequence[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def exit_code_of(diagnostics: Sequence[Diagnostic]) -> ExitCode:
    """The exit code of the first error, OK without one."""
    return next((d.exit_code for d in diagnostics if d.severity is Severity.ERROR), ExitCode.OK)


def shortened(value: str, limit: int = 200) -> str:
    """A value for a message: cut to `limit` characters with a note of its length."""
    return value if len(value) <= limit else f"{value[:limit]}... ({len(value)} characters)"
