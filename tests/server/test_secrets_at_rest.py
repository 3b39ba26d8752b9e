"""Definitions at rest: bound to their key and to their task."""

from __future__ import annotations

from pathlib import Path

import pytest

from dmsform.diagnostics import DiagnosticError
from dmsform.server import codes
from dmsform.server.secrets import load_key


def test_what_is_sealed_opens_again(tmp_path: Path) -> None:
    box = load_key(tmp_path / "key", create=True)
    sealed = box.seal(b"secret", "l/shop")
    assert b"secret" not in sealed
    assert load_key(tmp_path / "key", create=False).open(sealed, "l/shop") == b"secret"
    assert box.seal(b"secret", "l/shop") != sealed


def test_the_key_is_private(tmp_path: Path) -> None:
    load_key(tmp_path / "key", create=True)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_another_task_or_another_key_opens_nothing(tmp_path: Path) -> None:
    box = load_key(tmp_path / "key", create=True)
    sealed = box.seal(b"secret", "l/shop")
    for opener, identity in ((box, "l/other"), (load_key(tmp_path / "other", create=True), "l/shop")):
        with pytest.raises(DiagnosticError) as caught:
            opener.open(sealed, identity)
        assert caught.value.diagnostics[0].code == codes.KEY_MISSING.id


@pytest.mark.parametrize("content", [None, b"short"])
def test_a_key_that_is_gone_or_cut_is_not_made_anew(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    with pytest.raises(DiagnosticError) as caught:
        load_key(tmp_path / "key", create=False)
    assert caught.value.diagnostics[0].code == codes.KEY_MISSING.id


def test_fingerprints_tell_equal_from_changed_under_one_key(tmp_path: Path) -> None:
    box, other = (load_key(tmp_path / name, create=True) for name in ("a", "b"))
    assert box.fingerprint(b"x") == box.fingerprint(b"x")
    assert len({box.fingerprint(b"x"), box.fingerprint(b"y"), other.fingerprint(b"x")}) == 3
