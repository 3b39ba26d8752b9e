"""The endpoint block's arguments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo
from pydantic import ValidationError

from dmsform.provider.values import EmbeddedServer
from dmsform_postgresql.settings import PostgresSettings

_LEAST = {"database": "shop", "username": "dms"}


def test_defaults_and_secret() -> None:
    settings = PostgresSettings.model_validate({**_LEAST, "password": "s3cret"})
    assert (settings.host, settings.port, settings.ssl_mode) == ("localhost", 5432, "none")
    assert "s3cret" not in repr(settings)
    assert settings.dump()["password"] == "s3cret"
    assert settings.conninfo()["sslmode"] == "disable"


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_ssl_modes_are_libpqs(mode: str) -> None:
    root = {} if mode == "require" else {"ssl_root_cert": "/ca.pem"}
    settings = PostgresSettings.model_validate({**_LEAST, "ssl_mode": mode, **root})
    assert settings.conninfo()["sslmode"] == mode
    assert settings.conninfo()["sslrootcert"] == root.get("ssl_root_cert", "/dev/null/none")


def test_nothing_is_left_for_libpq_to_take_from_the_environment() -> None:
    given = PostgresSettings.model_validate(_LEAST).conninfo()
    known = {o.keyword.decode() for o in Conninfo.get_defaults() if o.envvar}
    assert known - given.keys() == {"service"}


def refused(change: dict[str, object]) -> tuple[str, str]:
    """The place and the words of the one error; nothing of the values is in it."""
    with pytest.raises(ValidationError) as raised:
        PostgresSettings.model_validate({**_LEAST, **change})
    (error,) = raised.value.errors(include_input=False, include_url=False)
    return str(error["loc"][0]), error["msg"]


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"prot": 5432}, "prot", "not permitted"),
        ({"port": 70000}, "port", "65535"),
        ({"ssl_mode": "prefer"}, "ssl_mode", "verify-ca"),
        ({"database": ""}, "database", "at least 1"),
        ({"database": None}, "database", "required"),
        ({"ssl_mode": "verify-full"}, "ssl_root_cert", "authorities"),
        ({"ssl_root_cert": "/ca.pem"}, "ssl_root_cert", "not be used"),
        ({"ssl_mode": "require", "ssl_root_cert": "/ca.pem"}, "ssl_root_cert", "not be used"),
        ({"ssl_mode": "require", "ssl_cert": "/c.pem"}, "ssl_key", "belong together"),
        ({"service_file": "/s.conf"}, "service_file", "give service too"),
        ({"options": {"sslmode": "require"}}, "options", "argument ssl_mode"),
        ({"options": {"options": "-c a=b"}}, "options", "not taken"),
        ({"options": {"channel_binding": "perhaps"}}, "options", "one of disable"),
        ({"url": "postgresql://h/d"}, "database", "beside a url"),
    ],
)
def test_what_cannot_be_is_refused_in_its_place(change: dict[str, object], place: str, words: str) -> None:
    found = refused(change)
    assert found[0] == place
    assert words in found[1]


def test_a_url_is_taken_apart() -> None:
    url = "postgresql://us%65r:p%40ss%2F@[::1]:5433/my%20db?sslmode=verify-full&sslrootcert=ca.pem&connect_timeout=5"
    settings = PostgresSettings.model_validate({"url": url + "&application_name=x&channel_binding=require"})
    assert settings.dump() == {
        **PostgresSettings.model_validate(_LEAST).dump(),
        "host": "::1", "port": 5433, "database": "my db", "username": "user", "password": "p@ss/",
        "ssl_mode": "verify-full", "ssl_root_cert": "ca.pem", "connect_timeout": 5,
        "options": {"application_name": "x", "channel_binding": "require"},
    }  # fmt: skip
    assert PostgresSettings.model_validate(settings.dump()) == settings
    assert conninfo_to_dict(url)["password"] == settings.dump()["password"]
    socket = PostgresSettings.model_validate({"url": "postgres://u@%2Fvar%2Frun/d", "password": "beside"})
    assert (socket.host, socket.port, socket.dump()["password"]) == ("/var/run", 5432, "beside")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://u:Sesame@h/d", "postgresql://"),
        ("Sesame", "postgresql://"),
        ("postgresql://u:Ses@me@h/d", "%40"),
        ("postgresql://u:Sesame/x@h/d", "%2F"),
        ("postgresql://u:Sesame%zz@h/d", "%25"),
        ("postgresql://u:Sesame@h:5432,g/d", "one host"),
        ("postgresql://u:Sesame@h/d?sslmode=prefer", "leave open"),
        ("postgresql://u:Sesame@h/d?service=x", "not taken"),
        ("postgresql://u:Sesame@h/d?host=other", '"host" once'),
        ("postgresql://u:Sesame@h/d?sslmode", "name=value"),
        ("postgresql://:Sesame@h/d", "user name"),
    ],
)
def test_a_wrong_url_is_refused_and_not_repeated(url: str, words: str) -> None:
    with pytest.raises(ValidationError) as raised:
        PostgresSettings.model_validate({"url": url})
    errors = raised.value.errors(include_input=False, include_url=False)
    assert errors[0]["loc"] == ("url",)
    assert words in errors[0]["msg"]
    assert "Ses" not in str(raised.value)


def test_a_service_is_read_at_every_connection_and_arguments_win(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "services.conf"
    file.write_text(
        "# ours\n[other]\nhost=wrong\n\n[prod]\nhost = db1.internal\nport=5433\ndbname=shop\nuser=dms\n"
        "password=Sesame1\nsslmode=verify-ca\nsslrootcert=ca.pem\napplication_name=theirs\n[prod]\nhost=late\n"
    )
    settings = PostgresSettings.model_validate({"service": "prod", "service_file": str(file), "username": "me"})
    assert settings.host is None
    assert "Sesame1" not in json.dumps(settings.dump())
    found = PostgresSettings.model_validate(settings.dump()).resolved()
    assert (found.host, found.port, found.database, found.username) == ("db1.internal", 5433, "shop", "me")
    assert (found.ssl_mode, found.ssl_root_cert) == ("verify-ca", str(tmp_path / "ca.pem"))
    assert found.dump()["password"] == "Sesame1"
    assert found.conninfo()["application_name"] == "theirs"
    file.write_text("[prod]\ndbname=shop\n")
    changed = settings.resolved()
    assert (changed.host, changed.port, changed.ssl_mode) == ("localhost", 5432, "none")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".pg_service.conf").write_text("[home]\ndbname=d\nuser=u\n")
    assert PostgresSettings.model_validate({"service": "home"}).resolved().database == "d"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[other]\n", 'no service "prod"'),
        ("[prod]\nhost\n", "line 2"),
        ("[prod]\nuser=u\n", "database"),
        ("[prod]\ndbname=d\nuser=u\nport=Sesame1\n", "port"),
        ("[prod]\npassfile=Sesame1\n", '"passfile" is not taken'),
        (None, "cannot be read"),
    ],
)
def test_a_service_that_cannot_be_had_says_why(tmp_path: Path, text: str | None, words: str) -> None:
    file = tmp_path / "services.conf"
    if text is not None:
        file.write_text(text)
    settings = PostgresSettings.model_validate({"service": "prod", "service_file": str(file)})
    with pytest.raises(ValueError, match=words) as raised:
        settings.resolved()
    assert "Sesame1" not in str(raised.value)


def test_what_an_embedded_server_gives_is_accepted() -> None:
    given = {"host": "127.0.0.1", "port": 5433, "database": "d", "username": "postgres", "password": "p"}
    server = EmbeddedServer(given, "/data", running=True)
    assert PostgresSettings.model_validate(server.settings).dump()["port"] == 5433
