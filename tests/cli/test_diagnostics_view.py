"""A diagnostic shows its place, its line, what to do; with a bar on a terminal, as plain text elsewhere."""

from __future__ import annotations

from dmsform.cli.views.diagnostics import diagnostic_record, diagnostic_text, diagnostics_text
from dmsform.cli.views.style import Style
from dmsform.diagnostics import Code, DataPlace, Diagnostic, Point, SourceRange

CODE = Code("DMS000", "Unsupported argument", "For tests.")
TEXT = 'task "shop" {\n  source = endpoint.shop\n\n  migraton_type = "cdc"\n}\n\nlocals {\n}\n'
RANGE = SourceRange("main.dms.hcl", Point(4, 3, 43), Point(4, 16, 56))


def sources(name: str) -> str | None:
    return TEXT if name == "main.dms.hcl" else None


def error(**fields: object) -> Diagnostic:
    return CODE.error("An argument is not expected here.", "Remove it.", **fields)  # type: ignore[arg-type]


def test_plain() -> None:
    assert diagnostic_text(error(subject=RANGE), Style(), sources) == (
        "Error: Unsupported argument (DMS000)\n"
        "\n"
        '  on main.dms.hcl line 4, in task "shop":\n'
        '     4:   migraton_type = "cdc"\n'
        "\n"
        "An argument is not expected here.\n"
        "\n"
        "What to do: Remove it.\n"
    )


def test_boxed_and_coloured() -> None:
    shown = diagnostic_text(error(subject=RANGE), Style(colour=True, boxed=True, width=60), sources)
    lines = shown.splitlines()
    assert lines[0] == "\x1b[31m╷\x1b[0m"
    assert lines[-1] == "\x1b[31m╵\x1b[0m"
    assert all(line.startswith("\x1b[31m│\x1b[0m") for line in lines[1:-1])
    assert "\x1b[4mmigraton_type\x1b[0m = " in shown


def test_a_file_that_is_gone_still_gets_its_line_number() -> None:
    gone = SourceRange("gone.dms.hcl", Point(9, 1, 0), Point(9, 2, 1))
    assert "  on gone.dms.hcl line 9:\n" in diagnostic_text(error(subject=gone), Style(), sources)
    beyond = SourceRange("main.dms.hcl", Point(99, 1, 0), Point(99, 2, 1))
    assert "  on main.dms.hcl line 99:\n" in diagnostic_text(error(subject=beyond), Style(), sources)


def test_a_long_range_shows_its_first_lines() -> None:
    text = 'task "shop" {\n' + "".join(f"  a{n} = 1\n" for n in range(2, 10)) + "}\n"
    whole = SourceRange("main.dms.hcl", Point(1, 1, 0), Point(10, 2, 99))
    shown = diagnostic_text(error(subject=whole), Style(colour=True), lambda _: text)
    assert "     5:   \x1b[4ma5 = 1\x1b[0m\n" in shown
    assert "     6: " not in shown


def test_the_record_holds_the_snippet() -> None:
    record = diagnostic_record(error(subject=RANGE), sources)
    assert record["range"]["start"]["line"] == 4
    assert record["snippet"] == {
        "context": 'task "shop"',
        "code": '  migraton_type = "cdc"',
        "start_line": 4,
        "highlight_start_offset": 2,
        "highlight_end_offset": 15,
    }
    assert "snippet" not in diagnostic_record(error(subject=RANGE))


def test_outside_of_a_block_there_is_no_context() -> None:
    between = SourceRange("main.dms.hcl", Point(6, 1, 0), Point(6, 1, 0))
    assert "  on main.dms.hcl line 6:\n" in diagnostic_text(error(subject=between), Style(), sources)


def test_the_place_in_the_data() -> None:
    place = DataPlace(endpoint="shop", table="main.t", column="c", value="x")
    assert "at endpoint shop, table main.t, column c, value 'x'" in diagnostic_text(error(place=place), Style())


def test_long_lines_are_broken_on_a_terminal_alone() -> None:
    long = CODE.warning("word " * 40, "")
    assert max(map(len, diagnostic_text(long, Style(boxed=True, width=50)).splitlines())) <= 50
    assert "word " * 39 in diagnostic_text(long, Style(width=1_000_000))


def test_the_same_one_is_shown_once() -> None:
    assert diagnostics_text([error(), error()], Style()).count("Error:") == 1


def test_the_check_that_found_it_is_named() -> None:
    assert diagnostic_text(error(check="all-check-x"), Style()).startswith(
        "Error: Unsupported argument (DMS000, all-check-x)\n"
    )
    assert diagnostic_record(error(check="all-check-x"))["check"] == "all-check-x"
