"""All functions by name."""

from __future__ import annotations

from collections.abc import Mapping

from dmsform.language.functions.collections import COLLECTIONS
from dmsform.language.functions.conversion import CONVERSION
from dmsform.language.functions.encoding import ENCODING
from dmsform.language.functions.files import FILES
from dmsform.language.functions.formatting import FORMATTING
from dmsform.language.functions.numbers import NUMBERS
from dmsform.language.functions.sets import SETS
from dmsform.language.functions.spec import Function
from dmsform.language.functions.strings import STRINGS

FUNCTIONS: Mapping[str, Function] = {
    function.name: function
    for family in (STRINGS, FORMATTING, COLLECTIONS, SETS, NUMBERS, CONVERSION, ENCODING, FILES)
    for function in family
}

SPECIAL_FORMS = ("try", "can", "sensitive", "nonsensitive", "issensitive", "type")
"""Functions that see more than plain values: `dmsform/language/special_forms.py`."""
