"""One Dataverse environment: its schema, its rows, its people and currencies, its clock, and who may do what."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sandbox.dataverse.errors import CALLER_DISABLED, PRIVILEGE_DENIED, Refusal
from sandbox.dataverse.reader import Reader
from sandbox.dataverse.resource import API
from sandbox.dataverse.rows import Link, Row, Rows
from sandbox.dataverse.stock import sales_schema
from sandbox.dataverse.tables import Schema

PEOPLE: dict[str, Row] = {
    "seller": {"fullname": "Deniz Seller", "internalemailaddress": "deniz.seller@partner.example"},
    "left": {"fullname": "Gone Seller", "internalemailaddress": "gone.seller@partner.example", "isdisabled": True},
    "no-role": {"fullname": "Roleless Seller", "internalemailaddress": "roleless.seller@partner.example"},
}
CURRENCIES = {"USD": ("US Dollar", "$", 1.0), "EUR": ("Euro", "€", 0.92), "TRY": ("Turkish Lira", "₺", 41.5)}
RULES = {
    "Leads with the same e-mail address": ("lead", "emailaddress1"),
    "Contacts with the same e-mail address": ("contact", "emailaddress1"),
    "Accounts with the same account name": ("account", "name"),
}
VERBS = ("create", "read", "write", "delete", "append", "assign")
BULK_TABLES = ("lead", "contact", "account", "opportunity")
BULK_MESSAGES = ("CreateMultiple", "UpdateMultiple", "UpsertMultiple")


def fixed_id(*names: str) -> str:
    """The same id for the same person, currency or rule in each run."""
    return str(uuid5(NAMESPACE_URL, "sandbox:" + "/".join(names)))


@dataclass(slots=True)
class Organisation:
    """Everything that one stand-in knows; two in one process share nothing."""

    provisioned: bool = True
    predictive_scores: bool = False
    duplicate_rules: bool = False
    seed: int = 0
    now: Callable[[], float] = lambda: datetime.now(UTC).timestamp()
    address: str = ""
    schema: Schema = field(init=False)
    rows: Rows = field(init=False)
    denied: set[tuple[str, str]] = field(init=False)
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Back to the first day: only people, currencies and rules, every privilege granted."""
        self.schema = sales_schema(provisioned=self.provisioned, predictive_scores=self.predictive_scores)
        self.rows, self.denied, self.dice = Rows(), set(), random.Random(self.seed)
        self._populate()

    @property
    def api(self) -> str:
        """What links to rows begin with."""
        return self.address + API

    @property
    def reader(self) -> Reader:
        """Reads this organisation's rows."""
        return Reader(self.schema, self.rows, self.api)

    def new_id(self) -> str:
        """A GUID from the seeded dice."""
        return str(UUID(int=self.dice.getrandbits(128), version=4))

    def stamp(self) -> str:
        """The present second, as stored."""
        return datetime.fromtimestamp(self.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def require(self, user: str, verb: str, table: str) -> None:
        """Refuses when the user is disabled or the verb (create, read, write, delete, append, assign) is denied."""
        row = self.rows.get("systemuser", user)
        if row is not None and row.get("isdisabled"):
            raise Refusal(CALLER_DISABLED, "The specified user is disabled or is not a member of any business unit.")
        if (table, verb) in self.denied:
            privilege = self.privilege(table, verb)
            raise Refusal(
                PRIVILEGE_DENIED,
                f"Principal user (Id={user}, type=8, roleCount=1, privilegeCount=42) is missing {privilege} privilege "
                f"(Id={fixed_id(privilege)}) on OTC={self.schema.tables[table].type_code} for entity '{table}'.",
            )

    def privilege(self, table: str, verb: str) -> str:
        """The name of the right to do this with rows of that table."""
        return f"prv{verb.capitalize()}{self.schema.tables[table].schema_name}"

    def privileges(self) -> list[dict[str, Any]]:
        """What Hunter's application user may do, as `RetrieveUserPrivileges` tells it."""
        held = ((table, verb) for table in self.schema.tables for verb in VERBS if (table, verb) not in self.denied)
        unit = fixed_id("unit")
        return [
            {"Depth": "Global", "PrivilegeId": fixed_id(name), "BusinessUnitId": unit, "PrivilegeName": name}
            for name in (self.privilege(table, verb) for table, verb in held)
        ]

    def application_user(self, application_id: str) -> str:
        """The systemuser of an app registration, created when it is first seen."""
        found = self.rows.find("systemuser", ("applicationid",), (application_id,))
        if found:
            return next(iter(found))
        names = {"fullname": f"# Hunter ({application_id[:8]})", "applicationid": application_id}
        return self._add("systemuser", fixed_id("application", application_id), **names, isdisabled=False, accessmode=4)

    def _populate(self) -> None:
        unit = self._add("businessunit", fixed_id("unit"), name="contoso")
        for code, (name, symbol, rate) in CURRENCIES.items():
            facts: Row = {"currencyname": name, "isocurrencycode": code, "currencysymbol": symbol}
            facts |= {"exchangerate": rate, "currencyprecision": 2, "statecode": 0, "statuscode": 1}
            self._add("transactioncurrency", fixed_id("currency", code), **facts)
        base = Link("transactioncurrency", fixed_id("currency", "USD"))
        self._add("organization", fixed_id("organization"), name="contoso", languagecode=1033, basecurrencyid=base)
        for person, known in PEOPLE.items():
            self._add("systemuser", fixed_id("person", person), **{"isdisabled": False, "accessmode": 0, **known})
        of_unit = Link("businessunit", unit)
        self._add("team", fixed_id("team"), name="contoso", isdefault=True, teamtype=0, businessunitid=of_unit)
        for name, (table, column) in RULES.items():
            self._add_rule(name, table, column)
        for message in BULK_MESSAGES:
            message_id = self._add("sdkmessage", fixed_id("message", message), name=message)
            for table in BULK_TABLES:
                filter_id, link = fixed_id("filter", message, table), Link("sdkmessage", message_id)
                self._add("sdkmessagefilter", filter_id, primaryobjecttypecode=table, sdkmessageid=link)

    def _add_rule(self, name: str, table: str, column: str) -> None:
        states = (1, 2) if self.duplicate_rules else (0, 0)
        facts: Row = {"name": name, "baseentityname": table, "matchingentityname": table}
        rule = self._add("duplicaterule", fixed_id("rule", name), **facts, statecode=states[0], statuscode=states[1])
        condition: Row = {"baseattributename": column, "matchingattributename": column, "ignoreblankvalues": True}
        link = Link("duplicaterule", rule)
        self._add("duplicaterulecondition", fixed_id("condition", name), **condition, regardingobjectid=link)

    def _add(self, table: str, row_id: str, **values: Any) -> str:
        born: Row = {"createdon": self.stamp(), "modifiedon": self.stamp()}
        self.rows.put(table, row_id, {self.schema.tables[table].id_column: row_id, **born, **values})
        return row_id
