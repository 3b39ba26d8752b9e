"""Which parts of the contract a provider must keep: one for every face it shows, none silently left out."""

from __future__ import annotations

from typing import ClassVar

from dmsform.provider.protocols import Provider
from dmsform.testing.contract_dialect import DialectContract
from dmsform.testing.contract_harness import Harness
from dmsform.testing.contract_introspection import IntrospectionContract
from dmsform.testing.contract_probe import ProbeContract
from dmsform.testing.contract_source import RowTextSourceContract, TypedSourceContract
from dmsform.testing.contract_target import RowTextTargetContract, TypedTargetContract

CONTRACT_OF_FACE: dict[str, type] = {
    "probe": ProbeContract,
    "introspector": IntrospectionContract,
    "dialect": DialectContract,
    "row_text_reader": RowTextSourceContract,
    "typed_reader": TypedSourceContract,
    "row_text_writer": RowTextTargetContract,
    "typed_writer": TypedTargetContract,
}


def faces_of(provider: Provider) -> set[str]:
    """The faces with a contract of their own that the provider shows."""
    return {face for face in CONTRACT_OF_FACE if getattr(provider, face) is not None}


class FacesContract:
    """Subclass it and list in `kept` the contracts that your tests subclass."""

    kept: ClassVar[tuple[type, ...]]

    def test_every_face_shown_has_its_contract_kept(self, harness: Harness) -> None:
        """A face without its contract is untested, a contract without its face is a declaration that is not true."""
        kept = {face for face, contract in CONTRACT_OF_FACE.items() if any(issubclass(k, contract) for k in self.kept)}
        assert kept == faces_of(harness.provider)

    def test_a_writer_comes_with_what_a_target_needs(self, harness: Harness) -> None:
        """Ownership and inspection are no option for a target."""
        provider = harness.provider
        if provider.row_text_writer or provider.typed_writer:
            assert provider.dialect is not None
            assert provider.target_inspector is not None
            assert provider.target_control is not None
