"""The page of assessments: every action item's code, what it costs, and how effort and level are worked out."""

from __future__ import annotations

from dmsform.catalog.assessment import DIFFICULTY, REWRITE_MINUTES
from dmsform.catalog.item_codes import CODES

_INTRODUCTION = """# Assessments

`dmsform assess TASK` reads the source's catalogue, applies the task's rules, designs the target's tables and says of
every object what becomes of it. It connects to the source alone. `plan` shows the same findings: what changes its
meaning under "Conversions", what needs work or cannot be converted under "Not carried".

An object is **converted**, **converted with a change of meaning**, **needs work** or is **not convertible**: the worst
of its action items counts.

## Effort and level

Each code has two figures: minutes to learn, once in an assessment, how its kind is dealt with, and minutes for each
occurrence (of a person who knows how). The effort of an assessment is the sum over its codes; it is shown in minutes,
hours, and days of eight hours.

The level is a letter and a digit, in the manner of ora2pg:

"""


def assessment_page() -> str:
    """`docs/assessment.md`."""
    lines = [
        _INTRODUCTION.rstrip("\n"),
        "",
        "- **A**: nothing needs work;",
        f"- **B**: what needs work takes at most {REWRITE_MINUTES // 60} hours;",
        "- **C**: it takes more.",
        "",
        f"The digit tells how hard the hardest item is: {_digits()}.",
        "",
        "## Action items",
        "",
        "| Code | What | Verdict | Minutes each | Minutes to learn |",
        "| --- | --- | --- | ---: | ---: |",
        *(f"| {c.id} | {c.summary} | {c.verdict.value} | {c.minutes} | {c.learning} |" for c in CODES),
    ]
    return "\n".join(lines) + "\n"


def _digits() -> str:
    said = [f"{digit} up to {most} minutes" if most else f"{digit} none takes time" for most, digit in DIFFICULTY]
    return ", ".join([*said, "5 more"])
