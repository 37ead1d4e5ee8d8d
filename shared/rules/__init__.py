"""What we know: pure, no network, no clock, no environment. Read downwards, a referral goes through it in this order.

one referral      referral referral_* tolerant ticks countries kept_referral
its domain        company_domain idn refusal
taking it in      lead taking_in change events road
what DNS says     checks dns_answers evidence mx spf dmarc dkim mta_sts registration fetch_target
what it means     mail_signals signals providers provider_table scanned change_watch
its score         scoring segments explanation evaluation judging score_change
the price list    rule_table rule_file scoring_document scoring_examples rehearsal
in Dynamics       dynamics one_person reconciled
on the page       lead_face list_* today dashboard moments turkish values
runs              run run_rates sign_in_standing
people            forgetting
"""
