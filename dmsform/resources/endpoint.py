"""The endpoint: connection information, checked by its provider's model; or a server of its own that apply starts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.language import codes as language
from dmsform.language.config import ResourceBlock
from dmsform.plan.differences import contains_unknown
from dmsform.plan.values import COMPUTED, Desired, ObservedEndpoint
from dmsform.provider import codes as provider_codes
from dmsform.provider.protocols import Provider
from dmsform.provider.registry import provider
from dmsform.provider.values import EmbeddedServer, EndpointSettings
from dmsform.resources import codes
from dmsform.resources.reader import BlockReader
from dmsform.resources.replication_instance import read_lifecycle
from dmsform.resources.validation import model_findings
from dmsform.state.fingerprints import fingerprint
from dmsform.state.snapshot import ResourceRecord
from dmsform.task.definition import EndpointDefinition

_OWN = frozenset({"engine"})


@dataclass(frozen=True, slots=True)
class Embedded:
    """A server of the endpoint's own. data_dir -- absolute."""

    data_dir: Path
    database: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as declared. settings -- None where they are not known before apply, or not valid."""

    desired: Desired
    engine: str
    settings: dict[str, Any] | None = field(default=None, repr=False)
    embedded: Embedded | None = None

    @property
    def name(self) -> str:
        """The endpoint's name."""
        return self.desired.address.name


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach an endpoint now. definition -- None while it cannot be, and then `unknown` says why.

    own_server -- the endpoint is embedded.
    """

    definition: EndpointDefinition | None = field(default=None, repr=False)
    unknown: str | None = None
    own_server: bool = False


def decode_endpoint(block: ResourceBlock, directory: Path, findings: list[Diagnostic]) -> Endpoint | None:
    """Read the block; what is wrong goes to `findings`. None when not even the engine is known."""
    reader = BlockReader(block.block, block.address, findings)
    protected = read_lifecycle(reader)
    engine = reader.text("engine", required=True)
    if engine is None:
        return None
    try:
        found = provider(engine)
    except DiagnosticError as error:
        findings.extend(
            replace(d, subject=reader.place("engine"), address=str(block.address)) for d in error.diagnostics
        )
        return None
    embedded = _embedded(reader, found, directory)
    desired = Desired(block.address, {}, block.block.subject, depends_on=block.depends_on, prevent_destroy=protected)
    if embedded:
        attributes = {
            "engine": engine,
            "database": embedded.database,
            "embedded": {"data_dir": str(embedded.data_dir)},
        }
        return Endpoint(replace(desired, attributes=attributes), engine, embedded=embedded)
    return _connecting(reader, found, desired, directory)


def _connecting(reader: BlockReader, found: Provider, desired: Desired, directory: Path) -> Endpoint:
    given = _arguments(reader)
    _refuse_blocks(reader)
    sensitive = {name for name, a in reader.block.attributes.items() if a.sensitive}
    hidden = sensitive | secret_fields(found.endpoint_model)
    if contains_unknown(given):
        _check_names(reader, found)
        plain = {name: value for name, value in given.items() if name not in hidden}
        secret = {name: str(v) for name, v in given.items() if name in hidden and not contains_unknown(v)}
        attributes = {"engine": found.name, **plain}
        return Endpoint(replace(desired, attributes=attributes, secrets=secret), found.name)
    settings = validated(found.endpoint_model, given, reader)
    if settings is None:
        return Endpoint(replace(desired, attributes={"engine": found.name}), found.name)
    dumped = _absolute(settings, directory)
    hidden |= _parts_of(sensitive & given.keys(), dumped, found.endpoint_model)
    attributes = {"engine": found.name, **{n: v for n, v in dumped.items() if n not in hidden}}
    secrets = {
        n: v if isinstance(v, str) else json.dumps(v) for n, v in dumped.items() if n in hidden and v is not None
    }
    defaults = {n: f.default for n, f in found.endpoint_model.model_fields.items() if not f.is_required()}
    plain_defaults = {n: v for n, v in defaults.items() if n not in hidden}
    desired = replace(desired, attributes=attributes, secrets=secrets, defaults=plain_defaults)
    return Endpoint(desired, found.name, settings=dumped)


def validated(model: type[EndpointSettings], given: Mapping[str, Any], reader: BlockReader) -> EndpointSettings | None:
    """The provider's settings, or None with findings at the places of the arguments."""
    from pydantic import ValidationError

    try:
        return model.model_validate(given)
    except ValidationError as error:
        known, secret = model.model_fields, secret_fields(model)
        reader.findings.extend(model_findings(error, reader, provider_codes.INVALID_SETTINGS, known, secret))
        return None


def secret_fields(model: type[EndpointSettings]) -> set[str]:
    """The fields whose type is SecretStr, or SecretStr and None."""
    from pydantic import SecretStr

    def holds(annotation: Any) -> bool:
        return annotation is SecretStr or any(holds(a) for a in get_args(annotation))

    return {name for name, f in model.model_fields.items() if holds(f.annotation)}


def connection(endpoint: Endpoint, live: EmbeddedServer | None) -> Connection:
    """How to reach the endpoint. live -- of an embedded endpoint, its server as it stands."""
    if endpoint.embedded is None:
        if endpoint.settings is None:
            return Connection(None, f"endpoint.{endpoint.name} depends on what is known after apply")
        return Connection(EndpointDefinition(name=endpoint.name, engine=endpoint.engine, settings=endpoint.settings))
    if live is None or not live.running:
        return Connection(None, f"the server of endpoint.{endpoint.name} is started by apply")
    settings = provider(endpoint.engine).endpoint_model.model_validate(live.settings).dump()
    definition = EndpointDefinition(name=endpoint.name, engine=endpoint.engine, settings=settings)
    return Connection(definition, own_server=True)


