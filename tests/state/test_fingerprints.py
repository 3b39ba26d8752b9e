"""Fingerprints tell whether a secret changed, and nothing else."""

from __future__ import annotations

from dmsform.state.fingerprints import fingerprint, matches, new_salt


def test_a_fingerprint_knows_its_secret_alone() -> None:
    known = fingerprint("Sesame", new_salt())
    assert matches("Sesame", known)
    assert not matches("Sesame ", known)
    assert not matches("", known)
    assert "Sesame" not in known


def test_states_do_not_share_fingerprints() -> None:
    assert fingerprint("Sesame", new_salt()) != fingerprint("Sesame", new_salt())


def test_what_is_no_fingerprint_matches_nothing() -> None:
    assert not matches("Sesame", "")
    assert not matches("Sesame", "md5$00$11")
