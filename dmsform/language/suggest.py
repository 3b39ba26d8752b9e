"""Did you mean: the name that was probably meant, and the list of names that would have been valid."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The valid name closest to a wrong one; None when none is close."""
    import difflib

    lowered = {candidate.lower(): candidate for candidate in valid}
    found = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else None


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """` Did you mean "x"?` to be put behind a sentence; empty when no name is close."""
    found = nearest(name, valid)
    return f' Did you mean "{found}"?' if found else ""


def listed(names: Iterable[str]) -> str:
    """Names in quotes, for messages."""
    return ", ".join(f'"{name}"' for name in names)
