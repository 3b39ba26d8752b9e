"""PostgreSQL as source and target."""

from dmsform.provider.protocols import Provider
from dmsform_postgresql.dialect import PostgresDialect
from dmsform_postgresql.faces import (
    PostgresEmbedded,
    PostgresForeignKeys,
    PostgresIntrospector,
    PostgresProbe,
    PostgresRowTextPlane,
    PostgresTarget,
)
from dmsform_postgresql.settings import PostgresSettings
from dmsform_postgresql.types import ENGINE

PROVIDER = Provider(
    name=ENGINE,
    label="PostgreSQL",
    endpoint_model=PostgresSettings,
    probe=PostgresProbe(),
    introspector=PostgresIntrospector(),
    dialect=PostgresDialect(),
    target_inspector=PostgresTarget(),
    target_control=PostgresTarget(),
    row_text_reader=PostgresRowTextPlane(),
    row_text_writer=PostgresRowTextPlane(),
    foreign_keys=PostgresForeignKeys(),
    embedded=PostgresEmbedded(),
)
