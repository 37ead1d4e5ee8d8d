"""What a table is made of: columns with their types and limits, lookups with their navigation names, alternate keys."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

Writable = Literal["always", "create", "never"]
LOOKUPS = ("Lookup", "Customer", "Owner")
TEXTS = ("String", "Memo")
CHOICES = ("Picklist", "State", "Status")


@dataclass(slots=True)
class Column:
    """One column. `kind` is Dataverse's AttributeType; `targets` maps navigation property names to tables."""

    name: str
    kind: str
    schema_name: str = ""
    label: str = ""
    length: int | None = None
    low: float | None = None
    high: float | None = None
    precision: int | None = None
    date_only: bool = False
    options: dict[int, str] = field(default_factory=dict)
    state_of: dict[int, int] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    required: str = "None"
    writable: Writable = "always"
    custom: bool = False
    born: float = 0.0

    @property
    def is_lookup(self) -> bool:
        """True for columns that point to a row."""
        return self.kind in LOOKUPS

    @property
    def property_name(self) -> str:
        """The name under which the value is read and filtered."""
        return f"_{self.name}_value" if self.is_lookup else self.name


@dataclass(slots=True)
class Key:
    """An alternate key; usable once `status` is Active, which happens at the time `ready` (seconds)."""

    name: str
    schema_name: str
    columns: tuple[str, ...]
    status: str = "Active"
    begun: float = 0.0
    ready: float = 0.0
    custom: bool = True


@dataclass(slots=True)
class Table:
    """One table with everything that its metadata says."""

    name: str
    entity_set: str
    schema_name: str
    type_code: int
    id_column: str
    name_column: str
    owned: bool
    money_bearing: bool
    columns: dict[str, Column] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    by_property: dict[str, Column] = field(default_factory=dict)
    navigation: dict[str, tuple[Column, str]] = field(default_factory=dict)

    def add(self, column: Column) -> None:
        """Adds a column under each name it answers to."""
        column.schema_name = column.schema_name or column.name
        column.label = column.label or column.name
        self.columns[column.name] = column
        self.by_property[column.property_name] = column
        for navigation_name, target in column.targets.items():
            self.navigation[navigation_name] = (column, target)

    def drop(self, name: str) -> None:
        """Removes a column and every name it answers to."""
        column = self.columns.pop(name)
        self.by_property.pop(column.property_name)
        for navigation_name in column.targets:
            self.navigation.pop(navigation_name, None)

    def key_over(self, names: set[str]) -> Key | None:
        """The usable alternate key made of exactly these columns."""
        return next((k for k in self.keys.values() if k.status == "Active" and set(k.columns) == names), None)

    @property
    def opens_with(self) -> tuple[int, int] | None:
        """State and status of a new row, or None for a table without states."""
        if "statecode" not in self.columns:
            return None
        return 0, self.default_status(0)

    def default_status(self, state: int) -> int:
        """The status that a state has when none is given: its first."""
        return next(status for status, of in self.columns["statuscode"].state_of.items() if of == state)


@dataclass(slots=True)
class Schema:
    """All tables of an organisation, by logical name and by entity set."""

    tables: dict[str, Table] = field(default_factory=dict)
    sets: dict[str, Table] = field(default_factory=dict)

    def add(self, table: Table) -> None:
        """Adds a table."""
        self.tables[table.name] = table
        self.sets[table.entity_set] = table

    def pointing_to(self, name: str) -> Iterator[tuple[Table, Column]]:
        """Every lookup column, with its table, that may point to rows of the named table."""
        for table in self.tables.values():
            for column in table.columns.values():
                if name in column.targets.values():
                    yield table, column


def metadata_id(*names: str) -> str:
    """The same MetadataId for the same table, column or key in each run."""
    return str(uuid5(NAMESPACE_URL, "metadata:" + "/".join(names)))
