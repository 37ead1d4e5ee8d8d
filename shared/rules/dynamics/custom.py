"""Hunter's own columns and alternate keys in; the bodies that create them in Dynamics out
(reference/dataverse-web-api.md 11).
"""

from typing import Any

from shared.rules.dynamics.columns import KEY_COLUMN, RECORDS, Column, Record

PUBLISHER = {
    "uniquename": "hunter",
    "friendlyname": "Hunter",
    "customizationprefix": "hnt",
    "customizationoptionvalueprefix": 48700,
}
SOLUTION = {"uniquename": "HunterReferrals", "friendlyname": "Hunter referrals", "version": "1.0.0.0"}
ENGLISH = 1033

_NAMED: dict[str, tuple[str, str]] = {
    "hnt_referralid": ("hnt_ReferralId", "Hunter referral id"),
    "hnt_engagementid": ("hnt_EngagementId", "Hunter engagement id"),
    "hnt_referraltype": ("hnt_ReferralType", "Hunter referral type"),
    "hnt_score": ("hnt_Score", "Hunter score"),
    "hnt_segment": ("hnt_Segment", "Hunter segment"),
    "hnt_priority": ("hnt_Priority", "Hunter priority"),
    "hnt_provider": ("hnt_Provider", "Hunter mail provider"),
    "hnt_domain": ("hnt_Domain", "Hunter domain"),
    "hnt_tenantid": ("hnt_TenantId", "Hunter tenant id"),
    "hnt_scorereasons": ("hnt_ScoreReasons", "Hunter score reasons"),
    "hnt_infrastructure": ("hnt_Infrastructure", "Hunter infrastructure"),
    "hnt_registrar": ("hnt_Registrar", "Hunter registrar"),
    "hnt_domainexpireson": ("hnt_DomainExpiresOn", "Hunter domain expires on"),
    "hnt_lastsyncedon": ("hnt_LastSyncedOn", "Hunter last synced on"),
    "hnt_defaulted": ("hnt_Defaulted", "Hunter defaulted or cut values"),
    "hnt_contactkey": ("hnt_ContactKey", "Hunter contact key"),
}
"""Schema name and label by logical name."""

_KEYS: dict[Record, tuple[str, str]] = {
    "lead": ("hnt_ReferralKey", "Hunter referral"),
    "account": ("hnt_DomainKey", "Hunter domain"),
    "contact": ("hnt_ContactKeyKey", "Hunter contact"),
    "opportunity": ("hnt_ReferralKey", "Hunter referral"),
}

PRIVILEGES: dict[str, tuple[str, ...]] = {
    **{
        table: ("Create", "Read", "Write", "Append", "AppendTo")
        for table in ("Lead", "Account", "Contact", "Opportunity")
    },
    **{table: ("Read",) for table in ("TransactionCurrency", "User", "Team", "BusinessUnit", "Organization")},
}
"""What the application user's security role needs, at least at the depth of its business unit."""

PRIVILEGES_IF: dict[str, str] = {
    "Lead, Account, Contact, Opportunity: Assign": "where DYNAMICS_OWNER is set",
    "Account: Merge": "where admins merge accounts",
    "msdyn_predictivescore: Create, Read, Write": "where DYNAMICS_PREDICTIVE_SCORES is true",
}
"""What it needs beyond that, and when."""


def column_definition(column: Column) -> dict[str, Any]:
    """The body that creates a column of ours."""
    schema_name, label = _NAMED[column.name]
    kind, more = _kind(column)
    return {
        "@odata.type": f"Microsoft.Dynamics.CRM.{kind}AttributeMetadata",
        "AttributeType": kind,
        "AttributeTypeName": {"Value": f"{kind}Type"},
        "SchemaName": schema_name,
        "RequiredLevel": {
            "Value": "None",
            "CanBeChanged": True,
            "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings",
        },
        "DisplayName": _label(label),
        **more,
    }


def key_definition(record: Record) -> dict[str, Any]:
    """The body that creates the alternate key of a table."""
    schema_name, label = _KEYS[record]
    return {
        "@odata.type": "Microsoft.Dynamics.CRM.EntityKeyMetadata",
        "SchemaName": schema_name,
        "DisplayName": _label(label),
        "KeyAttributes": [KEY_COLUMN[record]],
    }


def publish_xml() -> str:
    """The body that publishes the tables that were touched."""
    tables = "".join(f"<entity>{record}</entity>" for record in RECORDS)
    return f"<importexportxml><entities>{tables}</entities></importexportxml>"


def _kind(column: Column) -> tuple[str, dict[str, Any]]:
    if column.kind == "memo":
        return "Memo", {"MaxLength": column.length, "Format": "TextArea"}
    if column.kind == "number":
        return "Integer", {"MinValue": 0, "MaxValue": 100, "Format": "None"}
    if column.kind == "date":
        return "DateTime", {"Format": "DateOnly", "DateTimeBehavior": {"Value": "DateOnly"}}
    if column.kind == "moment":
        return "DateTime", {"Format": "DateAndTime", "DateTimeBehavior": {"Value": "UserLocal"}}
    return "String", {"MaxLength": column.length, "FormatName": {"Value": "Text"}}


def _label(text: str) -> dict[str, Any]:
    return {
        "@odata.type": "Microsoft.Dynamics.CRM.Label",
        "LocalizedLabels": [
            {"@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel", "Label": text, "LanguageCode": ENGLISH}
        ],
    }
