"""A service's `$metadata` (CSDL XML) as plain values.

Source: OData CSDL XML v4.01. Only local element names are compared, because the namespaces of
Epicor's documents are not published; facets are taken when present and never needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from xml.parsers import expat

from tap_epicor_kinetic.exceptions import Answer, ODataResponseError
from tap_epicor_kinetic.odata.days import is_day
from tap_epicor_kinetic.odata.properties import Property
from tap_epicor_kinetic.odata.xml import refuse_doctype

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEEPEST_BASE = 16
_FACET = re.compile(r"\d{1,9}\Z", re.ASCII)
_NOISE = frozenset({"RowMod", "BitFlag", "RowIdent", "SpecifiedProperties"})


@dataclass(frozen=True, slots=True)
class EntityType:
    """Key and properties of one entity type, in the server's order."""

    name: str
    key: tuple[str, ...]
    properties: dict[str, Property]
    navigation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceMetadata:
    """What one service offers.

    Attributes:
        entity_sets: Each set's type, by name.
        types: What the document says of each type, what it inherits not included.
    """

    service: str
    entity_sets: dict[str, str]
    types: dict[str, _OpenType]

    def entity_set(self, name: str, *, is_baq: bool) -> EntityType:
        """Return the type of a set; a BAQ has one set, whatever its name.

        Raises:
            ODataResponseError: If the service has no such set, or its type has no properties.
        """
        target = self.entity_sets.get(name)
        if target is None and is_baq:
            target = next(iter(self.entity_sets.values()))
        # Only what is asked for: a document of many types that inherit much would not fit.
        found = None if target is None else _resolved(target, self.types)
        if found is None or not found.properties:
            raise ODataResponseError(
                Answer(self.service, message=f"it has no entity set {name} on this server"),
                "Check the letter case; another version of Kinetic may name it otherwise.",
            )
        return found


def is_noise(name: str) -> bool:
    """Return whether a column carries no business data: tableset state and bit flags."""
    return name in _NOISE


def parse_metadata(service: str, document: bytes) -> ServiceMetadata:
    """Return the entity sets of a CSDL document.

    Args:
        service: Name used in errors.
        document: The XML as it came.

    Raises:
        ODataResponseError: If it is not XML, declares a document type (entities could be smuggled
            in that way), or holds no entity set.
    """
    reader = _CsdlReader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(document, True)  # noqa: FBT003 - expat takes it by position
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ODataResponseError(
            Answer(service, message=f"$metadata is not a CSDL document ({error})"),
            "Check that base_url ends in the instance and that no login page stands in between.",
        ) from error
    if not reader.sets:
        raise ODataResponseError(
            Answer(service, message="$metadata lists no entity set"),
            "This service offers methods only; use a *SearchSvc twin or a BAQ.",
        )
    return ServiceMetadata(service, reader.sets, reader.types)


@dataclass(slots=True)
class _OpenType:
    name: str
    base: str = ""
    key: list[str] = field(default_factory=list)
    properties: dict[str, Property] = field(default_factory=dict)
    navigation: list[str] = field(default_factory=list)


class _CsdlReader:
    """Collects types and sets while the parser walks the document."""

    def __init__(self) -> None:
        self.types: dict[str, _OpenType] = {}
        self.sets: dict[str, str] = {}
        self._open: _OpenType | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = attributes.get("Name", "")
        match tag.rpartition(" ")[2]:
            case "EntityType":
                self._open = _OpenType(name, _last(attributes.get("BaseType", "")))
                self.types[name] = self._open
            case "PropertyRef" if self._open:
                self._open.key.append(name)
            case "Property" if self._open:
                self._open.properties[name] = _property(name, attributes)
            case "NavigationProperty" if self._open:
                self._open.navigation.append(name)
            case "EntitySet":
                self.sets[name] = _last(attributes.get("EntityType", ""))

    def end(self, tag: str) -> None:
        if tag.rpartition(" ")[2] == "EntityType":
            self._open = None


def _resolved(name: str, types: Mapping[str, _OpenType]) -> EntityType:
    """Return a type with all that it inherits.

    A type that the document lacks has no properties.
    """
    chain: list[_OpenType] = []
    while name in types and types[name] not in chain and len(chain) < _DEEPEST_BASE:
        chain.insert(0, types[name])
        name = types[name].base
    key = [part for level in chain for part in level.key]
    properties = {prop.name: prop for level in chain for prop in level.properties.values()}
    for part in key:
        if part in properties:
            properties[part] = _as_key(properties[part])
    return EntityType(
        name=chain[-1].name if chain else "",
        key=tuple(key),
        properties=properties,
        navigation=tuple(nav for level in chain for nav in level.navigation),
    )


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]


def _as_key(prop: Property) -> Property:
    return replace(prop, nullable=False)


def _property(name: str, attributes: dict[str, str]) -> Property:
    edm_type = attributes.get("Type", "Edm.String")
    return Property(
        name=name,
        edm_type=edm_type,
        max_length=_number(attributes.get("MaxLength")),
        precision=_number(attributes.get("Precision")) if edm_type == "Edm.Decimal" else None,
        scale=_number(attributes.get("Scale")) if edm_type == "Edm.Decimal" else None,
        date_only=edm_type == "Edm.Date" or (edm_type.startswith("Edm.DateTime") and is_day(name)),
    )


def _number(facet: str | None) -> int | None:
    """Return a facet as a number; `max`, `variable` and `floating` say nothing that can be used."""
    return int(facet) if facet is not None and _FACET.match(facet) else None
