"""What is wrong with an expression, before a caller knows where the expression stands."""

from __future__ import annotations

from dmsform.diagnostics import Code


class ExpressionError(Exception):
    """An expression cannot be used: the code of its diagnostic, what is wrong, and what to do.

    `parsing.parse` and `binding.bind` raise it; whoever knows the expression's place makes a Diagnostic of it.
    """

    def __init__(self, code: Code, detail: str, remedy: str) -> None:
        super().__init__(detail)
        self.code, self.detail, self.remedy = code, detail, remedy
