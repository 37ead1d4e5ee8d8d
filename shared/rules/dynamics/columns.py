"""Which fact fills which column of Dynamics, how long it may be, and whose it is: one table per record, no logic.

A fact is a name that `facts` fills; `default` names the facts tried when the first is empty, and each such
filling is listed in `hnt_defaulted`. Lengths are the stock ones (reference/dataverse-web-api.md 9.1); the
organisation's own metadata goes before them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Record = Literal["account", "contact", "lead", "opportunity"]
RECORDS: tuple[Record, ...] = ("account", "contact", "lead", "opportunity")
"""In the order of writing: what is pointed to comes before what points to it."""

Kind = Literal[
    "text", "memo", "whole", "email", "url", "choice", "number", "money", "date", "moment", "yes_no", "lookup"
]
"""`text` and `memo` are cut when too long; `whole` (a key), `email` and `url` are of no use in part and are left out.
"""

Owner = Literal["ours", "theirs", "last_writer"]
"""`ours`: as Hunter says, always. `theirs`: filled while blank, never changed. `last_writer`: Hunter's until a person
changes it in Dynamics, theirs from then on."""

ENTITY_SETS: dict[Record, str] = {
    "account": "accounts",
    "contact": "contacts",
    "lead": "leads",
    "opportunity": "opportunities",
}
KEY_COLUMN: dict[Record, str] = {
    "account": "hnt_domain",
    "contact": "hnt_contactkey",
    "lead": "hnt_referralid",
    "opportunity": "hnt_referralid",
}
"""The alternate key of each record: what makes a repeat meet itself."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `needs` must be filled or nothing is sent; `stamp` goes along with other changes but makes none;
    `clears`: nothing to say empties it; `personal` values are kept out of events and logs."""

    name: str
    kind: Kind
    fact: str
    owner: Owner
    length: int | None = None
    default: tuple[str, ...] = ()
    nav: str = ""
    """Of a lookup: the navigation property to bind, when it is not the column's name."""
    create_only: bool = False
    needs: bool = False
    stamp: bool = False
    clears: bool = False
    personal: bool = False

    @property
    def is_lookup(self) -> bool:
        """Whether the value is a reference to another record."""
        return self.kind == "lookup"

    @property
    def read_name(self) -> str:
        """The property under which a row shows this column."""
        return f"_{self.name}_value" if self.is_lookup else self.name

    @property
    def write_name(self) -> str:
        """The property under which a body sets this column."""
        return f"{self.nav or self.name}@odata.bind" if self.is_lookup else self.name


