"""What exactly happened behind a code of `shared.codes`: one entry per cause, its particulars in braces, no logic else.

An error names its cause by `why`; the page says it in the reader's language (`cause.*` in `static-ui/texts/`), the
English here is for logs, problem documents and ops. What another system said in its own words has no entry: it is
quoted.
"""

from collections.abc import Mapping
from string import Formatter
from typing import Any, NamedTuple


class Cause(NamedTuple):
    """`problem` and `fix` are clauses without a full stop; with a param `field`, the sentence begins with its name."""

    problem: str
    fix: str = ""


_A_TEXT = "give the referral's id, a text such as a GUID"

CAUSES: dict[str, Cause] = {
    # the message
    "version_differs": Cause("the message has version {found}, this release reads version {known}"),
    "field_wrong": Cause("it is missing or wrong in the message"),
    "body_not_json": Cause("the body is not JSON"),
    "wrong_queue": Cause("a message of type {found} came on the queue of {queue}"),
    "unexpected": Cause("{error} at {place}"),
    "set_aside": Cause("Service Bus gives the reason {reason}"),
    # the referral
    "not_an_object": Cause("it is not an object", "send each referral as an object"),
    "id_missing": Cause("it is missing", _A_TEXT),
    "id_not_text": Cause("it is not a text", _A_TEXT),
    "id_too_long": Cause("it is longer than {most} characters", "give the id that Partner Center gave"),
    "raw_unreadable": Cause("the kept copy cannot be opened", "sync again"),
    "raw_gone": Cause("the copy is no longer kept", "sync again"),
    "raw_not_json": Cause("the kept copy is not JSON", "sync again"),
    "size_over": Cause("{size} bytes compressed; at most {most}"),
    "opens_over": Cause("the content opens to more than {most} bytes"),
    # any connection
    "no_connection": Cause("no connection ({error})"),
    "broke_off": Cause("the answer broke off ({error})"),
    "answer_over": Cause("the answer is larger than {most} bytes"),
    "asked_to_wait": Cause("asked to wait {seconds} s"),
    # Partner Center
    "pc_answered": Cause("Partner Center answered {status}"),
    "pc_role_missing": Cause("the signed-in user lacks the role {role} in Partner Center"),
    "pc_no_list": Cause("PARTNER_CENTER_URL leads to no list of referrals"),
    "pc_query_refused": Cause("Partner Center refused the query"),
    "pc_kept_changing": Cause("the referral kept changing while it was written to"),
    "answer_web_page": Cause("the answer is a web page, not JSON"),
    "answer_torn": Cause("the answer is torn, not JSON"),
    "answer_no_list": Cause("the answer holds no list"),
    "answer_no_object": Cause("the answer is no object"),
    "links_circle": Cause("the next-page links run in a circle"),
    "links_endless": Cause("the list did not end within {most} pages"),
    "links_stale": Cause("the links went stale before the list was read"),
    "link_not_text": Cause("the next-page link is not a text"),
    "link_not_address": Cause("the next-page link is not an address"),
    "link_not_web": Cause("the next-page link is not a web address"),
    "link_other_host": Cause("the next-page link leads to another host"),
    "link_user_or_port": Cause("the next-page link holds a user or another port"),
    "link_no_skiptoken": Cause("the next-page link has no $skiptoken"),
    "redirected": Cause("a redirect ({status}) was not followed"),
    # the sign-in to Partner Center
    "signin_never": Cause("nobody has signed in yet"),
    "signin_none": Cause("there is no stored sign-in that can be read"),
    "signin_corrupt": Cause("the stored sign-in cannot be read"),
    "signin_other_account": Cause("the stored sign-in is of another user or application"),
    "signin_somebody_else": Cause("somebody else signed in than PARTNER_CENTER_USERNAME says"),
    "signin_authority_wrong": Cause("AZURE_AUTHORITY_HOST or PARTNER_CENTER_TENANT_ID is wrong"),
    "signin_not_fetched": Cause("the stored sign-in could not be fetched ({error})"),
    "signin_not_stored": Cause("the sign-in could not be stored ({error})"),
    "signin_ended": Cause("the sign-in ended on {date}"),
    "signin_ends": Cause("nobody used the sign-in lately; it ends on {date}", "sign in again before"),
    "signin_token_refused": Cause("Partner Center refused a token that is new; sign in with MFA"),
    "signin_conditional_access": Cause("Conditional Access wants more of the signed-in user"),
    "signin_mfa_needed": Cause("multi-factor authentication is needed"),
    "signin_mfa_not_set_up": Cause("the user must set up multi-factor authentication first"),
    "signin_revoked": Cause("the password was changed or the sign-in was revoked"),
    "signin_user_disabled": Cause("the user account is disabled"),
    "signin_blocked": Cause("Conditional Access blocked the sign-in"),
    "signin_no_consent": Cause("an administrator must consent to the application first"),
    "signin_client_unknown": Cause("PARTNER_CENTER_CLIENT_ID is not known in PARTNER_CENTER_TENANT_ID"),
    "signin_unused": Cause("nobody used the sign-in for 90 days"),
    "signin_no_public_client": Cause("the application must allow public client flows"),
    # Entra, for either side
    "entra_said": Cause("Entra answered {answer}"),
    "entra_away": Cause("Entra did not answer ({error})"),
    "entra_refused": Cause("Entra refused the credentials for Dynamics"),
    "no_identity": Cause("no identity answered for Dynamics"),
    # Dynamics
    "dyn_token_refused": Cause("Dynamics refused the token"),
    "dyn_user_disabled": Cause("Hunter's application user is disabled"),
    "dyn_lacks_privilege": Cause("Hunter's application user lacks {privilege}"),
    "dyn_no_sales": Cause("tables are missing", "name an environment with Dynamics 365 Sales in DYNAMICS_URL"),
    "dyn_columns_missing": Cause("missing: {columns}"),
    "dyn_keys_inactive": Cause("not active: {keys}"),
    "dyn_answer_incomplete": Cause("{found} answers for {asked} requests"),
    "dyn_no_batch": Cause("the answer is no batch"),
    "dyn_not_json": Cause("the answer is not JSON"),
    "dyn_link_elsewhere": Cause("the next link points elsewhere; it was not followed"),
    "dyn_kept_changing": Cause("Dynamics changed {times} times between reading and writing"),
    "no_value": Cause("it has no value", "name the company or a contact in Partner Center, or enter a domain"),
    "too_long": Cause("it is longer than {most} characters", "let the column hold more in Dynamics"),
    "too_much": Cause("it is {amount}, more than Dynamics holds", "correct the deal value in Partner Center"),
    "no_owner": Cause("it is no owner", "set it to systemusers/<guid> or teams/<guid>"),
    "owner_refused": Cause("Dynamics does not take this owner", "name an active user or team that may own records"),
    # storage, bus, name servers, registries
    "storage_away": Cause("table storage did not answer ({error})"),
    "storage_broke_off": Cause("table storage's answer broke off"),
    "storage_answered": Cause("table storage answered {status}"),
    "storage_refused": Cause(
        "table storage refused Hunter ({status} {word})",
        "give its identity the role Storage Table Data Contributor, wait some minutes, look at firewall and keys",
    ),
    "storage_no_identity": Cause(
        "no identity could sign in to table storage", "on a workstation, run `az login` first"
    ),
    "others_kept_saving": Cause("others kept saving the same row; gave way {times} times"),
    "others_kept_starting": Cause("others kept starting a run of kind {kind}"),
    "referral_kept_moving": Cause("the referral moved {times} times while it was read"),
    "bus_away": Cause("the queue {queue} did not answer ({error})"),
    "no_name_server": Cause("no name server answered for {domain}"),
    "no_registry": Cause("no registry answered for {domain}"),
    # only on the checklist
    "clock_differs": Cause("this clock differs from Storage's by {seconds} s"),
    "vault_refused": Cause("the key vault lists no secrets ({error})"),
    "principal_unlinked": Cause(
        "TRUST_CLIENT_PRINCIPAL is true, but the platform's sign-in is off",
        "link the Static Web App, or set TRUST_CLIENT_PRINCIPAL to false",
    ),
    "principal_off": Cause("TRUST_CLIENT_PRINCIPAL is false: every door but health answers 401"),
    "flag_off": Cause("{flag} is false"),
    "no_vault": Cause("KEY_VAULT_URL is not set: the sign-in is kept in a file"),
    "mfa_absent": Cause("Partner Center sees no multi-factor authentication in the sign-in"),
    "mfa_unsaid": Cause("Partner Center did not say"),
    "maxmind_unusable": Cause(
        "the file that MAXMIND_PATH names cannot be used ({error})", "name a MaxMind file there, or clear the setting"
    ),
    "registration_left_out": Cause("SCAN_CHECKS leaves registration out"),
    "dyn_columns_short": Cause("too short: {columns}"),
    "dyn_rights": Cause("the role needs {rights}"),
    "dyn_score_rights": Cause("the score cannot stand on Dynamics' own form; the role lacks {rights}"),
}


def particulars_of(why: str | None) -> set[str]:
    """The params that the sentence of a cause needs; none of one that is not in this registry."""
    known = CAUSES.get(why or "", ())
    return {name for part in known for _, name, _, _ in Formatter().parse(part) if name}


def explain(why: str, params: Mapping[str, Any]) -> dict[str, str]:
    """The cause in English: `problem`, `fix` where there is one, and both with the field as the sentence `text`."""
    problem, fix = (part.format_map(params) for part in CAUSES[why])
    subject = f"{params['field']}: {problem}" if params.get("field") else problem[0].upper() + problem[1:]
    if not fix:
        return {"problem": problem, "text": f"{subject}."}
    return {"problem": problem, "fix": fix, "text": f"{subject}; {fix}."}
