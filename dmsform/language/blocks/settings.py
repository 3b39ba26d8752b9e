"""`dmsform`: settings of dmsform itself."""

from __future__ import annotations

from dmsform.language.schema import AttributeSchema, BlockSchema, not_built_block
from dmsform.language.types import STRING

DEFAULT_STATE_URL = "sqlite:///dmsform.state.db"

DMSFORM = BlockSchema(
    "dmsform",
    "Settings of dmsform itself.",
    attributes=(AttributeSchema("required_version", STRING, 'Versions of dmsform that may be used: ">= 0.1, < 2".'),),
    blocks=(
        BlockSchema(
            "state",
            "Where the state is kept.",
            attributes=(
                AttributeSchema(
                    "url",
                    STRING,
                    "A database as SQLAlchemy names it: sqlite:///FILE, postgresql+psycopg://..., mysql+pymysql://...",
                    required=True,
                    default=DEFAULT_STATE_URL,
                ),
            ),
        ),
        not_built_block("encryption", "Encryption of the state.", "Leave it out: the state holds no secrets."),
        not_built_block("backend", "Terraform's place for the state.", 'Use a block  state { url = "..." }', ("type",)),
        not_built_block("required_providers", "Providers to be installed.", "Leave it out: install them with pip."),
    ),
)
