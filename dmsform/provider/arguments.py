"""What the endpoint models of networked engines check alike: URLs in the place of arguments, and TLS that is used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

TLS_FILES = ("ssl_root_cert", "ssl_cert", "ssl_key", "ssl_crl")
"""The arguments that name files of certificates."""

VERIFYING = ("verify-ca", "verify-full")
"""The values of `ssl_mode` under which the server's certificate is verified."""


def wrong_argument(name: str, message: str) -> ValidationError:
    """An error at one argument, raised where the model is looked at as a whole."""
    error = PydanticCustomError("value_error", "{message}", {"message": message})
    details = InitErrorDetails(type=error, loc=(name,), input=None)
    return ValidationError.from_exception_data("Endpoint", [details], hide_input=True)


def expand_url(
    given: dict[str, Any], url: str, parse: Callable[[str], dict[str, Any]], replaced: Sequence[str]
) -> dict[str, Any]:
    """The arguments with what the URL gives in its place. Raises ValidationError, which repeats nothing of the URL.

    replaced -- the arguments that may not stand beside a URL.
    """
    beside = next((name for name in replaced if given.get(name) is not None), None)
    if beside:
        raise wrong_argument(beside, f"{beside} is not given beside a url, which holds or replaces it")
    try:
        found = parse(url)
    except ValueError as error:
        raise wrong_argument("url", str(error)) from None
    twice = next((name for name in found if given.get(name) is not None), None)
    if twice:
        raise wrong_argument(twice, "the url gives it too")
    return {**{name: value for name, value in given.items() if name != "url"}, **found}


def check_tls(mode: str | None, files: dict[str, str | None]) -> None:
    """Raise ValidationError for files of certificates that belong to another `ssl_mode`, or to each other."""
    if (files["ssl_cert"] is None) != (files["ssl_key"] is None):
        raise wrong_argument("ssl_key", "ssl_cert and ssl_key belong together")
    idle = TLS_FILES if mode == "none" else () if mode in VERIFYING else ("ssl_root_cert", "ssl_crl")
    for name in idle:
        if files[name] is not None:
            raise wrong_argument(name, f'it would not be used: ssl_mode is "{mode}"')


def first_problem(error: ValidationError) -> str:
    """The first of a model's errors as `argument: what is wrong`, without the values."""
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