def observe_endpoint(endpoint: Endpoint) -> tuple[ObservedEndpoint, EmbeddedServer | None]:
    """An embedded endpoint's server as it stands; nothing is asked of any other."""
    if endpoint.embedded is None:
        return ObservedEndpoint(), None
    servers = provider(endpoint.engine).embedded
    assert servers is not None, "decoding refuses engines without embedded servers"
    live = servers.server_status(endpoint.embedded.data_dir, endpoint.embedded.database)
    return ObservedEndpoint(live is not None and live.running), live


def start_embedded(endpoint: Endpoint) -> EmbeddedServer:
    """Start the endpoint's server. Raises DiagnosticError."""
    servers = provider(endpoint.engine).embedded
    assert servers is not None, "decoding refuses engines without embedded servers"
    assert endpoint.embedded is not None
    return servers.start_server(endpoint.embedded.data_dir, endpoint.embedded.database)


def stop_embedded(record: ResourceRecord) -> bool:
    """Stop a recorded endpoint's server, if it has one of its own; its data stay. Raises DiagnosticError."""
    embedded = record.attributes.get("embedded")
    if not embedded:
        return False
    servers = provider(record.attributes["engine"]).embedded
    if servers is not None:
        servers.stop_server(Path(embedded["data_dir"]))
    return True


def live_attributes(endpoint: Endpoint, live: EmbeddedServer | None) -> dict[str, Any]:
    """What the state keeps of a started server: how to connect, without secrets."""
    if live is None:
        return {}
    hidden = secret_fields(provider(endpoint.engine).endpoint_model)
    return {name: value for name, value in live.settings.items() if name not in hidden}


def connection_digest(definition: EndpointDefinition, salt: str, *, own_server: bool = False) -> str:
    """Tells whether two definitions connect alike; secrets go in by fingerprint.

    own_server -- of an embedded endpoint: its password changes only with its data directory, and is left out.
    """
    hidden = secret_fields(provider(definition.engine).endpoint_model)
    parts: dict[str, Any] = {}
    for name, value in _resolved(definition).items():
        if name not in hidden or value is None:
            parts[name] = value
        elif not own_server:
            parts[name] = fingerprint(str(value), salt)
    return _digest({"engine": definition.engine, **parts})


def store_digest(definition: EndpointDefinition) -> str:
    """Tells whether two definitions lead to the same store."""
    location = provider(definition.engine).endpoint_model.location
    parts = {name: value for name, value in _resolved(definition).items() if name in location}
    return _digest({"engine": definition.engine, **parts})


def _resolved(definition: EndpointDefinition) -> dict[str, Any]:
    """The settings with what they refer to; as they are where that cannot be had, which connecting will tell."""
    try:
        return provider(definition.engine).endpoint_model.model_validate(definition.settings).resolved().dump()
    except ValueError:
        return dict(definition.settings)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def _arguments(reader: BlockReader) -> dict[str, Any]:
    skipped = {*_OWN, "depends_on"}
    given = reader.block.attributes.items()
    return {name: found.value for name, found in given if name not in skipped and found.value is not None}


def _absolute(settings: EndpointSettings, directory: Path) -> dict[str, Any]:
    dumped = settings.dump()
    named = {n: v for n, v in dumped.items() if n in settings.files and isinstance(v, str)}
    return {**dumped, **{n: str((directory / v).absolute()) for n, v in named.items()}}


def _parts_of(sensitive: set[str], dumped: Mapping[str, Any], model: type[EndpointSettings]) -> set[str]:
    """The parts of a sensitive argument that the model took apart (a URL): they are as sensitive as the whole."""
    if all(dumped.get(name) is not None for name in sensitive):
        return set()
    return {name for name, value in dumped.items() if value != model.model_fields[name].default}


def _check_names(reader: BlockReader, found: Provider) -> None:
    """All that can be checked of arguments whose values are not all known."""
    for name in found.endpoint_model.model_fields:
        reader.attribute(name)
    reader.finish()


def _refuse_blocks(reader: BlockReader) -> None:
    reader.nested("embedded")
    known = {"embedded", "lifecycle"}
    for block in reader.block.blocks:
        if block.type not in known:
            reader.add(
                language.UNSUPPORTED_BLOCK.error(
                    f'{reader.name} takes no block "{block.type}".',
                    "Remove it, or use one of these blocks: embedded, lifecycle.",
                    subject=block.subject,
                )
            )


def _embedded(reader: BlockReader, found: Provider, directory: Path) -> Embedded | None:
    nested = reader.single("embedded")
    if nested is None:
        return None
    data_dir = nested.text("data_dir", required=True)
    nested.finish()
    database = reader.text("database", required=True)
    if found.embedded is None:
        reader.add(
            codes.NO_EMBEDDED_SERVER.error(
                f"No server of {found.label} can be started for {reader.address}.",
                "Remove the block `embedded` and give the connection of a server that runs.",
                subject=nested.block.subject,
            )
        )
        return None
    for name in reader.block.attributes.keys() & (found.endpoint_model.model_fields.keys() - {"database"}):
        reader.attribute(name)
        reader.add(
            codes.EMBEDDED_ARGUMENT.error(
                f"`{name}` of {reader.address} comes from the server that apply starts.",
                f"Remove `{name}`, or the block `embedded`.",
                subject=reader.place(name),
            )
        )
    reader.finish()
    return Embedded((directory / (data_dir or ".")).absolute(), database or "")


def recorded_attributes(endpoint: Endpoint, live: EmbeddedServer | None) -> dict[str, Any]:
    """The attributes that the state keeps of an applied endpoint."""
    return {**endpoint.desired.attributes, COMPUTED: live_attributes(endpoint, live)}
