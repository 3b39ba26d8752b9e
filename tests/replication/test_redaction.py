"""G7: a driver's error that quotes a password does not bring it into the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from dmsform.replication.redaction import BLOT, log_without, redact, secrets_of
from dmsform.task.definition import EndpointDefinition

SECRET = "s3cr3t-value"


@pytest.fixture
def _restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_the_secrets_are_what_the_provider_declares_secret() -> None:
    settings = {"host": "here", "database": "d", "username": "u", "password": SECRET}
    endpoint = EndpointDefinition(name="e", engine="postgresql", settings=settings)
    assert secrets_of(endpoint, endpoint) == (SECRET, SECRET)
    assert secrets_of(EndpointDefinition(name="e", engine="no-such-engine", settings=settings)) == ()


def test_a_secret_of_a_service_file_is_one_too(tmp_path: Path) -> None:
    file = tmp_path / "services"
    file.write_text(f"[prod]\nhost=h\ndbname=d\nuser=u\npassword={SECRET}\n")
    settings = {"service": "prod", "service_file": str(file)}
    endpoint = EndpointDefinition(name="e", engine="postgresql", settings=settings)
    assert secrets_of(endpoint) == (SECRET,)
    file.unlink()
    assert secrets_of(endpoint) == ()


def test_longest_first() -> None:
    assert redact("ab abc", ("ab", "abc")) == f"{BLOT} {BLOT}"


@pytest.mark.usefixtures("_restored_logging")
def test_tracebacks_are_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    log_without((SECRET,))
    try:
        int(f"password={SECRET}")
    except ValueError:
        logging.getLogger("dmsform.test").exception("connecting with %s", SECRET)
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert SECRET not in said
    assert said.count(BLOT) == 2
