"""What all forms of an assessment say alike: the headline, the table of counts, effort in words."""

from __future__ import annotations

from collections import Counter

from dmsform.catalog.assessment import AssessedTable, Assessment, Status
from dmsform.catalog.items import ActionItem, ItemCode
from dmsform.cli.views.units import count, counted, plural

COUNT_HEAD = ("Objects", "Total", "Converted", "With a change", "Needs work", "Not convertible")
_STATUSES = (Status.CONVERTED, Status.CHANGED, Status.NEEDS_WORK, Status.NOT_CONVERTIBLE)
_DAY = 8 * 60


def headline(found: Assessment) -> str:
    """`task.shop: MySQL to PostgreSQL, level B-3: 9 of 10 objects (90 %) arrive without work ...`"""
    total = len(found.objects)
    done = round(found.converted_share * total)
    # Rounded down: 99.9 % are not all.
    share = f"{int(found.converted_share * 100)} %"
    left = f"work left to people: about {effort(found.minutes)}" if found.minutes else "no work is left to people"
    return (
        f"task.{found.task}: {found.source} to {found.target}, level {found.level}: {done:,} of {total:,} objects "
        f"({share}) arrive without work; {left}."
    )


def effort(minutes: int) -> str:
    """`25 minutes`, `3 hours`, `1.5 days` of eight hours."""
    if minutes < 60:
        return counted(minutes, "minute")
    figure, unit = (minutes / 60, "hour") if minutes < _DAY else (minutes / _DAY, "day")
    return f"{figure:.1f}".removesuffix(".0") + f" {unit if figure == 1 else plural(unit)}"


def count_rows(found: Assessment) -> list[tuple[str, ...]]:
    """The head, a row for each category, and their sum."""
    sums: Counter[Status] = Counter()
    rows: list[tuple[str, ...]] = [COUNT_HEAD]
    for category, counts in found.counts().items():
        sums.update(counts)
        rows.append(_row(category.value, counts))
    return [*rows, _row("all", sums)]


def _row(name: str, counts: Counter[Status]) -> tuple[str, ...]:
    return (name, count(sum(counts.values())), *(count(counts[status]) for status in _STATUSES))


def occurrences(found: Assessment, code: ItemCode) -> list[tuple[AssessedTable, ActionItem]]:
    """The items of a code, with their tables."""
    return [(table, item) for table in found.tables for item in table.items if item.code == code]
