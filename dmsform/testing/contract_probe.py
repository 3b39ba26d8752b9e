"""Connection tests: what answers is named, what does not gives the code that every engine shares."""

from __future__ import annotations

import pytest

from dmsform.catalog.model import Table, TableName
from dmsform.diagnostics import DiagnosticError, Severity
from dmsform.provider.values import Role
from dmsform.testing.contract_harness import Harness
from dmsform.testing.contract_values import map_whole


class ProbeContract:
    """The face `probe`."""

    def test_probe_names_the_server(self, harness: Harness) -> None:
        """The label is for people and names one of the provider's products, the version is for decisions."""
        info = harness.provider.probe.probe(harness.new_endpoint())
        assert any(product in info.label for product in harness.provider.label.split("/"))
        assert info.version
        assert all(isinstance(part, int) for part in info.version)

    def test_every_broken_endpoint_has_its_code(self, harness: Harness) -> None:
        """One code and a remedy for each way of not connecting; the endpoint is named and no secret shown."""
        broken = harness.broken_endpoints()
        assert broken, "the harness knows no endpoint that cannot be connected to"
        for code, endpoint in broken:
            with pytest.raises(DiagnosticError) as raised:
                harness.provider.probe.probe(endpoint)
            (diagnostic,) = raised.value.diagnostics
            assert diagnostic.code == code.id, diagnostic
            assert diagnostic.exit_code == code.exit_code
            assert diagnostic.remedy
            assert diagnostic.place is not None
            assert diagnostic.place.endpoint == endpoint.name
            password = endpoint.settings.get("password")
            assert not password or password not in f"{diagnostic}{raised.value}"

    def test_preflight_of_nothing_finds_nothing(self, harness: Harness) -> None:
        """A fresh store and an all-powerful user give no finding."""
        endpoint = harness.new_endpoint()
        for role in Role:
            assert list(harness.provider.probe.preflight(endpoint, role, ())) == []

    def test_every_finding_is_of_a_named_check(self, harness: Harness) -> None:
        """A table that is gone from the source is found, by a check that the probe counts among its own."""
        probe = harness.provider.probe
        endpoint = harness.new_endpoint()
        gone = map_whole(Table(TableName(harness.schema, "gone"), ()), TableName(harness.schema, "gone"))
        found = list(probe.preflight(endpoint, Role.SOURCE, [gone]))
        assert any(f.severity is Severity.ERROR for f in found)
        for role in Role:
            names = probe.checks(role)
            assert names
            assert len(names) == len(set(names))
            for finding in probe.preflight(endpoint, role, [gone]):
                assert finding.check in names, finding
                assert finding.remedy

    def test_endpoint_settings_survive_the_trip(self, harness: Harness) -> None:
        """What the model dumps it accepts again, unchanged: endpoints are sent between processes."""
        model = harness.provider.endpoint_model
        settings = model.model_validate(harness.new_endpoint().settings)
        assert model.model_validate(settings.dump()) == settings
