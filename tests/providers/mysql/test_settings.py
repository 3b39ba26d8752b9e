"""The endpoint block's arguments: given one by one, by a URL, or by an option file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dmsform_mysql.aws_settings import NOT_HONOURED
from dmsform_mysql.settings import MysqlSettings

_LEAST = {"username": "dms"}


def parse(**given: Any) -> MysqlSettings:
    return MysqlSettings.model_validate(given)


def told(settings: MysqlSettings) -> dict[str, Any]:
    """What is not as it would be without being given."""
    fields = MysqlSettings.model_fields
    return {n: v for n, v in settings.dump().items() if v is not None and v != fields[n].default}


def test_defaults_and_secret() -> None:
    settings = parse(**_LEAST, password="s3cret")
    assert (settings.host, settings.port, settings.ssl_mode) == ("localhost", 3306, "none")
    assert "s3cret" not in repr(settings)
    assert settings.dump()["password"] == "s3cret"
    assert settings.address == "localhost:3306"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"prot": 3306}, "prot"),
        ({"port": 70000}, "port"),
        ({"ssl_mode": "prefer"}, "ssl_mode"),
        ({"database": ""}, "database"),
        ({"socket": "/s", "host": "db1"}, "host"),
        ({"socket": "/s", "port": 3306}, "port"),
        ({"socket": "/s", "ssl_mode": "require"}, "ssl_mode"),
        ({"ssl_cert": "/c.pem", "ssl_mode": "require"}, "ssl_key"),
        ({"ssl_root_cert": "/ca.pem"}, "ssl_root_cert"),
        ({"ssl_root_cert": "/ca.pem", "ssl_mode": "require"}, "ssl_root_cert"),
        ({"option_group": "prod"}, "option_group"),
        ({"username": None}, "username"),
    ],
)
def test_what_is_not_known_or_would_do_nothing_is_refused_by_name(change: dict[str, Any], name: str) -> None:
    with pytest.raises(ValidationError) as raised:
        parse(**{**_LEAST, **change})
    assert [e["loc"] for e in raised.value.errors()] == [(name,)]


def test_settings_of_aws_dms_that_are_not_honoured_say_why() -> None:
    for name, why in NOT_HONOURED.items():
        assert name not in MysqlSettings.model_fields
        with pytest.raises(ValidationError, match=f"there is no argument {name}: ") as raised:
            parse(**_LEAST, **{name: "x"})
        assert why in str(raised.value)
        assert [e["loc"] for e in raised.value.errors()] == [(name,)]


def test_a_socket_takes_the_place_of_host_and_port() -> None:
    settings = parse(**_LEAST, socket="/run/mysqld/mysqld.sock")
    assert (settings.host, settings.port) == (None, None)
    assert MysqlSettings.model_validate(settings.dump()) == settings
    assert settings.address == "/run/mysqld/mysqld.sock"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mysql://dms@db1", {"host": "db1", "username": "dms"}),
        ("mysql://d%40s:p%2Fw@[::1]:3307/sh%25p", {
            "host": "::1", "port": 3307, "username": "d@s", "password": "p/w", "database": "sh%p"}),
        ("mariadb+pymysql://dms@db1/shop?ssl-mode=VERIFY_IDENTITY&ssl_ca=/ca.pem", {
            "host": "db1", "username": "dms", "database": "shop", "ssl_mode": "verify-full",
            "ssl_root_cert": "/ca.pem"}),
        ("mysql://dms@db1?ssl-ca=/ca.pem", {
            "host": "db1", "username": "dms", "ssl_mode": "verify-ca", "ssl_root_cert": "/ca.pem"}),
        ("mysql://dms@db1?sslmode=require", {"host": "db1", "username": "dms", "ssl_mode": "require"}),
        ("mysql://dms@localhost/shop?socket=%2Frun%2Fs.sock", {
            "username": "dms", "database": "shop", "socket": "/run/s.sock"}),
    ],
)  # fmt: skip
def test_a_url_is_taken_apart(url: str, expected: dict[str, Any]) -> None:
    settings = parse(url=url)
    assert told(settings) == expected
    assert MysqlSettings.model_validate(settings.dump()) == settings


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://dms:s3cret@db1", "mysql:dms:s3cret@db1", "mysql://dms:s3@cret@db1", "mysql://dms:s3cret%zz@db1",
        "mysql://dms:s3cret@a,b", "mysql://:s3cret@db1", "mysql://dms:s3/cret@db1:3306/x/y",
        "mysql://dms:s3cret@db1?ssl-mode=PREFERRED", "mysql://dms:s3cret@db1?ssl-cipher=x",
        "mysql://dms:s3cret@db1?charset=latin1", "mysql://dms:s3cret@db1?user=dms", "mysql://dms:s3cret@db1?a=1&a=2",
        "mysql://dms:s3cret@db1?ssl=perhaps",
    ],
)  # fmt: skip
def test_a_url_that_is_none_is_refused_without_its_secrets(url: str) -> None:
    with pytest.raises(ValidationError) as raised:
        parse(url=url)
    assert [e["loc"] for e in raised.value.errors()] == [("url",)]
    assert "s3" not in str(raised.value)


@pytest.mark.parametrize("beside", [{"host": "db2"}, {"option_file": "my.cnf"}, {"username": "x"}, {"password": "x"}])
def test_nothing_is_given_beside_a_url_that_it_holds(beside: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as raised:
        parse(url="mysql://dms:s3cret@db1", **beside)
    assert [e["loc"] for e in raised.value.errors()] == [tuple(beside)]
    assert "s3cret" not in str(raised.value)


_FILE = """
# comments
[mysqld]
port = 1
[client]
host=db1 # the first
loose-port = 3307
user = "d#ms"
password='s3c\\sret'
ssl_ca = ca.pem
ssl-verify-server-cert
default-character-set = utf8mb4
[old]
user = dms
ssl-mode = DISABLED
[client]
port = 3308
"""


def test_an_option_file_is_read_when_a_connection_is_made(tmp_path: Path) -> None:
    file = tmp_path / "my.cnf"
    settings = parse(option_file=str(file))  # not there yet
    file.write_text(_FILE)
    found = settings.resolved()
    assert told(found) == {
        "host": "db1", "port": 3308, "username": "d#ms", "password": "s3c ret", "ssl_mode": "verify-full",
        "ssl_root_cert": str(tmp_path / "ca.pem"),
    }  # fmt: skip
    assert MysqlSettings.model_validate(settings.dump()).resolved() == found
    old = parse(option_file=str(file), option_group="old").resolved()
    assert told(old) == {"username": "dms"}
    assert (old.host, old.port, old.ssl_mode) == ("localhost", 3306, "none")


def test_arguments_beside_an_option_file_win(tmp_path: Path) -> None:
    file = tmp_path / "my.cnf"
    file.write_text("[client]\nuser=dms\nhost=db1\nport=3307\npassword=x\n")
    assert told(parse(option_file=str(file), host="db2", password="y").resolved()) == {
        "username": "dms", "host": "db2", "port": 3307, "password": "y",
    }  # fmt: skip
    assert told(parse(option_file=str(file), socket="/s").resolved()) == {
        "username": "dms", "password": "x", "socket": "/s",
    }  # fmt: skip
    file.write_text("[client]\nuser=dms\nsocket=s.sock\n")
    assert told(parse(option_file=str(file)).resolved())["socket"] == str(tmp_path / "s.sock")
    assert told(parse(option_file=str(file), port=3310).resolved()) == {"username": "dms", "port": 3310}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[mysqld]\nuser=s3cret", r"no group \[client\]"),
        ("[client]\nuser=dms\npassword=s3cret\nport=s3cret", "port: "),
        ("[client]\nuser=dms\npassword=s3cret\ntls-version=TLSv1.2", '"tls-version" is not taken'),
        ("[client]\nuser=dms\npassword=s3cret\nssl-mode=PREFERRED", "leaves open"),
        ("[client]\npassword=s3cret", "username: "),
        ("!includedir /etc\n[client]\nuser=s3cret", "line 1"),
    ],
)
def test_an_option_file_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "my.cnf"
    file.write_text(text)
    with pytest.raises(ValueError, match=said) as raised:
        parse(option_file=str(file)).resolved()
    assert "s3cret" not in str(raised.value)
    with pytest.raises(ValueError, match="cannot be read"):
        parse(option_file=str(tmp_path / "missing.cnf")).resolved()
