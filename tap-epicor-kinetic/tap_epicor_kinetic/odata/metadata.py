"""A service's `$metadata` (CSDL XML) as plain values.

Source: OData CSDL XML v4.01. Facets are taken when present and never needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from xml.parsers import expat

from tap_epicor_kinetic.exceptions import Answer, ODataResponseError
from tap_epicor_kinetic.odata.csdl import CsdlReader, Document, TypeElement, item_type
from tap_epicor_kinetic.odata.days import is_day
from tap_epicor_kinetic.odata.encodings import in_utf_8
from tap_epicor_kinetic.odata.properties import Property
from tap_epicor_kinetic.odata.xml import new_parser

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
        document: What the document says of each set and type, what it inherits not included.
    """

    service: str
    document: Document

    def entity_set(self, name: str, *, is_baq: bool) -> EntityType:
        """Return the type of a set; a BAQ has one set, whatever its name.

        Raises:
            ODataResponseError: If the service has no such set, or its type has no properties.
        """
        sets = self.document.sets
        target = sets.get(name)
        if target is None and is_baq:
            target = next(iter(sets.values()))
        # Only what is asked for: a document of many types that inherit much would not fit.
        found = None if target is None else _resolved(*target, self.document)
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
    reader = CsdlReader()
    document = in_utf_8(document)
    parser = new_parser(document, namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(document, True)  # noqa: FBT003 - expat takes it by position
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ODataResponseError(
            Answer(service, message=f"$metadata is not a CSDL document ({error})"),
            "Check that base_url ends in the instance and that no login page stands in between.",
        ) from error
    if not reader.document.sets:
        raise ODataResponseError(
            Answer(service, message="$metadata lists no entity set"),
            "This service offers methods only; use a *SearchSvc twin or a BAQ.",
        )
    return ServiceMetadata(service, reader.document)


def _resolved(name: str, namespace: str, document: Document) -> EntityType:
    """Return a type with all that it inherits.

    A type that the document lacks has no properties.
    """
    chain: list[TypeElement] = []
    level = document.find(name, namespace)
    while level and len(chain) < _DEEPEST_BASE and not any(level is known for known in chain):
        chain.insert(0, level)
        base = level.attributes.get("BaseType")
        level = document.find(base, level.namespace) if base else None
    key = tuple(part for each in chain for part in each.key)
    properties = {
        prop: _property(prop, attributes, each.namespace, document)
        for each in chain
        for prop, attributes in each.properties.items()
    }
    for part in key:
        if part in properties:
            properties[part] = replace(properties[part], nullable=False)
    return EntityType(
        name=chain[-1].name if chain else "",
        key=key,
        properties=properties,
        navigation=tuple(nav for each in chain for nav in each.navigation),
    )


def _property(
    name: str, attributes: Mapping[str, str], namespace: str, document: Document
) -> Property:
    edm_type, facets = _primitive(attributes, namespace, document)
    return Property(
        name=name,
        edm_type=edm_type,
        max_length=_number(facets.get("MaxLength")),
        precision=_number(facets.get("Precision")) if edm_type == "Edm.Decimal" else None,
        scale=_number(facets.get("Scale")) if edm_type == "Edm.Decimal" else None,
        date_only=edm_type == "Edm.Date" or (edm_type.startswith("Edm.DateTime") and is_day(name)),
    )


def _primitive(
    attributes: Mapping[str, str], namespace: str, document: Document
) -> tuple[str, Mapping[str, str]]:
    """Return the type that a property's values are written as, and the facets that it has.

    A type definition is another name for a primitive type; a value of an enumeration is written as
    its member's name.
    """
    declared = attributes.get("Type", "Edm.String")
    if declared.startswith("Edm.") or item_type(declared) is not None:
        return declared, attributes
    found = document.find(declared, namespace)
    if found and found.kind == "TypeDefinition":
        facets = {**found.attributes, **attributes}
        return found.attributes.get("UnderlyingType", "Edm.String"), facets
    if found and found.kind == "EnumType":
        return "Edm.String", {}
    return declared, attributes


def _number(facet: str | None) -> int | None:
    """Return a facet as a number; `max`, `variable` and `floating` say nothing that can be used."""
    return int(facet) if facet is not None and _FACET.match(facet) else None
