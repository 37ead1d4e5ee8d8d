"""The registry of codes: what went wrong, in plain words, who can mend it, and how. One entry per code, no logic.

`FAILURES` are kept in the inbox, `PROBLEMS` are answered by a door. The page renders a code in the reader's language
(`static-ui/texts/`); the English here is for logs, problem documents and ops.
"""

from typing import NamedTuple


class Code(NamedTuple):
    """Cause and action are sentences for people; `who` can act: `ops`, `operator`, `admin`, `seller` or `nobody`."""

    cause: str
    who: str
    action: str


FAILURES: dict[str, Code] = {
    "settings_invalid": Code("A setting is missing or wrong.", "ops", "Correct the setting named here and restart."),
    "signin_needed": Code("Hunter's sign-in to Partner Center has ended.", "ops", "Run `python -m operate sign-in`."),
    "signin_no_mfa": Code(
        "The sign-in to Partner Center carries no second factor.",
        "ops",
        "Give the account multi-factor authentication, then run `python -m operate sign-in`.",
    ),
    "pc_forbidden": Code(
        "Partner Center refused the signed-in user.", "ops", "Give that user the Referrals Admin role."
    ),
    "pc_throttled": Code(
        "Partner Center asked Hunter to slow down.", "nobody", "Nothing: Hunter waits and goes on by itself."
    ),
    "pc_unavailable": Code("Partner Center did not answer.", "nobody", "Nothing: Hunter tries again by itself."),
    "pc_bad_answer": Code(
        "Partner Center's answer could not be read.",
        "operator",
        "Sync again; if it stays, send the request id to Microsoft.",
    ),
    "pc_link_refused": Code(
        "The next-page link pointed to a foreign address; it was not followed.",
        "ops",
        "Check PARTNER_CENTER_URL, then sync again.",
    ),
    "referral_malformed": Code(
        "The referral cannot be used as it is.", "operator", "Correct it in Partner Center, then replay."
    ),
    "referral_too_large": Code(
        "The referral is larger than Hunter can keep.", "operator", "Shorten it in Partner Center, then sync again."
    ),
    "message_version": Code(
        "The message was written by another release of Hunter.", "ops", "Finish the deployment, then replay."
    ),
    "dns_unavailable": Code("No name server answered.", "ops", "Check DNS_SERVERS and outgoing port 53, then replay."),
    "rdap_unavailable": Code("The registration service did not answer.", "nobody", "Nothing: it is asked again later."),
    "dyn_signin": Code(
        "Dynamics refused Hunter's sign-in.",
        "ops",
        "Check DYNAMICS_TENANT_ID, DYNAMICS_CLIENT_ID and its secret or identity, "
        "and that its application user is enabled.",
    ),
    "dyn_forbidden": Code(
        "Hunter's role in Dynamics lacks a privilege.", "ops", "Add the privilege named here to Hunter's security role."
    ),
    "dyn_throttled": Code(
        "Dynamics asked Hunter to slow down.", "nobody", "Nothing: Hunter waits and goes on by itself."
    ),
    "dyn_unavailable": Code("Dynamics did not answer.", "nobody", "Nothing: Hunter tries again by itself."),
    "dyn_validation": Code("Dynamics cannot take a value.", "operator", "Correct the field named here, then replay."),
    "dyn_duplicate": Code(
        "Dynamics already holds a record like this one.", "operator", "Merge or link the two records, then replay."
    ),
    "dyn_closed": Code(
        "The record is closed in Dynamics and was left alone.",
        "seller",
        "Reopen it in Dynamics if it should follow, then replay.",
    ),
    "dyn_deleted": Code(
        "Somebody deleted the record in Dynamics; Hunter does not create it again.",
        "seller",
        "Restore it in Dynamics if it should live.",
    ),
    "dyn_column_missing": Code(
        "A column that Hunter writes is missing in Dynamics.", "ops", "Run `python -m operate provision`, then replay."
    ),
    "dyn_column_short": Code(
        "A column in Dynamics holds less than Hunter writes.",
        "ops",
        "Let the columns named here hold as much as `python -m operate provision` gives them.",
    ),
    "dyn_key_inactive": Code(
        "An alternate key is not active in Dynamics.",
        "ops",
        "Run `python -m operate provision` and wait until it is active.",
    ),
    "dyn_plugin_refused": Code(
        "A plug-in or flow in Dynamics refused the record.", "ops", "Ask the owner of the plug-in; then replay."
    ),
    "gave_up": Code(
        "It did not work after every planned attempt.", "operator", "Mend the cause named here, then replay."
    ),
    "dead_letter": Code("Service Bus set the message aside.", "operator", "Look at the reason, then replay."),
    "bug": Code(
        "Hunter met a case that it does not know.", "ops", "Report the correlation id; replay after the next release."
    ),
    "storage_unavailable": Code(
        "The table storage did not answer.", "ops", "Check the storage account; Hunter tries again by itself."
    ),
    "bus_unavailable": Code(
        "The Service Bus did not answer.", "ops", "Check the namespace; Hunter tries again by itself."
    ),
    "clock_wrong": Code("The clocks of Hunter and of its storage differ.", "ops", "Set the clock of this machine."),
    "vault_forbidden": Code(
        "The key vault refuses Hunter.", "ops", "Give Hunter's identity the role Key Vault Secrets Officer."
    ),
}

PROBLEMS: dict[str, Code] = {
    "bad_request": Code("The request is not valid.", "nobody", "Correct the field named here."),
    "unknown_parameter": Code(
        "The request has a parameter that this address does not know.", "nobody", "Remove the parameter named here."
    ),
    "bad_domain": Code("That is not a company's domain.", "nobody", "Enter a domain such as contoso.com."),
    "bad_cursor": Code("The page mark does not belong to this list.", "nobody", "Start from the first page."),
    "not_found": Code("There is no such thing here.", "nobody", "Check the address."),
    "unauthenticated": Code("You are not signed in.", "nobody", "Sign in."),
    "forbidden": Code("Your role does not allow this.", "admin", "Ask an administrator for the role named here."),
    "feature_disabled": Code("This feature is switched off.", "ops", "Set the flag named here to true."),
    "conflict": Code("Things have changed meanwhile.", "nobody", "Look again, then repeat."),
    "too_large": Code("The request is too large.", "nobody", "Send less at once."),
    "export_too_large": Code("There are more rows than one file may hold.", "nobody", "Narrow the filter."),
    "unsupported_media_type": Code(
        "The request is not application/json.", "nobody", "Send JSON with that content type."
    ),
    "rate_limited": Code("Too many requests.", "nobody", "Wait a moment."),
    "misconfigured": Code("Hunter's settings are not complete.", "ops", "Correct the settings that /api/health lists."),
    "internal": Code("Something went wrong on our side.", "ops", "Report the correlation id."),
}
