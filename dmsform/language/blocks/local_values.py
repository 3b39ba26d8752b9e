"""`locals`: names for expressions."""

from __future__ import annotations

from dmsform.language.schema import BlockSchema

LOCALS = BlockSchema("locals", "Names for expressions: each argument NAME is used as local.NAME.", many=True, open=True)
