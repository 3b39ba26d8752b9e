"""Syntax trees kept between runs, so that an unchanged file needs no parser: neither Lark nor python-hcl2 is imported.

One pickle per file under `<dir>/.dmsform/cache`, named by the SHA-256 of format, version, file name and content. A
cache that cannot be read, is damaged, or belongs to someone else counts as absent: unpickling can run code, so only
what this user alone may write is read, and nothing but syntax nodes is made from it.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import stat
import tempfile
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from dmsform import __version__
from dmsform.language import syntax
from dmsform.language.syntax import Body

FORMAT = 1
KEPT = 200
"""Trees kept per directory; the oldest go."""


class TreeCache:
    """The trees kept for one directory."""

    def __init__(self, directory: Path) -> None:
        self._folder = directory / ".dmsform" / "cache"

    def _path(self, filename: str, text: str) -> Path:
        key = f"{FORMAT}\0{__version__}\0{filename}\0{text}".encode()
        return self._folder / f"{hashlib.sha256(key).hexdigest()}.tree"

    def get(self, filename: str, text: str) -> Body | None:
        """The tree of that content, or None."""
        path = self._path(filename, text)
        try:
            if not private(self._folder) or not private(path):
                return None
            tree = _TreeUnpickler(io.BytesIO(path.read_bytes())).load()
        except Exception:  # a damaged pickle may raise anything
            return None
        return tree if isinstance(tree, Body) else None

    def put(self, filename: str, text: str, tree: Body) -> None:
        """Keep a tree; silently not, where the folder cannot be written."""
        with suppress(OSError, RecursionError):
            self._folder.parent.mkdir(mode=0o700, exist_ok=True)
            self._folder.mkdir(mode=0o700, exist_ok=True)
            if not private(self._folder):
                return
            handle, temporary = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(handle, "wb") as file:
                pickle.dump(tree, file, protocol=pickle.HIGHEST_PROTOCOL)
            Path(temporary).replace(self._path(filename, text))
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        entries = sorted(self._folder.glob("*.tree"), key=lambda path: path.stat().st_mtime)
        for path in entries[:-KEPT]:
            path.unlink(missing_ok=True)


class _TreeUnpickler(pickle.Unpickler):
    """Makes syntax nodes and numbers, and refuses everything else that a pickle may name."""

    def find_class(self, module: str, name: str) -> Any:
        if module == syntax.__name__ and isinstance(found := getattr(syntax, name, None), type):
            return found
        if (module, name) == ("decimal", "Decimal"):
            return Decimal
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a syntax tree")


def private(path: Path) -> bool:
    """Whether this user owns it and no one else may write it."""
    found = path.stat()
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
