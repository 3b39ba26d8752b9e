"""Template files: parsed, and evaluated with no names but the variables they are given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dmsform.language.bare_names import TemplateNames
from dmsform.language.evaluator import Evaluator
from dmsform.language.functions.spec import Surroundings
from dmsform.language.parse import parse_template
from dmsform.language.values import Value


class Renderer:
    """Renders template files for `templatefile`. Files that they read themselves are noted in `files_read`."""

    def __init__(self, directory: Path, files_read: dict[str, bytes]) -> None:
        self._directory = directory
        self._files_read = files_read

    def __call__(self, filename: str, template: str, variables: Mapping[str, Value]) -> Value:
        """The text of a template. Raises DiagnosticError with places in the template file."""
        around = Surroundings(self._directory, self, self._files_read)
        names = TemplateNames(filename, tuple(variables))
        return Evaluator(names, around).evaluate(parse_template(filename, template), variables)


def surroundings(directory: Path) -> Surroundings:
    """What functions know of the world, for the configuration in a directory."""
    files_read: dict[str, bytes] = {}
    return Surroundings(directory, Renderer(directory, files_read), files_read)
