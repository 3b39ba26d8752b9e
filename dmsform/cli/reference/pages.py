"""All generated pages: which file holds what. An explicit list; a new page is a line here."""

from __future__ import annotations

from functools import cache

from dmsform.cli.reference.assessment import assessment_page
from dmsform.cli.reference.commands import commands_page
from dmsform.cli.reference.diagnostics import diagnostics_page, exit_codes_page
from dmsform.cli.reference.language import language_page
from dmsform.cli.reference.schemas import schema_pages


@cache
def pages() -> dict[str, str]:
    """The text of every generated file, by its path in the repository."""
    return {
        "docs/assessment.md": assessment_page(),
        "docs/commands.md": commands_page(),
        "docs/diagnostics.md": diagnostics_page(),
        "docs/exit-codes.md": exit_codes_page(),
        "docs/language.md": language_page(),
        **schema_pages(),
    }
