"""SQLite as source and target."""

from dmsform.provider.protocols import Provider
from dmsform_sqlite.dialect import SqliteDialect
from dmsform_sqlite.faces import SqliteIntrospector, SqlitePlanes, SqliteProbe, SqliteTarget
from dmsform_sqlite.settings import SqliteSettings
from dmsform_sqlite.types import ENGINE

PROVIDER = Provider(
    name=ENGINE,
    label="SQLite",
    endpoint_model=SqliteSettings,
    probe=SqliteProbe(),
    introspector=SqliteIntrospector(),
    dialect=SqliteDialect(),
    target_inspector=SqliteTarget(),
    target_control=SqliteTarget(),
    row_text_reader=SqlitePlanes(),
    row_text_writer=SqlitePlanes(),
    typed_reader=SqlitePlanes(),
    typed_writer=SqlitePlanes(),
)
