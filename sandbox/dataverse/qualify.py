"""An open lead and the parameters of QualifyLead go in; account, contact, opportunity and a qualified lead come out."""

from typing import Any

from sandbox.dataverse.errors import BAD_PAYLOAD, BAD_STATUS_FOR_STATE, LEAD_ALREADY_CLOSED, Refusal, gone
from sandbox.dataverse.rows import Link, Row
from sandbox.dataverse.write import Writer

# What the stock relationship mappings copy; custom columns need a mapping of their own and are not copied.
_ACCOUNT = {
    "companyname": "name",
    "websiteurl": "websiteurl",
    "telephone1": "telephone1",
    "industrycode": "industrycode",
}
_ACCOUNT |= {name: name for name in ("numberofemployees", "address1_line1", "address1_city", "address1_country")}
_CONTACT = {name: name for name in ("firstname", "lastname", "jobtitle", "emailaddress1", "telephone1", "mobilephone")}
_OPPORTUNITY = {"subject": "name", "description": "description", "estimatedclosedate": "estimatedclosedate"}
_REQUIRED = ("CreateAccount", "CreateContact", "CreateOpportunity", "Status")


def qualify(writer: Writer, lead_id: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    """Creates what was asked for, closes the lead, and gives the new rows as `{"@odata.type", id}`."""
    lead = writer.org.rows.get("lead", lead_id)
    if lead is None:
        raise gone("lead", lead_id)
    for name in _REQUIRED:
        if name not in given:
            raise Refusal(BAD_PAYLOAD, f"The parameter '{name}' of QualifyLead is required.")
    if lead["statecode"] != 0:
        raise Refusal(LEAD_ALREADY_CLOSED, "The lead is already closed.")
    if given["Status"] not in (-1, 3):
        raise Refusal(
            BAD_STATUS_FOR_STATE,
            f"{given['Status']} is not a valid status code for state code LeadState.Qualified on lead with Id "
            f"{lead_id}.",
        )
    account, contact, opportunity = lead.get("parentaccountid"), lead.get("parentcontactid"), None
    made = []
    if given["CreateAccount"]:
        account = _make(writer, "account", _ACCOUNT, lead)
        made.append(account)
    if given["CreateContact"]:
        contact = _make(writer, "contact", _CONTACT, lead, parentcustomerid_account=account)
        made.append(contact)
        if given["CreateAccount"] and account is not None:
            table = writer.org.schema.tables["account"]
            writer.update(table, account.id, {"primarycontactid@odata.bind": f"/contacts({contact.id})"})
    if given["CreateOpportunity"]:
        customer, currency = _named(given.get("OpportunityCustomerId")), _named(given.get("OpportunityCurrencyId"))
        links = {"parentaccountid": account, "parentcontactid": contact, "transactioncurrencyid": currency}
        if customer is not None:
            links["parentaccountid" if customer.table == "account" else "parentcontactid"] = customer
        opportunity = _make(writer, "opportunity", _OPPORTUNITY, lead, **links)
        made.append(opportunity)
    outcome: Row = {"statecode": 1, "statuscode": 3, "qualifyingopportunityid": opportunity}
    writer.settle(
        writer.org.schema.tables["lead"], lead_id, {**outcome, "parentaccountid": account, "parentcontactid": contact}
    )
    return [{"@odata.type": f"#Microsoft.Dynamics.CRM.{link.table}", f"{link.table}id": link.id} for link in made]


def _make(writer: Writer, name: str, mapping: dict[str, str], lead: Row, **links: Link | None) -> Link:
    table = writer.org.schema.tables[name]
    body: dict[str, Any] = {to: lead.get(of) for of, to in mapping.items() if lead.get(of) is not None}
    body["originatingleadid@odata.bind"] = f"/leads({lead['leadid']})"
    if isinstance(lead.get("ownerid"), Link):
        owner = lead["ownerid"]
        body["ownerid@odata.bind"] = f"/{owner.table}s({owner.id})"
    for navigation_name, link in links.items():
        if link is not None:
            entity_set = writer.org.schema.tables[link.table].entity_set
            body[f"{navigation_name}@odata.bind"] = f"/{entity_set}({link.id})"
    return Link(name, writer.create(table, body))


def _named(given: Any) -> Link | None:
    if not isinstance(given, dict):
        return None
    name = str(given.get("@odata.type", "")).rpartition(".")[2]
    return Link(name, str(given.get(f"{name}id", "")).lower())
