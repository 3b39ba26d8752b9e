"""Where HCL and python-hcl2's grammar differ: definitions of that grammar that are replaced before it is built.

Valid forms that it rejects: `5-30`, `!!x`, `- -5`, `"${~ x ~}"`, newlines in an interpolation, names beyond ASCII.
Invalid forms that it takes: no newline between arguments, a brace on the next line, nested one-line blocks, strings
over several lines, an operator before a newline. `tests/language/test_conformance.py` has a case for each.
"""

from __future__ import annotations

import re

_NAME = r"[^\W\d][\w-]*"
_LINE_COMMENT = r"(?:#|\/\/)[^\n]*"

REPLACEMENTS: dict[str, str] = {
    # One token for a run of line ends, blank lines and line comments; a comment in /* */ is a blank.
    "NL_OR_COMMENT": rf"NL_OR_COMMENT: /(?:{_LINE_COMMENT})?\n(?:[ \t\r]*(?:{_LINE_COMMENT})?\n)*/",
    "NAME": rf"NAME : /{_NAME}/",
    "ESCAPED_INTERPOLATION": r"ESCAPED_INTERPOLATION.2: /\$\$\{/",
    "ESCAPED_DIRECTIVE": r"ESCAPED_DIRECTIVE.2: /%%\{/",
    # A string ends with its line, so that one missing quote does not swallow the file.
    "STRING_CHARS": r'STRING_CHARS.1: /(?:[^"\\$%\n]|\\.|\$(?!\$?\{)|%(?!%?\{))+/',
    # A sign is an operator, never part of a number.
    "INT_LITERAL": r"INT_LITERAL: /\d+/",
    "FLOAT_LITERAL": r"FLOAT_LITERAL: /\d+(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+)/",
    # The newline behind the closing marker stays in the text: it ends the argument.
    "HEREDOC_TEMPLATE": (
        rf"HEREDOC_TEMPLATE : /<<(?P<heredoc>{_NAME})\r?\n(?:(?:.|\n)*?\r?\n)??[ \t]*(?P=heredoc)(?=[ \t]*\r?\n)/"
    ),
    "HEREDOC_TEMPLATE_TRIM": (
        rf"HEREDOC_TEMPLATE_TRIM : /<<-(?P<heredoc_trim>{_NAME})\r?\n(?:(?:.|\n)*?\r?\n)??"
        r"[ \t]*(?P=heredoc_trim)(?=[ \t]*\r?\n)/"
    ),
    "body": (
        "body : new_line_or_comment? (_item (new_line_or_comment _item)* new_line_or_comment?)?\n"
        "_item : attribute | block"
    ),
    "block": (
        "block : _attribute_name (_attribute_name | string)* _braces\n"
        "_braces : LBRACE RBRACE\n"
        "        | LBRACE attribute RBRACE\n"
        "        | LBRACE new_line_or_comment (_item new_line_or_comment)* RBRACE"
    ),
    "interpolation": "interpolation: INTERP_START STRIP_MARKER? expression STRIP_MARKER? RBRACE",
    "unary_expr": "?unary_expr : unary_op | expr_term",
    "unary_op": "!unary_op : (MINUS | NOT) unary_expr",
    "object": "object : LBRACE new_line_or_comment? (object_elem (_separator object_elem)* _separator?)? RBRACE\n"
    "_separator : new_line_or_comment | COMMA new_line_or_comment?",
}

REMOVED_ALTERNATIVES = (r"^ *\| template_string\n", r"^ *\| template_string$")
REMOVED_DEFINITIONS = ("template_string", "TEMPLATE_STRING")
BLANKS = r"%ignore /\/\*(.|\n)*?\*\//"


class UnknownGrammarError(Exception):
    """The installed python-hcl2 has another grammar than this version was written for."""


def _definition(name: str) -> re.Pattern[str]:
    """A rule or terminal of that name, with the lines that continue it."""
    return re.compile(rf"^[?!]?{name}(?:\.\d+)? *:.*\n(?:[ \t]+.*\n)*", re.MULTILINE)


def adapt(grammar: str) -> str:
    """python-hcl2's grammar text with the differences repaired.

    Raises UnknownGrammarError when a definition to be replaced is not there.
    """
    # Newlines inside brackets are gone before the parser sees them, so the rules need not mention them.
    grammar = _without_optional_newlines(grammar)
    for pattern in REMOVED_ALTERNATIVES:
        grammar = re.sub(pattern, "", grammar, flags=re.MULTILINE)
    for name, text in [*REPLACEMENTS.items(), *((gone, "") for gone in REMOVED_DEFINITIONS)]:
        grammar, found = _definition(name).subn(lambda _, text=text: f"{text}\n", grammar)  # type: ignore[misc]
        if found != 1:
            raise UnknownGrammarError(f"the grammar of python-hcl2 defines {name!r} {found} times")
    return f"{grammar}\n{BLANKS}\n"


def _without_optional_newlines(grammar: str) -> str:
    return grammar.replace(" new_line_or_comment?", "")
