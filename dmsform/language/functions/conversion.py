"""Functions that convert values. What concerns marks and laziness (`sensitive`, `try`) is in `special.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dmsform.language.convert import ConversionError, convert
from dmsform.language.functions.spec import Function, FunctionError, Parameter, Surroundings
from dmsform.language.types import ANY, BOOL, NUMBER, STRING, ListType, MapType, SetType, Type
from dmsform.language.values import Value


def _to(want: Type) -> Callable[[Surroundings, Sequence[Value]], Value]:
    def work(_: Surroundings, values: Sequence[Value]) -> Value:
        try:
            return convert(values[0], want)
        except ConversionError as error:
            raise FunctionError(str(error)) from None

    return work


def _function(name: str, want: Type, description: str) -> Function:
    return Function(name, (Parameter("v", ANY, nullable=True),), want, _to(want), description, structural=True)


CONVERSION = (
    _function("tostring", STRING, "The value as a string."),
    _function("tonumber", NUMBER, "The value as a number."),
    _function("tobool", BOOL, "The value as true or false."),
    _function("tolist", ListType(ANY), "The elements as a list of one type."),
    _function("toset", SetType(ANY), "The elements as a set: sorted, each once."),
    _function("tomap", MapType(ANY), "The attributes as a map of one type."),
)
