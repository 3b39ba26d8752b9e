"""What is found while rules are applied to a catalogue: diagnostics, rules that had an effect, rules overridden."""

from __future__ import annotations

from dmsform.catalog import codes
from dmsform.catalog.rules.model import RuleHead
from dmsform.diagnostics import Code, DataPlace, Diagnostic


class Report:
    """Collects the findings of one `map_catalog`; the same finding is kept once."""

    def __init__(self) -> None:
        self._diagnostics: dict[Diagnostic, None] = {}
        self._used: set[RuleHead] = set()
        self._overridden: set[tuple[RuleHead, RuleHead]] = set()

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """The findings in the order they were made."""
        return list(self._diagnostics)

    def error(
        self, code: Code, head: RuleHead | None, detail: str, remedy: str, place: DataPlace | None = None
    ) -> None:
        """Note an error that a rule (None: several) causes."""
        self._add(code.error(_of(head, detail), remedy, subject=head.subject if head else None, place=place))

    def warning(
        self, code: Code, head: RuleHead | None, detail: str, remedy: str, place: DataPlace | None = None
    ) -> None:
        """Note a warning that a rule (None: several) causes."""
        self._add(code.warning(_of(head, detail), remedy, subject=head.subject if head else None, place=place))

    def use(self, head: RuleHead) -> None:
        """Note that a rule matched something."""
        self._used.add(head)

    def used(self, head: RuleHead) -> bool:
        """Whether a rule matched anything so far."""
        return head in self._used

    def override(self, loser: RuleHead, winner: RuleHead, what: str) -> None:
        """Note, once per pair of rules, that `winner` is applied to the object and `loser` is not."""
        self.use(loser)
        if (loser, winner) in self._overridden:
            return
        self._overridden.add((loser, winner))
        self.warning(
            codes.RULE_OVERRIDDEN,
            loser,
            f"It is not applied to {what}: {winner} is of the same kind and has the lower rule-id.",
            "Narrow one of the two rules, or give the one that shall win the lower rule-id.",
        )

    def _add(self, diagnostic: Diagnostic) -> None:
        self._diagnostics.setdefault(diagnostic)


def _of(head: RuleHead | None, detail: str) -> str:
    return f"{head.path} ({head}): {detail}" if head else detail
