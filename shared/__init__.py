"""What the steps of the road share. The larger rooms have maps of their own in the same place.

what we know      rules
whom we ask       clients
the way in        doors
longer work       runs
files             export
settings          settings setting_list setting_fields setting_types
the edges         connections errors
messages          messages referral_message codes causes
a push            pushing
how Hunter is     preflight readiness connection_state drift
people            privacy
"""
