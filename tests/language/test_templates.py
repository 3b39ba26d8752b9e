"""Quoted templates, heredocs and template files."""

from __future__ import annotations

from pathlib import Path

import pytest

from dmsform.language import codes
from dmsform.language.config import UNKNOWN
from tests.language.helpers import failure, plain, value

QUOTED = {
    '"a${x}b"': "aXb",
    '"${n}"': 5,
    '"${n} "': "5 ",
    '"${l}"': ["p", "q"],
    '"$${x} %%{x} $ % $x"': "${x} %{x} $ % $x",
    '"a  ${~ x ~}  b"': "aXb",
    r'"\"\\\n\t\u00e9\U0001F600"': '"\\\n\té😀',
    '"%{ if n > 4 }big%{ else }small%{ endif }"': "big",
    '"%{ if n > 5 }big%{ endif }"': "",
    '"%{ for i, e in l }${i}=${e};%{ endfor }"': "0=p;1=q;",
    '"%{ for e in l ~} ${e} %{~ endfor }"': "pq",
    '"%{ for e in l }%{ if e == "p" }P%{ else }${e}%{ endif }%{ endfor }"': "Pq",
    '"${"inner ${x}"}!"': "inner X!",
    '""': "",
    '"${true} ${1.50}"': "true 1.5",
}


@pytest.mark.parametrize("text", QUOTED)
def test_quoted(text: str) -> None:
    assert plain(text, {"x": "X", "n": 5, "l": ["p", "q"]}) == QUOTED[text]


HEREDOCS = {
    "<<E\n  a\n b\nE": "  a\n b\n",
    "<<-E\n    a\n      b\n    E": "a\n  b\n",
    "<<-E\n    a\n\n  b\n  E": "  a\n\nb\n",
    "<<-E\n    ${x}\n      b\n    E": "X\n  b\n",
    "<<-E\n${x}\n  b\nE": "X\n  b\n",
    '<<E\n"q" \\n $${x} %%{ y\nE': '"q" \\n ${x} %{ y\n',
    "<<E\n%{ for e in l ~}\n- ${e}\n%{ endfor ~}\nend\nE": "- p\n- q\nend\n",
    '<<E\n${join(",", [for e in l : "<${e}>"])}\nE': "<p>,<q>\n",
    "<<E\nE": "",
    "<<E\na ${\n x\n} b\nE": "a X b\n",
}


@pytest.mark.parametrize("text", HEREDOCS)
def test_heredoc(text: str) -> None:
    assert plain(f"{text}\n", {"x": "X", "l": ["p", "q"]}) == HEREDOCS[text]


@pytest.mark.parametrize("included", ["null", "[1]", "{a = 1}"])
def test_what_is_no_text_is_refused(included: str) -> None:
    found = failure('"a ${v} b"', {"v": plain(included)})
    assert found.code == codes.INVALID_TEMPLATE_VALUE.id
    assert "v is" in found.detail


def test_the_unknown_makes_the_text_unknown() -> None:
    assert plain('"a ${v}"', {"v": UNKNOWN}) is UNKNOWN
    assert plain('"%{ for e in v }x%{ endfor }"', {"v": UNKNOWN}) is UNKNOWN


def test_a_secret_makes_the_text_secret() -> None:
    assert value('"a ${sensitive("b")}"').sensitive
    assert value('"%{ if sensitive(true) }a%{ endif }"').sensitive
    assert not value('"a ${"b"}"').sensitive


def test_template_file(tmp_path: Path) -> None:
    (tmp_path / "t.tpl").write_text('%{ for t in tables ~}\n"${t}" ${upper(suffix)}\n%{ endfor ~}\n')
    text = 'templatefile("t.tpl", { tables = ["a", "b"], suffix = "x" })'
    assert plain(text, directory=tmp_path) == '"a" X\n"b" X\n'


def test_template_file_errors_are_placed_in_the_template(tmp_path: Path) -> None:
    (tmp_path / "t.tpl").write_text("one\n${tabels}\n")
    found = failure('templatefile("t.tpl", { tables = 1 })', directory=tmp_path)
    assert 'Did you mean "tables"?' in found.detail
    assert str(found.subject) == "t.tpl:2,3-9"
