"""The contract that every provider keeps, ours and third parties', as pytest classes.

A provider's test module defines a fixture `harness` (see `Harness`) and subclasses the contract of each face that
the provider shows; `FacesContract` fails when one is missing:

    class TestProbe(ProbeContract): ...
    class TestIntrospection(IntrospectionContract): ...
    class TestFaces(FacesContract):
        kept = (ProbeContract, IntrospectionContract)

A target that lets several transactions write at once subclasses `ManyWritersContract` in place of
`RowTextTargetContract`, which it includes. Name the modules `dmsform.testing.contract_*` to
`pytest.register_assert_rewrite` in a conftest to see the values of a failed assertion.
"""

from dmsform.testing.contract_dialect import DialectContract
from dmsform.testing.contract_faces import FacesContract
from dmsform.testing.contract_harness import Harness
from dmsform.testing.contract_introspection import IntrospectionContract
from dmsform.testing.contract_probe import ProbeContract
from dmsform.testing.contract_source import RowTextSourceContract, TypedSourceContract
from dmsform.testing.contract_target import ManyWritersContract, RowTextTargetContract, TypedTargetContract

__all__ = [
    "DialectContract",
    "FacesContract",
    "Harness",
    "IntrospectionContract",
    "ManyWritersContract",
    "ProbeContract",
    "RowTextSourceContract",
    "RowTextTargetContract",
    "TypedSourceContract",
    "TypedTargetContract",
]
