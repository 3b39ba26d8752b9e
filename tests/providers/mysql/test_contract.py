"""MySQL and MariaDB keep the provider contract."""

from dmsform.testing import contract


class TestProbe(contract.ProbeContract):
    pass


class TestIntrospection(contract.IntrospectionContract):
    pass


class TestDialect(contract.DialectContract):
    pass


class TestSource(contract.RowTextSourceContract):
    pass


class TestTarget(contract.ManyWritersContract):
    pass


class TestFaces(contract.FacesContract):
    kept = (
        contract.ProbeContract,
        contract.IntrospectionContract,
        contract.DialectContract,
        contract.RowTextSourceContract,
        contract.ManyWritersContract,
    )
