"""MySQL and MariaDB as source and target; the servers are told apart by what they can do."""

from dmsform.provider.protocols import Provider
from dmsform_mysql.dialect import MysqlDialect
from dmsform_mysql.faces import MysqlIntrospector, MysqlProbe, MysqlRowTextPlane, MysqlTarget
from dmsform_mysql.settings import MysqlSettings
from dmsform_mysql.types import ENGINE

PROVIDER = Provider(
    name=ENGINE,
    label="MySQL/MariaDB",
    endpoint_model=MysqlSettings,
    probe=MysqlProbe(),
    introspector=MysqlIntrospector(),
    dialect=MysqlDialect(),
    target_inspector=MysqlTarget(),
    target_control=MysqlTarget(),
    row_text_reader=MysqlRowTextPlane(),
    row_text_writer=MysqlRowTextPlane(),
)
