"""Whom we ask and what we keep: one file per outside system or table, and the pieces of the larger ones.

Partner Center    partner_center partner_center_* secrets
a domain          dns dns_* rdap whois mta_sts microsoft_tenant maxmind checked_fetch
Dynamics          dynamics dynamics_*
over HTTP         http_session retry_after gates
Service Bus       queues
leads             lead_store lead_rows list_rows list_view domain_sets
what was pushed   ledger ledger_*
runs              run_store run_items run_turns seen_keys
other tables      failure_store state_store
all tables        tables packing transactions_in_order
what must go      old_rows old_runs personal_data
"""
