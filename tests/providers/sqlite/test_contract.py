"""SQLite keeps the provider contract."""

from dmsform.testing import contract


class TestProbe(contract.ProbeContract):
    pass


class TestIntrospection(contract.IntrospectionContract):
    pass


class TestDialect(contract.DialectContract):
    pass


class TestRowTextSource(contract.RowTextSourceContract):
    pass


class TestTypedSource(contract.TypedSourceContract):
    pass


class TestTypedTarget(contract.TypedTargetContract):
    pass


class TestRowTextTarget(contract.RowTextTargetContract):
    pass


class TestFaces(contract.FacesContract):
    kept = (
        contract.ProbeContract,
        contract.IntrospectionContract,
        contract.DialectContract,
        contract.RowTextSourceContract,
        contract.RowTextTargetContract,
        contract.TypedSourceContract,
        contract.TypedTargetContract,
    )
