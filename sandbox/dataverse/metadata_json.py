"""Tables, columns and keys go in; the JSON that the metadata part of the Web API shows of them comes out."""

from typing import Any

from sandbox.dataverse.tables import CHOICES, TEXTS, Column, Key, Table, metadata_id

CRM = "Microsoft.Dynamics.CRM."


def label(text: str) -> dict[str, Any]:
    """A Label with one language."""
    localized = {"Label": text, "LanguageCode": 1033, "IsManaged": False, "HasChanged": None}
    return {"LocalizedLabels": [localized], "UserLocalizedLabel": localized}


def table_json(table: Table) -> dict[str, Any]:
    """EntityMetadata without what must be expanded."""
    return {
        "MetadataId": metadata_id(table.name),
        "LogicalName": table.name,
        "SchemaName": table.schema_name,
        "EntitySetName": table.entity_set,
        "LogicalCollectionName": table.entity_set,
        "PrimaryIdAttribute": table.id_column,
        "PrimaryNameAttribute": table.name_column,
        "ObjectTypeCode": table.type_code,
        "OwnershipType": "UserOwned" if table.owned else "OrganizationOwned",
        "DisplayName": label(table.schema_name),
        "IsPrivate": False,
        "IsCustomEntity": "_" in table.name,
        "IsManaged": True,
        "IsOptimisticConcurrencyEnabled": True,
        "ChangeTrackingEnabled": False,
        "IsDuplicateDetectionEnabled": {"Value": True, "CanBeChanged": True},
    }


def column_json(table: Table, column: Column) -> dict[str, Any]:
    """AttributeMetadata: what every column has, whatever its type."""
    return {
        "MetadataId": metadata_id(table.name, "column", column.name),
        "LogicalName": column.name,
        "SchemaName": column.schema_name,
        "EntityLogicalName": table.name,
        "AttributeType": column.kind,
        "AttributeTypeName": {"Value": f"{column.kind}Type"},
        "DisplayName": label(column.label),
        "RequiredLevel": {
            "Value": column.required,
            "CanBeChanged": column.required != "SystemRequired",
            "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings",
        },
        "IsCustomAttribute": column.custom,
        "IsManaged": not column.custom,
        "IsPrimaryId": column.name == table.id_column,
        "IsPrimaryName": column.name == table.name_column,
        "IsValidForRead": True,
        "IsValidForCreate": column.writable != "never" and column.kind != "State",
        "IsValidForUpdate": column.writable == "always",
    }


def typed_json(column: Column) -> dict[str, Any]:
    """What only the column's own metadata type has: MaxLength, ranges, targets."""
    if column.kind in TEXTS:
        return {"MaxLength": column.length, "Format": "Text" if column.kind == "String" else "TextArea"}
    if column.kind in ("Integer", "BigInt"):
        return {"MinValue": column.low, "MaxValue": column.high}
    if column.kind in ("Decimal", "Double", "Money"):
        return {"MinValue": column.low, "MaxValue": column.high, "Precision": column.precision}
    if column.kind == "DateTime":
        return {
            "Format": "DateOnly" if column.date_only else "DateAndTime",
            "DateTimeBehavior": {"Value": "DateOnly" if column.date_only else "UserLocal"},
        }
    if column.is_lookup:
        return {"Targets": ["systemuser", "team"] if column.kind == "Owner" else sorted(set(column.targets.values()))}
    return {}


def expandable_json(column: Column) -> dict[str, Any]:
    """What appears only when expanded: the option sets of choices and yes/no columns."""
    if column.kind == "Boolean":
        options = {"TrueOption": option_json(1, "Yes"), "FalseOption": option_json(0, "No")}
        return {"OptionSet": options, "GlobalOptionSet": None}
    if column.kind not in CHOICES:
        return {}
    choices = [option_json(value, text) for value, text in column.options.items()]
    for choice in choices if column.kind == "Status" else ():
        choice["State"] = column.state_of[choice["Value"]]
    return {"OptionSet": {"Name": column.name, "IsGlobal": False, "Options": choices}, "GlobalOptionSet": None}


def option_json(value: int, text: str) -> dict[str, Any]:
    """One choice with its label."""
    return {"Value": value, "Label": label(text), "Color": None, "IsManaged": True}


def key_json(table: Table, key: Key) -> dict[str, Any]:
    """EntityKeyMetadata, with the state of its index."""
    return {
        "MetadataId": metadata_id(table.name, "key", key.name),
        "LogicalName": key.name,
        "SchemaName": key.schema_name,
        "EntityLogicalName": table.name,
        "KeyAttributes": list(key.columns),
        "EntityKeyIndexStatus": key.status,
        "DisplayName": label(key.schema_name),
        "IsManaged": not key.custom,
    }
