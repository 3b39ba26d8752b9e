"""Parses expressions by precedence climbing, with SQLite's operators and precedences (https://sqlite.org/lang_expr.html).

Only what AWS DMS lists is let in: a function or word outside of that is refused by its name.
"""

from __future__ import annotations

import difflib
from functools import lru_cache

from dmsform.catalog import codes
from dmsform.catalog.expressions.errors import ExpressionError
from dmsform.catalog.expressions.functions import SIGNATURES
from dmsform.catalog.expressions.syntax import (
    Between,
    Binary,
    BinaryOperator,
    BlobLiteral,
    Call,
    Case,
    Expression,
    InList,
    IntegerLiteral,
    Like,
    Name,
    NullLiteral,
    RealLiteral,
    TextLiteral,
    Unary,
    UnaryOperator,
)
from dmsform.catalog.expressions.tokens import Token, TokenKind, tokens

_OR, _AND, _NOT, _EQUALITY, _ORDER, _SUM, _PRODUCT, _CONCAT = range(1, 9)
_LEVELS = {
    "OR": _OR,
    "AND": _AND,
    "=": _EQUALITY,
    "==": _EQUALITY,
    "<>": _EQUALITY,
    "!=": _EQUALITY,
    "IS": _EQUALITY,
    "ISNULL": _EQUALITY,
    "NOTNULL": _EQUALITY,
    "NOT": _EQUALITY,  # behind an operand: NOT NULL, NOT IN, NOT LIKE, NOT BETWEEN
    "IN": _EQUALITY,
    "LIKE": _EQUALITY,
    "BETWEEN": _EQUALITY,
    "<": _ORDER,
    "<=": _ORDER,
    ">": _ORDER,
    ">=": _ORDER,
    "+": _SUM,
    "-": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
    "%": _PRODUCT,
    "||": _CONCAT,
}
_SPELLINGS = {"==": "=", "!=": "<>"}
_HEADER_PREFIX = "AR_H_"
_MAX_DEPTH = 100  # of the tree, chains of operators included: every walk over it is recursive
_MAX_INTEGER = 2**63 - 1