COLUMNS: dict[Record, tuple[Column, ...]] = {
    "account": (
        Column("name", "text", "account_name", "last_writer", 160, default=("domain_shown",), needs=True),
        Column("websiteurl", "url", "website", "last_writer", 200),
        Column("address1_line1", "text", "street", "last_writer", 250),
        Column("address1_city", "text", "city", "last_writer", 80),
        Column("address1_stateorprovince", "text", "state", "last_writer", 50),
        Column("address1_postalcode", "text", "postal_code", "last_writer", 20),
        Column("address1_country", "text", "country", "last_writer", 80),
        Column("ownerid", "lookup", "owner", "theirs", create_only=True),
        # Filled while blank: a company with two domains is one account, and its key stays the first one's.
        Column("hnt_domain", "whole", "domain", "theirs", 253),
        Column("hnt_tenantid", "whole", "tenant_id", "ours", 100),
        Column("hnt_provider", "text", "provider", "ours", 40),
        Column("hnt_lastsyncedon", "moment", "now", "ours", stamp=True),
    ),
    "contact": (
        Column(
            "lastname",
            "text",
            "contact_last",
            "last_writer",
            50,
            default=("contact_mailbox",),
            needs=True,
            personal=True,
        ),
        Column("firstname", "text", "contact_first", "last_writer", 50, personal=True),
        Column("emailaddress1", "email", "contact_email", "last_writer", 100, personal=True),
        Column("telephone1", "text", "contact_phone", "last_writer", 50, personal=True),
        Column("jobtitle", "text", "contact_title", "last_writer", 100, personal=True),
        Column("parentcustomerid", "lookup", "account", "last_writer", nav="parentcustomerid_account"),
        Column("ownerid", "lookup", "owner", "theirs", create_only=True),
        Column("hnt_contactkey", "whole", "contact_key", "theirs", 100),
    ),
    "lead": (
        Column("subject", "text", "title", "last_writer", 300, default=("title_by_rule",), needs=True),
        Column(
            "lastname",
            "text",
            "contact_last",
            "last_writer",
            50,
            default=("company", "domain_shown", "title", "referral_key"),
            needs=True,
            personal=True,
        ),
        Column("firstname", "text", "contact_first", "last_writer", 50, personal=True),
        Column("companyname", "text", "company", "last_writer", 100, default=("domain_shown",)),
        Column("emailaddress1", "email", "contact_email", "last_writer", 100, personal=True),
        Column("telephone1", "text", "contact_phone", "last_writer", 50, personal=True),
        Column("jobtitle", "text", "contact_title", "last_writer", 100, personal=True),
        Column("websiteurl", "url", "website", "last_writer", 200),
        Column("address1_line1", "text", "street", "last_writer", 250),
        Column("address1_city", "text", "city", "last_writer", 80),
        Column("address1_stateorprovince", "text", "state", "last_writer", 50),
        Column("address1_postalcode", "text", "postal_code", "last_writer", 20),
        Column("address1_country", "text", "country", "last_writer", 80),
        Column("description", "memo", "description", "last_writer", 2000, personal=True),
        Column("leadsourcecode", "choice", "lead_source", "theirs"),
        Column("leadqualitycode", "choice", "heat", "last_writer"),
        Column("estimatedamount", "money", "amount", "last_writer"),
        Column("transactioncurrencyid", "lookup", "currency", "last_writer"),
        Column("estimatedclosedate", "date", "closing_on", "last_writer"),
        Column("parentaccountid", "lookup", "account", "last_writer"),
        Column("parentcontactid", "lookup", "contact", "last_writer"),
        Column("ownerid", "lookup", "owner", "theirs", create_only=True),
        Column("hnt_referralid", "whole", "referral_key", "theirs", 100),
        Column("hnt_engagementid", "whole", "engagement_id", "ours", 100),
        Column("hnt_referraltype", "text", "referral_type", "ours", 40),
        Column("hnt_score", "number", "score", "ours"),
        Column("hnt_segment", "text", "segment", "ours", 40),
        Column("hnt_priority", "text", "priority", "ours", 40),
        Column("hnt_provider", "text", "provider", "ours", 40),
        Column("hnt_domain", "whole", "domain", "ours", 253),
        Column("hnt_tenantid", "whole", "tenant_id", "ours", 100),
        Column("hnt_scorereasons", "memo", "reasons", "ours", 10_000),
        Column("hnt_infrastructure", "memo", "infrastructure", "ours", 10_000),
        Column("hnt_registrar", "text", "registrar", "ours", 200),
        Column("hnt_domainexpireson", "date", "registration_ends_on", "ours"),
        Column("hnt_lastsyncedon", "moment", "now", "ours", stamp=True),
        Column("hnt_defaulted", "memo", "defaulted", "ours", 4000, clears=True),
    ),
    "opportunity": (
        Column("name", "text", "title", "last_writer", 300, default=("title_by_rule",), needs=True),
        Column("description", "memo", "description", "last_writer", 2000, personal=True),
        Column("salesstage", "choice", "sales_stage", "last_writer"),
        Column("opportunityratingcode", "choice", "heat", "last_writer"),
        Column("estimatedvalue", "money", "amount", "last_writer"),
        # Without it Dynamics computes the value from product lines and drops ours (reference 9.1).
        Column("isrevenuesystemcalculated", "yes_no", "value_is_computed", "theirs", create_only=True),
        Column("transactioncurrencyid", "lookup", "currency", "last_writer"),
        Column("estimatedclosedate", "date", "closing_on", "last_writer"),
        Column("parentaccountid", "lookup", "account", "last_writer"),
        Column("parentcontactid", "lookup", "contact", "last_writer"),
        Column("originatingleadid", "lookup", "lead", "theirs", create_only=True),
        Column("ownerid", "lookup", "owner", "theirs", create_only=True),
        Column("hnt_referralid", "whole", "referral_key", "theirs", 100),
        Column("hnt_engagementid", "whole", "engagement_id", "ours", 100),
        Column("hnt_score", "number", "score", "ours"),
        Column("hnt_lastsyncedon", "moment", "now", "ours", stamp=True),
    ),
}

SALES_STAGES: tuple[tuple[int, int], ...] = ((80, 2), (60, 1), (0, 0))
"""From this score on, this `salesstage`: Propose, Develop, Qualify. Close (3) is the seller's."""

PARTNER_LEAD_SOURCE = 4
"""`leadsourcecode` Partner: every referral comes from one."""

HEATS = {"Hot": 1, "Warm": 2, "Cold": 3}
"""`leadqualitycode` and `opportunityratingcode` by technical heat."""

OPPORTUNITY_FROM_SCORE = 40
"""A referral whose lead scores less gets an Opportunity only when it is co-sell."""


def find_column(record: Record, name: str) -> Column | None:
    """The column of that logical name, or None when Hunter does not write it."""
    return next((one for one in COLUMNS[record] if one.name == name), None)


def custom_columns() -> Iterator[tuple[Record, Column]]:
    """Every column that `operate provision` has to create."""
    for record in RECORDS:
        for one in COLUMNS[record]:
            if one.name.startswith("hnt_"):
                yield record, one
