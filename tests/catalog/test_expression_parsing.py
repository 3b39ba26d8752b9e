"""Expressions in SQLite's syntax: parsed with its precedences, written back, refused by name outside of the list."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsform.catalog.expressions.errors import ExpressionError
from dmsform.catalog.expressions.functions import SIGNATURES, replace_chars
from dmsform.catalog.expressions.parsing import parse
from dmsform.catalog.expressions.printing import printed
from dmsform.catalog.expressions.syntax import Call, Name, TextLiteral, names


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("$a||'_'||$b", "$a || '_' || $b"),
        ("1+2*3", "1 + (2 * 3)"),
        ("1-2-(3-4)", "1 - 2 - (3 - 4)"),
        ("1-2+3", "(1 - 2) + 3"),
        ("NOT $a = 1 AND $b OR $c", "((NOT ($a = 1)) AND $b) OR $c"),
        ("- 2 || 3", "(- 2) || 3"),
        ("$a < 2 = 1", "($a < 2) = 1"),
        ("$a IS NOT NULL", "$a IS NOT NULL"),
        ("$a isnull", "$a IS NULL"),
        ("$a NOT NULL", "$a IS NOT NULL"),
        ("$a == 1 <> 2", "($a = 1) <> 2"),
        ("$a between 1 and 2 or $b", "($a BETWEEN 1 AND 2) OR $b"),
        ("$a not in (1, 2) and $b like 'x%'", "($a NOT IN (1, 2)) AND ($b LIKE 'x%')"),
        ("case $a when 1 then 'x' end", "CASE $a WHEN 1 THEN 'x' END"),
        ("${odd name}||$ä1", "${odd name} || $ä1"),
        ("'it''s'", "'it''s'"),
        ("x'00fF'", "x'00ff'"),
        (".5 + 1e3", ".5 + 1e3"),
        ("datetime ()", "datetime()"),
        ("REPLACECHARS($a,'b','c')", "replaceChars($a, 'b', 'c')"),
        ("AR_H_OPERATION", "$AR_H_OPERATION"),
        ("$a%$b", "$a % $b"),
    ],
)
def test_parses(text: str, written: str) -> None:
    assert printed(parse(text)) == written


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a value at character 1"),
        ("1 +", "a value at character 4"),
        ("(1", '")" at character 3'),
        ("1 2", "an operator or the end"),
        ("'abc", "has no end"),
        ("\u2018SENIOR\u2019", "does not begin a string"),
        ('"col"', "does not begin a string"),
        ("col", "$col"),
        ("1 -- comment", "comment"),
        ("load_extension('x')", "load_extension"),
        ("substring('x', 1)", "Did you mean substr?"),
        ("lower()", "1 argument, not 0"),
        ("max(1)", "2 or more arguments"),
        ("CASE 1 END", '"WHEN"'),
        ("$a IN (SELECT 1)", "SELECT"),
        ("$a COLLATE NOCASE", "an operator or the end"),
        ("9223372036854775808", "64 bits"),
        ("$a NOT 1", "NULL, IN, LIKE or BETWEEN"),
        ("1 & 2", "'&' at character 3"),
        ("(" * 200 + "1" + ")" * 200, "nested"),
        ("1" + "+1" * 200, "nested"),
        ("- " * 200 + "1", "nested"),
    ],
)
def test_refuses(text: str, why: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert why in caught.value.detail + caught.value.remedy
    assert caught.value.remedy


def test_signatures_are_those_that_sqlite_has() -> None:
    own = {"replacechars", "hash_sha256", "operation_indicator"}
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        known = {name for (name,) in connection.execute("SELECT lower(name) FROM pragma_function_list")}
    # coalesce and its like are compiled, not listed, in some versions of SQLite.
    assert set(SIGNATURES) - own - known <= {"coalesce", "ifnull", "nullif"}


def test_names_are_found_wherever_they_stand() -> None:
    text = "CASE $a WHEN $b THEN $c ELSE lower($d) END || ($e BETWEEN $f AND $g) || ($h IN ($i)) || ($j LIKE -$k)"
    assert sorted(names(parse(text))) == list("abcdefghijk")


ATOMS = st.one_of(
    st.integers(0, 10**6).map(str),
    st.sampled_from(["NULL", "1.5", ".25", "2e3", "x'0a'"]),
    st.text(alphabet="ab'%_ä", max_size=4).map(lambda text: "'" + text.replace("'", "''") + "'"),
)
OPERATORS = st.sampled_from(
    ["||", "*", "/", "%", "+", "-", "<", "<=", ">", ">=", "=", "==", "<>", "!=", "IS", "IS NOT", "AND", "OR", "LIKE"]
)


def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{} {} {}".format, inner, OPERATORS, inner),
        st.builds("{} {} {}".format, inner, OPERATORS, inner),
        st.builds("({})".format, inner),
        st.builds("- {}".format, inner),
        st.builds("NOT {}".format, inner),
        st.builds("{} NOTNULL".format, inner),
        st.builds("{} IN ({}, {})".format, inner, inner, inner),
        st.builds("({}) BETWEEN ({}) AND ({})".format, inner, inner, inner),
        st.builds("CASE {} WHEN {} THEN {} ELSE {} END".format, inner, inner, inner, inner),
        st.builds("coalesce({}, {})".format, inner, inner),
    )


@given(text=st.recursive(ATOMS, wider, max_leaves=10))
def test_what_is_written_back_means_the_same_to_sqlite(text: str) -> None:
    tree = parse(text)
    written = printed(tree)
    assert parse(written) == tree
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        query = "SELECT {0}, typeof({0})"
        assert repr(connection.execute(query.format(written)).fetchone()) == repr(
            connection.execute(query.format(f"({text})")).fetchone()
        )


@given(text=st.text(), characters=st.text(max_size=5), replacements=st.text(min_size=1, max_size=5))
def test_replace_chars_by_its_definition(text: str, characters: str, replacements: str) -> None:
    def replaced(character: str) -> str:
        at = characters.find(character)
        if at < 0:
            return character
        return replacements[at] if at < len(replacements) else replacements[0]

    assert replace_chars(text, characters, replacements) == "".join(map(replaced, text))


@given(name=st.text(min_size=1).filter(lambda name: "}" not in name))
def test_any_column_can_be_written(name: str) -> None:
    assert parse(printed(Name(name))) == Name(name)


@given(value=st.text())
def test_any_string_can_be_written(value: str) -> None:
    assert parse(printed(Call("lower", (TextLiteral(value),)))) == Call("lower", (TextLiteral(value),))
