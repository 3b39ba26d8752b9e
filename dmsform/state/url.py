"""Where the state is kept: reads the state block's URL and shows it without its password."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from dmsform.diagnostics import DiagnosticError
from dmsform.state import codes

DEFAULT_URL = "sqlite:///dmsform.state.db"
_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
_EXAMPLES = f"`{DEFAULT_URL}`, `postgresql+psycopg://user@host/database` or `mysql+pymysql://user@host/database`"


@dataclass(frozen=True, slots=True)
class StateUrl:
    """A usable URL. file -- the SQLite file, else None; shown -- the URL for messages, without secrets."""

    url: URL
    file: Path | None
    shown: str

    def hide(self, text: str) -> str:
        """A driver's message with the password taken out, should it stand there."""
        secrets = [str(self.url.password or ""), *(str(v) for k, v in self.url.query.items() if "pass" in k)]
        for secret in filter(None, secrets):
            text = text.replace(secret, "***")
        return text


def read_url(text: str, directory: Path) -> StateUrl:
    """The URL of a state; a relative SQLite path counts from the module's directory. Raises DiagnosticError."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise DiagnosticError(
            codes.STATE_URL.error("The state URL cannot be read as a URL.", f"Write it like {_EXAMPLES}.")
        ) from error
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None:
        raise DiagnosticError(
            codes.STATE_URL.error(f"No state can be kept at {_shown(url)}.", f"Use a URL like {_EXAMPLES}.")
        )
    # Without a driver SQLAlchemy would pick psycopg2 or mysqlclient, which dmsform does not bring.
    url = url if "+" in url.drivername else url.set(drivername=driver)
    if url.get_backend_name() != "sqlite":
        return StateUrl(url, None, _shown(url))
    if not url.database or url.database == ":memory:":
        raise DiagnosticError(
            codes.STATE_URL.error(
                "A SQLite state in memory is gone when the command ends.", f"Name a file, as in `{DEFAULT_URL}`."
            )
        )
    file = (directory / url.database).absolute()
    return StateUrl(url.set(database=str(file)), file, str(file))


def _shown(url: URL) -> str:
    hidden = url.update_query_dict({k: "***" for k in url.query if "pass" in k}) if url.query else url
    return hidden.render_as_string(hide_password=True)
