"""Finds in the state what a command names, and suggests what was meant."""

from __future__ import annotations

import difflib

from dmsform.addresses import Address, Kind
from dmsform.cli import codes
from dmsform.diagnostics import DiagnosticError
from dmsform.state.snapshot import ResourceRecord, Snapshot


def find_resource(snapshot: Snapshot, text: str) -> ResourceRecord:
    """The resource of that address. Raises DiagnosticError when it is no address or not in the state."""
    try:
        address = Address.parse(text)
    except ValueError as error:
        raise DiagnosticError(
            codes.BAD_ARGUMENT.error(f"{error}.", "Give an address that `dmsform state list` prints.")
        ) from None
    return _found(snapshot, address)


def find_named(snapshot: Snapshot, kind: Kind, name: str) -> ResourceRecord:
    """The resource of that kind by its name; `kind.name` is understood too. Raises DiagnosticError."""
    prefix = f"{kind.value}."
    return find_resource(snapshot, prefix + name.removeprefix(prefix))


def _found(snapshot: Snapshot, address: Address) -> ResourceRecord:
    record = snapshot.resource(address)
    if record is not None:
        return record
    known = [str(r.address) for r in snapshot.resources]
    close = difflib.get_close_matches(str(address), known, n=1)
    hint = f' Did you mean "{close[0]}"?' if close else ""
    holds = f"It holds: {', '.join(known)}." if known else "It is empty."
    raise DiagnosticError(
        codes.UNKNOWN_RESOURCE.error(
            f"The state holds no {address}. {holds}{hint}",
            "Apply the configuration that declares it, or give an address that `dmsform state list` prints.",
        )
    )
