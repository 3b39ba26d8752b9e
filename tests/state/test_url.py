"""State URLs: what is accepted, where a file lies, and that no password is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from dmsform.diagnostics import DiagnosticError, ExitCode
from dmsform.state.url import DEFAULT_URL, read_url


def test_a_relative_file_lies_in_the_modules_directory() -> None:
    assert read_url(DEFAULT_URL, Path("/module")).file == Path("/module/dmsform.state.db")
    assert read_url("sqlite:////var/state.db", Path("/module")).file == Path("/var/state.db")


@pytest.mark.parametrize(
    ("text", "driver"),
    [
        ("postgresql://u@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg"),
        ("mysql://u@h/d", "mysql+pymysql"),
        ("mariadb://u@h/d", "mariadb+pymysql"),
    ],
)
def test_the_driver_is_one_that_dmsform_brings(text: str, driver: str) -> None:
    assert read_url(text, Path()).url.drivername == driver


@pytest.mark.parametrize("text", ["", "nonsense", "oracle://h/d", "sqlite://", "sqlite:///:memory:"])
def test_what_cannot_keep_state_is_refused(text: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        read_url(text, Path())
    assert caught.value.diagnostics[0].exit_code is ExitCode.CONFIGURATION


def test_passwords_are_not_shown() -> None:
    url = read_url("postgresql://u:Sesame1@h/d?sslpassword=Sesame2", Path())
    assert "Sesame" not in url.shown
    assert url.hide("login with Sesame1 and Sesame2 failed") == "login with *** and *** failed"
