"""Assessments as text, CSV, Markdown, HTML and JSON."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser

import pytest

from dmsform.catalog import item_codes as codes
from dmsform.catalog.assessment import AssessedObject, AssessedTable, Assessment, Category
from dmsform.catalog.names import TableName
from dmsform.cli.views.assessment import assessment_document, rendered
from dmsform.cli.views.assessment_words import effort
from dmsform.cli.views.style import Style

ODD = TableName("shop", "=cmd|'<b>|x`")


def table(name: TableName, *found: AssessedObject) -> AssessedTable:
    return AssessedTable(name, TableName("public", name.name), (AssessedObject(Category.TABLE, name.name), *found))


def index(name: str) -> AssessedObject:
    item = codes.INDEX_METHOD.item(f"index {name}", "PostgreSQL <alone> has it", "CREATE INDEX ...")
    return AssessedObject(Category.INDEX, name, (item,))


FOUND = Assessment(
    "shop",
    "PostgreSQL",
    "MySQL",
    (table(TableName("shop", "orders"), *(index(f"i{n}") for n in range(5))), table(ODD)),
)
CLEAN = Assessment("shop", "PostgreSQL", "MySQL", (table(TableName("shop", "orders")),))


def shown(found: Assessment, form: str = "text", *, verbose: bool = False) -> str:
    return rendered(found, form, Style(), verbose=verbose)


def test_text_has_a_headline_counts_and_some_of_each_item() -> None:
    lines = shown(FOUND).splitlines()
    assert lines[0] == (
        "task.shop: PostgreSQL to MySQL, level B-3: 2 of 7 objects (28 %) arrive without work; work left to people: "
        "about 4.5 hours."
    )
    assert "  all          7          2              0           5                0" in lines
    assert "  SC201 The target has no index of this kind: 5 occurrences, needs work, 4.5 hours" in lines
    assert "    ... and 2 more (-verbose lists them)" in lines
    assert "shop.orders: index i4: PostgreSQL <alone> has it" in shown(FOUND, verbose=True)


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_nothing_to_do_is_said(form: str) -> None:
    assert "Nothing needs attention." in shown(CLEAN, form)


def test_csv_has_a_line_for_each_object_and_item() -> None:
    head, *rows = csv.reader(io.StringIO(shown(FOUND, "csv")))
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    assert [line["Object"] for line in lines] == ["orders", "i0", "i1", "i2", "i3", "i4", "'=cmd|'<b>|x`"]
    assert (lines[1]["Action item"], lines[1]["Estimated minutes"]) == ("SC201", "30")
    assert (lines[0]["Action item"], lines[0]["Status"]) == ("", "converted")


def test_markdown_keeps_its_tables_whatever_names_hold() -> None:
    odd = Assessment("shop", "a", "b", (table(ODD, index("x|y\nz")),))
    rows = [line for line in shown(odd, "markdown").splitlines() if line.startswith("|")]
    occurrence = rows[-1]
    assert "\\|" in occurrence
    assert "<b>" not in occurrence
    assert occurrence.replace("\\|", "").count("|") == 5


class _Page(HTMLParser):
    """Everything that a browser would fetch or run, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.foreign += [tag] if tag in ("script", "link", "img", "iframe") else []
        self.foreign += [name for name, _ in attrs if name in ("src", "href") or name.startswith("on")]
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_is_whole_and_needs_nothing_else() -> None:
    page = _Page()
    page.feed(shown(Assessment("s<hop", "a", "b", (table(ODD, index("<i>")),)), "html"))
    assert (page.open, page.foreign) == ([], [])
    assert "index <i>" in page.text
    assert "Assessment of task s<hop" in page.text


def test_json_has_everything() -> None:
    document = json.loads(json.dumps(assessment_document(FOUND)))
    assert (document["level"], document["minutes"], document["converted_share"]) == ("B-3", 270, 0.2857)
    assert document["counts"]["index"] == {
        "converted": 0, "converted with a change of meaning": 0, "needs work": 5, "not convertible": 0,
    }  # fmt: skip
    assert document["action_items"][0]["occurrences"] == 5
    assert document["tables"][0]["objects"][1] == {
        "category": "index",
        "name": "i0",
        "status": "needs work",
        "items": [
            {
                "code": "SC201",
                "verdict": "needs work",
                "what": "index i0",
                "reason": "PostgreSQL <alone> has it",
                "remedy": "CREATE INDEX ...",
            }
        ],
    }


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minute"), (45, "45 minutes"), (60, "1 hour"), (90, "1.5 hours"), (480, "1 day"), (6000, "12.5 days")],
)
def test_effort_in_words(minutes: int, words: str) -> None:
    assert effort(minutes) == words
