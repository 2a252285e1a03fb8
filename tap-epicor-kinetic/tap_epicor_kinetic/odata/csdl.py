"""The elements of a CSDL document that tell of sets and types, as they stand.

Source: OData CSDL XML v4.01. Only local element names are compared, because the namespaces of
Epicor's documents are not published.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_COLLECTION = "Collection("


@dataclass(slots=True)
class TypeElement:
    """An element that declares a type.

    Attributes:
        kind: `EntityType`, `ComplexType`, `EnumType` or `TypeDefinition`.
        namespace: Of the schema around it.
        attributes: As they stand; facets of a `TypeDefinition` are among them.
        key: Names of the key properties; a path such as `Address/City` as it stands.
        properties: The attributes of each property by name.
        navigation: Names of navigation properties.
    """

    kind: str
    namespace: str
    attributes: Mapping[str, str]
    key: list[str] = field(default_factory=list)
    properties: dict[str, Mapping[str, str]] = field(default_factory=dict)
    navigation: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Name without namespace."""
        return self.attributes.get("Name", "")


@dataclass(slots=True)
class Document:
    """What a document declares.

    Attributes:
        sets: The type that each entity set names, and the namespace in which it does.
        types: The types by qualified name.
        aliases: Other names of namespaces.
    """

    sets: dict[str, tuple[str, str]] = field(default_factory=dict)
    types: dict[str, TypeElement] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    _by_local_name: dict[str, TypeElement] = field(default_factory=dict)

    def add(self, found: TypeElement) -> None:
        """Take a type in; of two with the same qualified name the first one counts."""
        self.types.setdefault(f"{found.namespace}.{found.name}", found)
        self._by_local_name.setdefault(found.name, found)

    def find(self, name: str, namespace: str) -> TypeElement | None:
        """Return a type by the name that stands in some schema.

        The qualified name decides. Where no schema of the document has it, the local name does,
        first in the schema in which it is named: not every server writes its own namespaces right.
        """
        qualifier, _, local = name.rpartition(".")
        qualified = f"{self.aliases.get(qualifier, qualifier)}.{local}"
        return (
            self.types.get(qualified)
            or self.types.get(f"{namespace}.{local}")
            or self._by_local_name.get(local)
        )


def item_type(name: str) -> str | None:
    """Return the type of a collection's items, `None` if it is the name of no collection."""
    return name[len(_COLLECTION) : -1] if name.startswith(_COLLECTION) else None


class CsdlReader:
    """Collects what a parser finds while it walks a document."""

    def __init__(self) -> None:
        """Begin with an empty document."""
        self.document = Document()
        self._namespace = ""
        self._open: TypeElement | None = None
        self._handlers: dict[str, Callable[[dict[str, str]], None]] = {
            "Schema": self._schema,
            "Include": self._include,
            "PropertyRef": self._property_ref,
            "Property": self._property,
            "NavigationProperty": self._navigation,
            "EntitySet": self._entity_set,
        }

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an element's beginning, as expat's `StartElementHandler`."""
        kind = tag.rpartition(" ")[2]
        if kind in {"EntityType", "ComplexType", "EnumType", "TypeDefinition"}:
            self._open = TypeElement(kind, self._namespace, attributes)
            self.document.add(self._open)
        elif handler := self._handlers.get(kind):
            handler(attributes)

    def end(self, tag: str) -> None:
        """Take an element's end, as expat's `EndElementHandler`."""
        if self._open and tag.rpartition(" ")[2] == self._open.kind:
            self._open = None

    def _schema(self, attributes: dict[str, str]) -> None:
        self._namespace = attributes.get("Namespace", "")
        self._include(attributes)

    def _include(self, attributes: dict[str, str]) -> None:
        if alias := attributes.get("Alias"):
            self.document.aliases[alias] = attributes.get("Namespace", "")

    def _property_ref(self, attributes: dict[str, str]) -> None:
        if self._open:
            self._open.key.append(attributes.get("Name", ""))

    def _property(self, attributes: dict[str, str]) -> None:
        if self._open:
            self._open.properties[attributes.get("Name", "")] = attributes

    def _navigation(self, attributes: dict[str, str]) -> None:
        if self._open:
            self._open.navigation.append(attributes.get("Name", ""))

    def _entity_set(self, attributes: dict[str, str]) -> None:
        target = attributes.get("EntityType", "")
        self.document.sets[attributes.get("Name", "")] = (target, self._namespace)
