"""SQL of a column's type that runs on both servers, though only one of them knows the type or its collation.

Comments that one kind of server executes and the other passes over tell them apart: `/*!80000 ... */` is MySQL's,
`/*M!100201 ... */` MariaDB's. What takes the place of an unknown type holds every value of it; what takes the place of
an unknown collation may tell fewer texts apart, and then a duplicate key ends the load. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dmsform_mysql.sql_types import UUID_TEXT
from dmsform_mysql.types import NativeType, parsed

BINARY_COLLATION = "/*!80017 COLLATE utf8mb4_0900_bin *//*M!100201 COLLATE utf8mb4_nopad_bin */"
"""For tables that come from elsewhere: letter case and blanks at the end tell keys apart."""

_MYSQL, _SRID, _VECTOR = 80000, 80003, 90000
_MARIADB, _NOPAD, _INET6, _UUID, _INET4, _UCA1400 = 100000, 100201, 100500, 100700, 101001, 101001
_ASCII_TEXT = "varchar({}) character set ascii collate ascii_bin"

# By the codes of MySQL's collations of UCA 9.0, the names of MariaDB's of UCA 14.0.
_LANGUAGES = {
    "cs": "czech", "da": "danish", "de_pb": "german2", "eo": "esperanto", "es": "spanish", "es_trad": "spanish2",
    "et": "estonian", "hr": "croatian", "hu": "hungarian", "is": "icelandic", "la": "roman", "lt": "lithuanian",
    "lv": "latvian", "pl": "polish", "ro": "romanian", "sk": "slovak", "sl": "slovenian", "sv": "swedish",
    "tr": "turkish", "vi": "vietnamese",
}  # fmt: skip
_CODES = {name: code for code, name in _LANGUAGES.items()}
_0900 = re.compile(r"utf8mb4_(?:(?P<language>\w+?)_)?0900_(?P<weight>ai_ci|as_ci|as_cs|bin)(_ks)?")
_UCA = re.compile(
    r"(?P<charset>[a-z0-9]+)_uca1400_(?:(?P<language>(?!nopad)[a-z0-9]+)_)?(?:nopad_)?(?P<weight>a[is]_c[is])"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What each server says for the same thing; `since` is MariaDB's (MySQL's) first version that knows its words."""

    mysql: str
    mariadb: str
    mysql_since: int = _MYSQL
    mariadb_since: int = _MARIADB

    def sql(self) -> str:
        """Both, each in a comment that the other passes over."""
        return f"/*!{self.mysql_since} {self.mysql} *//*M!{self.mariadb_since} {self.mariadb} */"


def portable(sql_type: str) -> str:
    """The type, so that both servers take it."""
    native = parsed(sql_type)
    if (known := _of_type(native)) is not None:
        return known.sql()
    if native.srid is not None:
        return f"{native.declared} /*!{_SRID} SRID {native.srid} */"
    if native.charset is None:
        return sql_type
    known = of_collation(native.charset, native.collation or "")
    return sql_type if known is None else f"{native.declared} {known.sql()}"


def differs(sql_type: str) -> tuple[str, str] | None:
    """What the type becomes on MySQL and on MariaDB, where not both have it; else None."""
    native = parsed(sql_type)
    known = _of_type(native)
    if known is None and native.charset is not None:
        known = of_collation(native.charset, native.collation or "")
    if known is not None:
        return known.mysql, known.mariadb
    return (f"{native.declared} srid {native.srid}", native.declared) if native.srid is not None else None


def _of_type(native: NativeType) -> Known | None:
    match native.name:
        case "uuid":
            return Known(UUID_TEXT, "uuid", mariadb_since=_UUID)
        case "inet4":
            return Known(_ASCII_TEXT.format(15), "inet4", mariadb_since=_INET4)
        case "inet6":
            return Known(_ASCII_TEXT.format(39), "inet6", mariadb_since=_INET6)
        case "vector":
            (dimensions,) = native.arguments
            return Known(native.declared, _bytes(4 * dimensions), mysql_since=_VECTOR)
        case _:
            return None


def _bytes(length: int) -> str:
    return f"varbinary({length})" if length <= 1024 else "longblob"


def of_collation(charset: str, collation: str) -> Known | None:
    """The clauses for a character set and collation that not both servers have."""
    if charset == "gb18030":
        mariadb, since = _uca1400(None, "bin" if collation.endswith("_bin") else "ai_ci")
        return Known(_clause(charset, collation), _clause("utf8mb4", mariadb), mariadb_since=since)
    if (found := _0900.fullmatch(collation)) is not None:
        mariadb, since = _uca1400(found["language"], found["weight"])
        return Known(_clause(charset, collation), _clause(charset, mariadb), mariadb_since=since)
    if collation == "utf8mb3_tolower_ci":
        return Known(_clause(charset, collation), _clause(charset, "utf8mb3_general_ci"))
    mysql = _of_mariadb(charset, collation)
    if mysql is None:
        return None
    since = _UCA1400 if "_uca1400_" in collation else _NOPAD
    return Known(_clause(charset, mysql), _clause(charset, collation), mariadb_since=since)


def _clause(charset: str, collation: str) -> str:
    return f"character set {charset} collate {collation}"


def _uca1400(language: str | None, weight: str) -> tuple[str, int]:
    """MariaDB's next of kin to one of MySQL's collations of utf8mb4, and the version that has it."""
    if weight == "bin":
        return "utf8mb4_nopad_bin", _NOPAD
    named = _LANGUAGES.get(language or "")
    return f"utf8mb4_uca1400_{named + '_' if named else ''}nopad_{weight}", _UCA1400


def _of_mariadb(charset: str, collation: str) -> str | None:
    """MySQL's next of kin to a collation that only MariaDB has; None where MySQL has it too."""
    if (found := _UCA.fullmatch(collation)) is not None:
        return (
            _0900_of(found["language"], found["weight"]) if charset == "utf8mb4" else _older(charset, found["weight"])
        )
    if collation == "utf8mb4_nopad_bin":
        return "utf8mb4_0900_bin"
    if "_nopad_" in collation:
        return collation.replace("_nopad_", "_")
    if collation.endswith(("_croatian_mysql561_ci", "_myanmar_ci", "_thai_520_w2")):
        return f"{charset}_unicode_520_ci"
    return None


def _0900_of(language: str | None, weight: str) -> str:
    weight = "as_cs" if weight.endswith("cs") else weight
    code = _CODES.get(language or "")
    # Those of languages come in these two kinds only.
    if code is not None and weight != "as_ci":
        return f"utf8mb4_{code}_0900_{weight}"
    return f"utf8mb4_0900_{weight}"


def _older(charset: str, weight: str) -> str:
    return f"{charset}_bin" if weight.endswith("cs") else f"{charset}_unicode_520_ci"