@lru_cache(maxsize=1024)
def parse(text: str) -> Expression:
    """The syntax tree of an expression. Raises ExpressionError: not well formed, or outside of AWS DMS's list."""
    parser = _Parser(text)
    expression = parser.expression(_OR)
    parser.expect_end()
    return expression


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(tokens(text))
        self._at = 0
        self._depth = 0

    # --- tokens -------------------------------------------------------------------------------------------------

    def _symbol(self) -> str:
        """The operator or keyword ahead in one spelling; empty for anything else."""
        token = self._tokens[self._at]
        return token.text.upper() if token.kind in (TokenKind.OPERATOR, TokenKind.WORD) else ""

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _accept(self, *symbols: str) -> str:
        symbol = self._symbol()
        if symbol and symbol in symbols:
            self._at += 1
            return symbol
        return ""

    def _expect(self, symbol: str) -> None:
        if not self._accept(symbol):
            raise self._unexpected(f'"{symbol}"')

    def _unexpected(self, wanted: str) -> ExpressionError:
        token = self._tokens[self._at]
        return ExpressionError(
            codes.INVALID_EXPRESSION,
            f"Expected {wanted} at character {token.at}, found {token}.",
            "Correct the expression; it follows SQLite's syntax, with columns written $name.",
        )

    def expect_end(self) -> None:
        if self._tokens[self._at].kind is not TokenKind.END:
            raise self._unexpected("an operator or the end of the expression")

    def _descend(self) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ExpressionError(
                codes.EXPRESSION_REFUSED,
                f"The expression is nested deeper than {_MAX_DEPTH} levels.",
                "Split it into several added columns.",
            )

    # --- operators ----------------------------------------------------------------------------------------------

    def expression(self, level: int) -> Expression:
        outside = self._depth
        self._descend()
        left = self._operand()
        while (found := _LEVELS.get(self._symbol(), 0)) >= level:
            self._descend()
            left = self._continued(left, self._accept(self._symbol()), found)
        self._depth = outside
        return left

    def _continued(self, left: Expression, symbol: str, level: int) -> Expression:
        match symbol:
            case "ISNULL":
                return Binary(BinaryOperator.IS, left, NullLiteral())
            case "NOTNULL":
                return Binary(BinaryOperator.IS_NOT, left, NullLiteral())
            case "NOT" if self._accept("NULL"):
                return Binary(BinaryOperator.IS_NOT, left, NullLiteral())
            case "IS":
                operator = BinaryOperator.IS_NOT if self._accept("NOT") else BinaryOperator.IS
                return Binary(operator, left, self.expression(_ORDER))
            case "NOT":
                test = self._accept("IN", "LIKE", "BETWEEN")
                if not test:
                    raise self._unexpected("NULL, IN, LIKE or BETWEEN")
                return self._test(left, test, negated=True)
            case "IN" | "LIKE" | "BETWEEN":
                return self._test(left, symbol, negated=False)
            case _:
                return Binary(BinaryOperator(_SPELLINGS.get(symbol, symbol)), left, self.expression(level + 1))

    def _test(self, left: Expression, test: str, *, negated: bool) -> Expression:
        if test == "LIKE":
            return Like(left, self.expression(_ORDER), negated)
        if test == "BETWEEN":
            low = self.expression(_ORDER)
            self._expect("AND")
            return Between(left, low, self.expression(_ORDER), negated)
        self._expect("(")
        return InList(left, self._list(), negated)

    def _list(self) -> tuple[Expression, ...]:
        items = [self.expression(_OR)]
        while self._accept(","):
            items.append(self.expression(_OR))
        self._expect(")")
        return tuple(items)

    # --- operands -----------------------------------------------------------------------------------------------

    def _operand(self) -> Expression:
        if symbol := self._accept("-", "+"):
            self._descend()
            operand = Unary(UnaryOperator(symbol), self._operand())
            self._depth -= 1
            return operand
        if self._accept("NOT"):
            return Unary(UnaryOperator.NOT, self.expression(_NOT))
        if self._accept("("):
            inner = self.expression(_OR)
            self._expect(")")
            return inner
        return self._plain_operand()

    def _plain_operand(self) -> Expression:
        token = self._tokens[self._at]
        match token.kind:
            case TokenKind.NUMBER:
                return _number(self._take())
            case TokenKind.TEXT:
                return TextLiteral(self._take().text)
            case TokenKind.BLOB:
                return BlobLiteral(bytes.fromhex(self._take().text))
            case TokenKind.NAME:
                return Name(self._take().text)
            case TokenKind.WORD:
                return self._word(self._take())
            case TokenKind.OPERATOR | TokenKind.END:
                raise self._unexpected("a value")

    def _word(self, token: Token) -> Expression:
        word = token.text.upper()
        if word == "NULL":
            return NullLiteral()
        if word == "CASE":
            return self._case()
        if word.startswith(_HEADER_PREFIX):
            return Name(word)
        if self._accept("("):
            return self._call(token)
        raise ExpressionError(
            codes.EXPRESSION_REFUSED,
            f'The word "{token.text}" at character {token.at} is not part of the supported syntax.',
            f"If {token.text} is a column, write ${token.text}; if it is text, write '{token.text}'.",
        )

    def _call(self, token: Token) -> Call:
        signature = SIGNATURES.get(token.text.lower())
        if signature is None:
            raise _unknown_function(token)
        arguments = () if self._accept(")") else self._list()
        if not signature.accepts(len(arguments)):
            raise ExpressionError(
                codes.INVALID_EXPRESSION,
                f"{signature.name} at character {token.at} takes {signature.arity()}, not {len(arguments)}.",
                f"Give {signature.name} {signature.arity()}.",
            )
        return Call(token.text.lower(), arguments)

    def _case(self) -> Case:
        operand = None if self._symbol() == "WHEN" else self.expression(_OR)
        branches: list[tuple[Expression, Expression]] = []
        while self._accept("WHEN"):
            condition = self.expression(_OR)
            self._expect("THEN")
            branches.append((condition, self.expression(_OR)))
        if not branches:
            raise self._unexpected('"WHEN"')
        otherwise = self.expression(_OR) if self._accept("ELSE") else None
        self._expect("END")
        return Case(operand, tuple(branches), otherwise)


def _number(token: Token) -> Expression:
    if not token.text.isdigit():
        return RealLiteral(token.text)
    if int(token.text) > _MAX_INTEGER:
        raise ExpressionError(
            codes.EXPRESSION_REFUSED,
            f"The number {token.text} at character {token.at} does not fit 64 bits.",
            f"Write it with an exponent or a fraction ({token.text}.0) if a floating-point number is meant.",
        )
    return IntegerLiteral(int(token.text))


def _unknown_function(token: Token) -> ExpressionError:
    close = difflib.get_close_matches(token.text.lower(), SIGNATURES, n=1)
    hint = f" Did you mean {SIGNATURES[close[0]].name}?" if close else ""
    listed = ", ".join(signature.name for signature in SIGNATURES.values())
    return ExpressionError(
        codes.EXPRESSION_REFUSED,
        f'The function "{token.text}" at character {token.at} is not one that AWS DMS lists.{hint}',
        f"Use one of: {listed}.",
    )
